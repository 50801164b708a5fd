// A Subject is what a name in a `where` expression stands for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace peregrine {

struct Subject {
  enum class From : std::uint8_t {
    event,
    touchpoint,
    role,
    kind,
    time,
    value,
    stage,
    persona,
    column,
    trait_then,
    trait_now
  };
  /// At the event itself, or at the journey's first or last event that has it.
  enum class At : std::uint8_t { event, first, last };

  From from = From::column;
  std::string column{};  // the event column, for the last three
  At at = At::event;
};

Subject subject_of(std::string_view name);

}  // namespace peregrine
