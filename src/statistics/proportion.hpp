// Intervals of proportions and of scores made of proportions.
#pragma once

#include <cstdint>

namespace peregrine::statistics {

/// 97.5 % quantile of the normal distribution.
constexpr double z95 = 1.959963984540054;

struct Interval {
  double low = 0;
  double high = 0;
};

/// 95 % interval of `part` of `whole` (whole > 0) by Wilson's score method without continuity correction
/// (Wilson 1927; figures in Newcombe 1998, Statistics in Medicine 17:857).
Interval wilson(std::int64_t part, std::int64_t whole);

/// The same of a share of `observations` that need be no whole number: those that a weighted mean is worth.
Interval wilson_of_share(double share, double observations);

/// 95 % interval of a net promoter score in points, -100 to 100: adjusted Wald with 3/4 of a promoter, 3/4 of a
/// detractor and 3 responses added, clipped (Rocks 2016, Quality & Quantity). `responses` > 0.
Interval net_promoter(std::int64_t promoters, std::int64_t detractors, std::int64_t responses);

}  // namespace peregrine::statistics
