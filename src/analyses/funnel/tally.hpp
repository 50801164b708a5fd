// A Tally counts entries: how many got to each step, how long it took them, and the money of the events that filled it.
// It is what a funnel's State holds and merges; all of it is integers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/funnel/step_table.hpp"
#include "base/money.hpp"
#include "statistics/time_histogram.hpp"

namespace peregrine::funnel {

/// Money of one currency. Amounts of several are not added: then there is no sum.
class MoneyOfStep {
 public:
  /// The amount at a row, if there is one.
  void add(const StepTable& table, std::uint64_t row) {
    if (table.value().has(row)) add_amount(table, row);
  }
  /// The currency counted by code becomes the currency by name.
  void settle(const StepTable& table);
  void merge(const MoneyOfStep& other);

  bool is_mixed() const { return mixed_; }
  bool is_empty() const { return !some_ && !mixed_; }
  MoneySum sum() const { return sum_; }
  const std::string& currency() const { return currency_; }

  template <class Archive>
  void archive(Archive& archive) {
    archive(some_, mixed_, currency_, sum_);
    if constexpr (Archive::loading) {
      archive.require(!(some_ && mixed_) && (some_ || (currency_.empty() && sum_ == 0)), "holds money of no currency");
    }
  }

 private:
  void add_amount(const StepTable& table, std::uint64_t row);
  void take(const std::string& currency, MoneySum sum);
  void mix();

  bool some_ = false;
  bool mixed_ = false;
  std::string currency_;
  MoneySum sum_ = 0;
  // Of the part being observed, until it is settled.
  bool some_here_ = false;
  bool mixed_here_ = false;
  std::uint32_t code_here_ = 0;
  MoneySum sum_here_ = 0;
};

struct StepTally {
  std::int64_t journeys = 0;  // entries that filled the step
  std::int64_t matured = 0;   // of those, the ones whose window has ended
  MoneyOfStep value;
  statistics::TimeHistogram since_previous;
  statistics::TimeHistogram since_first;

  template <class Archive>
  void archive(Archive& archive) {
    archive(journeys, matured, value, since_previous, since_first);
    if constexpr (Archive::loading) {
      archive.require(matured >= 0 && matured <= journeys && since_previous.count() <= journeys &&
                          since_previous.count() == since_first.count(),
                      "counts more than there are");
    }
  }
};

class Tally {
 public:
  explicit Tally(std::size_t steps) : steps_(steps) {}

  /// An entry that filled the steps below `depth` by the events at `rows` (no_row: skipped).
  void add(const StepTable& table, const std::uint64_t* rows, unsigned depth, bool matured) {
    const auto first_time = table.time_at(rows[0]);
    auto time = first_time;
    const bool has_value = table.value().exists();
    for (unsigned k = 0; k < depth; ++k) {
      if (rows[k] == no_row) continue;
      auto& step = steps_[k];
      ++step.journeys;
      step.matured += matured ? 1 : 0;
      if (has_value) step.value.add(table, rows[k]);
      if (k == 0) continue;
      // Equal times in any order may go backwards within the tolerance: that took no time.
      const auto at = table.time_at(rows[k]);
      step.since_previous.add(passed(time, at));
      step.since_first.add(passed(first_time, at));
      time = at;
    }
  }
  void settle(const StepTable& table);
  void merge(const Tally& other);

  const std::vector<StepTally>& steps() const { return steps_; }

  template <class Archive>
  void archive(Archive& archive) {
    const auto count = steps_.size();
    archive(steps_);
    if constexpr (Archive::loading) archive.require(steps_.size() == count, "has another number of steps");
  }

 private:
  std::vector<StepTally> steps_;
};

}  // namespace peregrine::funnel
