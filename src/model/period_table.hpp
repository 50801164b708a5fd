// A PeriodTable is the days, weeks or months from one moment to another as a sorted table of their borders, cut in a
// zone: so that finding the period of an event needs no time-zone arithmetic. Read-only once made.
#pragma once

#include <cstdint>
#include <vector>

#include "model/calendar.hpp"

namespace peregrine {

class PeriodTable {
 public:
  /// A table without periods.
  PeriodTable() = default;
  /// From the period that `first` lies in to the one that `last` lies in; none when `last` is earlier.
  PeriodTable(Bucket period, const Zone& zone, Time first, Time last);

  std::size_t size() const { return borders_.empty() ? 0 : borders_.size() - 1; }
  std::int64_t begin(std::size_t period) const { return borders_[period]; }
  /// One past its last moment: the begin of the next.
  std::int64_t end(std::size_t period) const { return borders_[period + 1]; }
  bool contains(std::int64_t micros) const {
    return size() > 0 && micros >= borders_.front() && micros < borders_.back();
  }

  /// The period of a moment that the table contains: a guess by the usual length, which is at most a few periods off.
  std::size_t find(std::int64_t micros) const {
    auto period = static_cast<std::size_t>(static_cast<std::uint64_t>(micros - borders_.front()) /
                                           static_cast<std::uint64_t>(usual_length_));
    if (period >= size()) period = size() - 1;
    while (micros < borders_[period]) --period;
    while (micros >= borders_[period + 1]) ++period;
    return period;
  }

 private:
  std::vector<std::int64_t> borders_;  // one more than there are periods
  std::int64_t usual_length_ = 1;
};

}  // namespace peregrine
