// Two proportions side by side: how far they lie apart, and how likely so much is by chance. Numbers in, numbers out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/proportion.hpp"

namespace peregrine::statistics {

/// `part` of `whole` beside `other_part` of `other_whole`; both wholes > 0.
struct TwoProportions {
  std::int64_t part = 0;
  std::int64_t whole = 0;
  std::int64_t other_part = 0;
  std::int64_t other_whole = 0;

  /// The first less the second, -1 to 1.
  double difference() const;
};

/// 95 % interval of the difference by Newcombe's hybrid of Wilson's intervals (Newcombe 1998, Statistics in Medicine
/// 17:873, method 10).
Interval newcombe(const TwoProportions& pair);

/// How many standard errors the difference is from 0 when both are one proportion; 0 when all or none are part.
double pooled_z(const TwoProportions& pair);

/// Chance of a z at least so far from 0 on either side.
double two_sided_p(double z);

/// Chance, with these sums of rows and columns, of a table at most as likely as this one (Fisher's exact test,
/// two-sided). Takes time with the smallest of the sums.
double fisher_exact(const TwoProportions& pair);

/// Two-sided p of the difference: Fisher's where fewer than 5 are expected in a cell, else the pooled z's.
double difference_p(const TwoProportions& pair);

/// p-values adjusted so that rejecting those up to x keeps the share of false ones among the rejected at x on average,
/// in the order given (Benjamini and Hochberg 1995, JRSS B 57:289).
std::vector<double> benjamini_hochberg(std::span<const double> p);

}  // namespace peregrine::statistics
