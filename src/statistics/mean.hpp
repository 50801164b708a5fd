// The mean of whole numbers, from their exact sums.
#pragma once

#include <cstdint>
#include <optional>

#include "statistics/proportion.hpp"

namespace peregrine::statistics {

/// Numbers as their count, sum and sum of squares: it does not matter in which order they were added.
struct WholeNumbers {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t squares = 0;

  void add(std::int64_t number, std::int64_t many = 1) {
    count += many;
    sum += number * many;
    squares += number * number * many;
  }
  /// `count` > 0.
  double mean() const { return static_cast<double>(sum) / static_cast<double>(count); }
  /// 95 % interval of the mean by the normal distribution; nothing for fewer than two numbers.
  std::optional<Interval> interval_of_mean() const;
};

}  // namespace peregrine::statistics
