#include "statistics/proportion.hpp"

#include <algorithm>
#include <cmath>

namespace peregrine::statistics {

Interval wilson(std::int64_t part, std::int64_t whole) {
  const auto n = static_cast<double>(whole);
  return wilson_of_share(static_cast<double>(part) / n, n);
}

Interval wilson_of_share(double share, double observations) {
  const double p = share;
  const double n = observations;
  const double z2 = z95 * z95;
  const double centre = p + z2 / (2 * n);
  const double half = z95 * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  const double scale = 1 + z2 / n;
  // At the ends the method gives exactly 0 and 1; rounding must not leave them.
  return {p <= 0 ? 0.0 : std::max(0.0, (centre - half) / scale), p >= 1 ? 1.0 : std::min(1.0, (centre + half) / scale)};
}

Interval net_promoter(std::int64_t promoters, std::int64_t detractors, std::int64_t responses) {
  const double n = static_cast<double>(responses) + 3;
  const double p = (static_cast<double>(promoters) + 0.75) / n;
  const double d = (static_cast<double>(detractors) + 0.75) / n;
  const double centre = 100 * (p - d);
  const double half = 100 * z95 * std::sqrt((p + d - (p - d) * (p - d)) / n);
  return {std::max(-100.0, centre - half), std::min(100.0, centre + half)};
}

}  // namespace peregrine::statistics
