// A Purchase is the handoff of one journey: its first buy, and what came of it within the window. Purchases finds them
// in a part; it is made once for a question and a part, and read by any number of threads.
//
// The rules. The first buy of the whole journey counts, when it lies in the range: who bought before has crossed
// before. What comes after it in the journey's order (time, then arrival) counts up to and with `within`, also at the
// purchase's own time; but a buy at that very time is a part of the same purchase. What follows may
// lie after the end of the range, unless it must be complete by then. A purchase is matured when all of its window is
// known.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/handoff/params.hpp"
#include "model/journey.hpp"

namespace peregrine::handoff {

/// What may come of a purchase.
enum class Outcome : std::uint8_t { reached_value, onboarded, early_support, returned, bought_again, dropped_baton };
constexpr auto enum_names(Outcome) {
  return std::to_array<std::string_view>(
      {"reached_value", "onboarded", "early_support", "returned", "bought_again", "dropped_baton"});
}
constexpr std::size_t outcome_count = enum_names(Outcome{}).size();

struct Purchase {
  std::uint64_t row = 0;      // of the first buy
  std::uint64_t end_row = 0;  // rows from there up to here lie in the window
  bool matured = false;
  std::uint8_t outcomes = 0;  // bits; dropped_baton only where it is matured
  std::int64_t to_value = 0;  // µs, where value was reached

  bool has(Outcome outcome) const { return ((outcomes >> static_cast<unsigned>(outcome)) & 1) != 0; }
};

class Purchases {
 public:
  static constexpr std::uint32_t no_place = 0xffff'ffff;

  /// The part must outlive this.
  Purchases(const Params& params, const Scope& scope, const Part& part);

  /// The row of the first buy of the journey in those rows, when it lies in the range.
  std::optional<std::uint64_t> find_row(std::uint64_t begin, std::uint64_t end) const;
  std::optional<Purchase> find(std::uint64_t begin, std::uint64_t end) const;

  /// The touchpoints of the buyer phase, each by its place: in `names()`, or in the choice where one was made.
  std::uint32_t touchpoint(std::uint64_t row) const { return places_[event_[row]]; }
  const std::vector<std::string_view>& names() const { return names_; }

  /// True where the value of the event is money of a purchase, or of its return.
  bool is_money(std::uint64_t row) const { return (signs_[event_[row]] & money) != 0 && value_.has(row); }
  const ColumnView& value() const { return value_; }
  const ColumnView& currency() const { return currency_; }

 private:
  /// What an event of some code says. The first bits are those of the outcomes it leads to.
  enum Sign : std::uint16_t { buys = 1 << 8, says = 1 << 9, money = 1 << 10 };

  std::uint16_t sign_of(const Label& label, const Params& params) const;
  void place_touchpoints(const Params& params, Labels labels);
  template <class Code>
  std::uint64_t first_buy(const Code* codes, std::uint64_t begin, std::uint64_t end) const;

  std::uint64_t within_;
  Scope scope_;
  std::int64_t end_;      // what follows a purchase counts before this
  std::int64_t horizon_;  // up to here everything is known
  const std::int64_t* time_;
  EventCodes event_;
  ColumnView value_;
  ColumnView currency_;
  std::vector<std::uint16_t> signs_;   // by code
  std::vector<std::uint32_t> places_;  // by code; no_place for what is no touchpoint of the buyer phase
  std::vector<std::string_view> names_;
};

}  // namespace peregrine::handoff
