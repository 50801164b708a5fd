// A TimeTally fills a TimeHistogram fast, where many times come for each of many histograms. What comes out of
// `settle` is what adding each time to the histogram would have given. One thread at a time owns it.
//
// Exact values are costly while there are few and useless once there are more than a histogram keeps. So times wait in
// a list, while a set of bits proves how many of them are distinct at least: each value sets one bit of 4,096. More
// bits than TimeHistogram::max_exact mean that the histogram will be of buckets, and from then on only those are
// counted.
#pragma once

#include <cstdint>
#include <vector>

#include "statistics/time_histogram.hpp"

namespace peregrine::statistics {

class TimeTally {
 public:
  /// `micros` >= 0.
  void add(std::int64_t micros) {
    if (!buckets_.empty()) {
      ++buckets_[TimeBuckets::find(micros)];
    } else {
      wait(micros);
    }
  }
  /// Moves all that was added into the histogram.
  void settle(TimeHistogram& into);

 private:
  void wait(std::int64_t micros);

  std::vector<std::uint32_t> buckets_;  // empty until there are too many distinct times
  std::vector<std::int64_t> waiting_;
  std::vector<std::uint64_t> bits_;
  std::size_t distinct_ = 0;  // at least so many
  TimeHistogram few_;         // what waited too long: many times of few values
};

}  // namespace peregrine::statistics
