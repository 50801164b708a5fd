// The closed lists of the domain: roles, kinds of touchpoint, phases and surveys, each with its public names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace peregrine {

/// What the customer is doing at an event. `none` is an event that says nothing of the journey.
enum class Role : std::uint8_t {
  none,
  notice,
  visit,
  search,
  read,
  watch,
  compare,
  review_read,
  enquire,
  subscribe,
  demo,
  try_,
  quote,
  cart,
  checkout,
  buy,
  receive,
  ask,
  onboard,
  activate,
  use,
  learn,
  support,
  complain,
  return_,
  rate,
  renew,
  upgrade,
  repeat_buy,
  refer,
  review_write,
  churn,
};
constexpr auto enum_names(Role) {
  return std::to_array<std::string_view>(
      {"none",    "notice",    "visit",   "search",   "read",       "watch", "compare",      "review_read",
       "enquire", "subscribe", "demo",    "try",      "quote",      "cart",  "checkout",     "buy",
       "receive", "ask",       "onboard", "activate", "use",        "learn", "support",      "complain",
       "return",  "rate",      "renew",   "upgrade",  "repeat_buy", "refer", "review_write", "churn"});
}
constexpr std::size_t role_count = enum_names(Role{}).size();

/// Where the customer meets a brand. `competitor` touchpoints belong to other brands under consideration.
enum class Kind : std::uint8_t {
  none,
  marketing,
  sales,
  product,
  service,
  in_store,
  online,
  word_of_mouth,
  competitor,
};
constexpr auto enum_names(Kind) {
  return std::to_array<std::string_view>(
      {"none", "marketing", "sales", "product", "service", "in_store", "online", "word_of_mouth", "competitor"});
}
constexpr std::size_t kind_count = enum_names(Kind{}).size();

enum class Phase : std::uint8_t { buyer, customer };
constexpr auto enum_names(Phase) {
  return std::to_array<std::string_view>({"buyer", "customer"});
}

/// Which survey a score belongs to: NPS 0 to 10, CSAT 1 to 5, CES 1 to 7.
enum class Survey : std::uint8_t { none, nps, csat, ces };
constexpr auto enum_names(Survey) {
  return std::to_array<std::string_view>({"none", "nps", "csat", "ces"});
}

template <class E>
constexpr std::string_view name_of(E value) {
  return enum_names(E{})[static_cast<std::size_t>(value)];
}

template <class E>
constexpr std::optional<E> find_named(std::string_view name) {
  constexpr auto names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace peregrine
