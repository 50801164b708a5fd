// What the tests of `where` share: five events, and which of them an expression keeps.
#pragma once

#include <string>
#include <string_view>

#include "model/memory_part.hpp"
#include "model/selection.hpp"

namespace peregrine {

inline Time time_of(std::string_view text) {
  return {parse_time(text).value().micros};
}

/// One customer with one event a day from 2026-01-01, and one event of another customer at the end.
inline MemoryPart one_journey() {
  return MemoryPart::of({
      {.customer = "ann",
       .time = time_of("2026-01-01"),
       .event = "Page Viewed",
       .properties = {{"trait.country", "NL"}}},
      {.customer = "ann",
       .time = time_of("2026-01-02"),
       .event = "Order Completed",
       .value = 100'000'000,
       .properties = {{"plan", "pro"}, {"score", 9.0}, {"gift", true}, {"now", "x"}, {"event", "inner"}}},
      {.customer = "ann",
       .time = time_of("2026-01-03"),
       .event = "Order Completed",
       .value = 100'500'000,
       .properties =
           {{"plan", "free"}, {"score", -1.0}, {"gift", false}, {"trait.country", "BE"}, {"in-store", "yes"}}},
      {.customer = "ann", .time = time_of("2026-01-04"), .event = "Something Else"},
      {.customer = "bob", .time = time_of("2026-01-01"), .event = "Page Viewed"},
  });
}

/// The mask over those five events as text: `01100`.
inline std::string shown(std::string_view text) {
  const auto part = one_journey();
  std::string out;
  for (const auto byte : Selection::parse(text, "where").mask(part)) out += static_cast<char>('0' + byte);
  return out;
}

}  // namespace peregrine
