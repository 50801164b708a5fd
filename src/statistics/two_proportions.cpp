#include "statistics/two_proportions.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace peregrine::statistics {

namespace {

constexpr double fewest_expected = 5;

double share(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// The smallest number of any cell of the table that its sums let expect.
double least_expected(const TwoProportions& pair) {
  const auto parts = pair.part + pair.other_part;
  const auto all = pair.whole + pair.other_whole;
  return static_cast<double>(std::min(pair.whole, pair.other_whole)) * share(std::min(parts, all - parts), all);
}

/// The tables with the same sums, each by its first cell, with chances relative to the likeliest.
class Tables {
 public:
  explicit Tables(const TwoProportions& pair)
      : parts_(static_cast<double>(pair.part + pair.other_part)),
        whole_(static_cast<double>(pair.whole)),
        other_whole_(static_cast<double>(pair.other_whole)) {}

  double first() const { return std::max(0.0, parts_ - other_whole_); }
  double last() const { return std::min(parts_, whole_); }
  double likeliest() const {
    const auto mode = std::floor((parts_ + 1) * (whole_ + 1) / (whole_ + other_whole_ + 2));
    return std::clamp(mode, first(), last());
  }
  /// The chance of x + 1 over that of x.
  double ratio(double x) const { return (parts_ - x) / (x + 1) * (whole_ - x) / (other_whole_ - parts_ + x + 1); }

 private:
  double parts_;
  double whole_;
  double other_whole_;
};

}  // namespace

double TwoProportions::difference() const {
  return share(part, whole) - share(other_part, other_whole);
}

Interval newcombe(const TwoProportions& pair) {
  const double p = share(pair.part, pair.whole);
  const double other = share(pair.other_part, pair.other_whole);
  const auto of = wilson(pair.part, pair.whole);
  const auto of_other = wilson(pair.other_part, pair.other_whole);
  return {p - other - std::hypot(p - of.low, of_other.high - other),
          p - other + std::hypot(of.high - p, other - of_other.low)};
}

double pooled_z(const TwoProportions& pair) {
  const double pooled = share(pair.part + pair.other_part, pair.whole + pair.other_whole);
  const double variance =
      pooled * (1 - pooled) * (1 / static_cast<double>(pair.whole) + 1 / static_cast<double>(pair.other_whole));
  return variance > 0 ? pair.difference() / std::sqrt(variance) : 0;
}

double two_sided_p(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

// Chances by their ratios from the likeliest table outwards: differences of logarithms of factorials would lose the
// digits that matter where the sums are large.
double fisher_exact(const TwoProportions& pair) {
  const Tables tables(pair);
  const auto likeliest = tables.likeliest();
  const auto here = static_cast<double>(pair.part);
  double chance_here = 1;
  for (double x = likeliest; x < here; ++x) chance_here *= tables.ratio(x);
  for (double x = likeliest; x > here; --x) chance_here /= tables.ratio(x - 1);

  const double limit = chance_here * (1 + 1e-7);  // equal chances differ by rounding
  double all = 0;
  double as_unlikely = 0;
  const auto add = [&](double chance) {
    all += chance;
    if (chance <= limit) as_unlikely += chance;
  };
  double chance = 1;
  for (double x = likeliest; x <= tables.last() && chance > 0; ++x) {
    add(chance);
    chance *= tables.ratio(x);
  }
  chance = 1;
  for (double x = likeliest; x > tables.first() && chance > 0; --x) {
    chance /= tables.ratio(x - 1);
    add(chance);
  }
  return std::min(1.0, as_unlikely / all);
}

double difference_p(const TwoProportions& pair) {
  return least_expected(pair) < fewest_expected ? fisher_exact(pair) : two_sided_p(pooled_z(pair));
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (auto rank = order.size(); rank > 0; --rank) {
    const auto i = order[rank - 1];
    least = std::min(least, p[i] * static_cast<double>(p.size()) / static_cast<double>(rank));
    adjusted[i] = least;
  }
  return adjusted;
}

}  // namespace peregrine::statistics
