#include "statistics/mean.hpp"

#include <algorithm>
#include <cmath>

namespace peregrine::statistics {

std::optional<Interval> WholeNumbers::interval_of_mean() const {
  if (count < 2) return std::nullopt;
  const auto n = static_cast<double>(count);
  const auto variance = std::max(0.0, (static_cast<double>(squares) - static_cast<double>(sum) * mean()) / (n - 1));
  const auto half = z95 * std::sqrt(variance / n);
  return Interval{mean() - half, mean() + half};
}

}  // namespace peregrine::statistics
