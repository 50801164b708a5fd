// A StepTable says which events of one part can fill which steps: by event code, and by row where a step has a `where`.
// It also holds the columns that a funnel reads beside time and event. Read-only once made; shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analyses/funnel/hits.hpp"
#include "analyses/funnel/rules.hpp"
#include "model/journey.hpp"

namespace peregrine::funnel {

/// The event property in which money's currency stands.
constexpr std::string_view currency_column = "currency";

class StepTable {
 public:
  StepTable(const Params& params, const Scope& scope, const Part& part);

  /// The steps that an event can fill: its name's, less those whose `where` does not hold.
  std::uint64_t steps_at(std::uint64_t row) const {
    const auto steps = steps_of_code_[event_[row]];
    return (steps & filtered_) == 0 ? steps : filter(steps, row);
  }
  std::uint32_t exclusions_at(std::uint64_t row) const {
    return exclusions_of_code_.empty() ? 0 : exclusions_of_code_[event_[row]];
  }
  /// Without rounding.
  std::int64_t exact_time_at(std::uint64_t row) const { return time_[row]; }
  std::int64_t time_at(std::uint64_t row) const { return round_ == 0 ? time_[row] : rounded(time_[row], round_); }

  std::uint32_t code_at(std::uint64_t row) const { return event_[row]; }

  bool has_held(std::uint64_t row) const { return held_.has(row); }
  /// Equal for equal values of the held property, within this part.
  std::uint64_t held_at(std::uint64_t row) const;

  const ColumnView& value() const { return value_; }
  const ColumnView& currency() const { return currency_; }
  const std::vector<std::uint64_t>& steps_of_code() const { return steps_of_code_; }
  bool has_filters() const { return filtered_ != 0; }

 private:
  std::uint64_t filter(std::uint64_t steps, std::uint64_t row) const;

  EventCodes event_;
  const std::int64_t* time_ = nullptr;
  std::int64_t round_ = 0;
  std::vector<std::uint64_t> steps_of_code_;
  std::vector<std::uint32_t> exclusions_of_code_;  // empty when there are none
  std::uint64_t filtered_ = 0;                     // bit k: step k has a `where`
  std::vector<std::vector<std::uint8_t>> kept_;    // by step: one byte a row; empty for steps without
  ColumnView held_;
  ColumnView value_;
  ColumnView currency_;
};

}  // namespace peregrine::funnel
