#include "statistics/time_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>

#include "base/bytes.hpp"

namespace peregrine::statistics {
namespace {

using Times = std::vector<std::int64_t>;
using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;

// The archives of the folds, which this layer may not know, as far as a histogram needs them.
struct Saver {
  static constexpr bool loading = false;
  Writer& out;

  void operator()(std::int64_t count, const Pairs& exact, const Times& buckets) {
    out.put(count);
    out.put<std::uint64_t>(exact.size());
    for (const auto& [value, many] : exact) {
      out.put(value);
      out.put(many);
    }
    out.put(std::span<const std::int64_t>(buckets));
  }
};

struct Loader {
  static constexpr bool loading = true;
  Reader& in;

  void operator()(std::int64_t& count, Pairs& exact, Times& buckets) {
    count = in.get<std::int64_t>();
    exact.resize(in.size(16));
    for (auto& [value, many] : exact) {
      value = in.get<std::int64_t>();
      many = in.get<std::int64_t>();
    }
    buckets = in.values<std::int64_t>();
  }
  void require(bool holds, const char* what) {
    if (!holds) in.fail(what);
  }
};

TimeHistogram histogram_of(const Times& times) {
  TimeHistogram histogram;
  for (const auto time : times) histogram.add(time);
  return histogram;
}

std::string saved(TimeHistogram histogram) {
  Writer out;
  Saver saver{out};
  histogram.archive(saver);
  return out.take();
}

TimeHistogram loaded(const std::string& bytes) {
  Reader in(bytes, "histogram");
  Loader loader{in};
  TimeHistogram histogram;
  histogram.archive(loader);
  in.expect_end();
  return histogram;
}

std::int64_t nearest_rank(const Times& sorted, double q) {
  return sorted[static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size()))) - 1];
}

std::mt19937_64 seeded() {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  return std::mt19937_64(seed);
}

// Lengths from below a millisecond to beyond 100 years, as many of each magnitude.
Times random_times(std::mt19937_64& random, std::size_t count) {
  std::uniform_real_distribution<double> exponent(0, 16);
  Times times(count);
  for (auto& time : times) time = static_cast<std::int64_t>(std::pow(10, exponent(random)));
  return times;
}

TEST(time_histogram, nothing_has_no_quantiles) {
  const TimeHistogram empty;
  EXPECT_EQ(empty.count(), 0);
  EXPECT_FALSE(empty.quantile(0.5));
  EXPECT_FALSE(empty.quantile_seconds(0.5));
  EXPECT_FALSE(empty.quantile_days(1));
}

TEST(time_histogram, quantiles_are_nearest_rank) {
  const auto four = histogram_of({40, 10, 30, 20});
  EXPECT_EQ(four.quantile(0.25), 10);
  EXPECT_EQ(four.quantile(0.5), 20);
  EXPECT_EQ(four.quantile(0.500001), 30);
  EXPECT_EQ(four.quantile(1), 40);
  EXPECT_EQ(histogram_of({7}).quantile(0.001), 7);
  EXPECT_EQ(histogram_of({86'400'000'000}).quantile_days(0.5), 1.0);
  EXPECT_EQ(histogram_of({1'500'000}).quantile_seconds(0.5), 1.5);
}

TEST(time_histogram, is_exact_up_to_1024_distinct_values) {
  auto random = seeded();
  const auto distinct = random_times(random, 1'024);
  Times times;
  for (int i = 0; i < 5'000; ++i) times.push_back(distinct[random() % distinct.size()]);
  const auto histogram = histogram_of(times);
  std::sort(times.begin(), times.end());
  for (const double q : {0.001, 0.1, 0.25, 0.5, 0.9, 0.99, 1.0}) {
    EXPECT_EQ(histogram.quantile(q), nearest_rank(times, q));
  }
}

TEST(time_histogram, the_1025th_distinct_value_spreads) {
  TimeHistogram histogram;
  for (std::int64_t i = 1; i <= 1'024; ++i) histogram.add(i * 1'000'003);
  EXPECT_EQ(histogram.quantile(1), 1'024 * 1'000'003);
  histogram.add(3);
  EXPECT_EQ(histogram.count(), 1'025);
  EXPECT_NE(histogram.quantile(1), 1'024 * 1'000'003);
  EXPECT_NEAR(static_cast<double>(*histogram.quantile(1)), 1'024 * 1'000'003.0, 0.01 * 1'024 * 1'000'003.0);
}

TEST(time_histogram, spread_is_at_most_one_percent_off) {
  auto random = seeded();
  auto times = random_times(random, 20'000);
  for (auto& time : times) time = std::clamp(time, TimeBorders::shortest, TimeBorders::longest);
  const auto histogram = histogram_of(times);
  std::sort(times.begin(), times.end());
  for (double q = 0.001; q <= 1; q += 0.001) {
    const auto exact = static_cast<double>(nearest_rank(times, q));
    EXPECT_NEAR(static_cast<double>(*histogram.quantile(q)), exact, 0.01 * exact) << q;
  }
}

TEST(time_histogram, every_bucket_is_found_and_its_middle_is_near) {
  const auto expect_near = [](std::int64_t micros) {
    const auto middle = TimeBuckets::middle(TimeBuckets::find(micros));
    EXPECT_LE(std::abs(middle - micros) * 100, micros) << micros;
  };
  std::int64_t border = TimeBorders::shortest;
  for (std::size_t bucket = 1; bucket + 1 < TimeBuckets::count; ++bucket) {
    EXPECT_EQ(TimeBuckets::find(border), bucket);
    EXPECT_EQ(TimeBuckets::find(border - 1), bucket - 1);
    expect_near(border);
    border = TimeBorders::next(border);
    expect_near(border - 1);
  }
  EXPECT_EQ(TimeBuckets::find(0), 0u);
  EXPECT_EQ(TimeBuckets::middle(0), 0);
  EXPECT_EQ(TimeBuckets::find(TimeBorders::longest), TimeBuckets::count - 1);
  EXPECT_EQ(TimeBuckets::find(std::numeric_limits<std::int64_t>::max()), TimeBuckets::count - 1);
}

TEST(time_histogram, any_split_merged_in_any_order_gives_the_same_bytes) {
  auto random = seeded();
  for (int round = 0; round < 60; ++round) {
    const auto count = std::size_t{1} << (random() % 13);
    const auto times = random_times(random, count);
    const auto whole = saved(histogram_of(times));
    std::vector<TimeHistogram> parts(1 + random() % 7);
    for (const auto time : times) parts[random() % parts.size()].add(time);
    std::shuffle(parts.begin(), parts.end(), random);
    TimeHistogram merged;
    for (const auto& part : parts) merged.merge(loaded(saved(part)));
    EXPECT_EQ(saved(merged), whole);
    EXPECT_EQ(saved(loaded(whole)), whole);
  }
}

TEST(time_histogram, may_be_merged_with_itself) {
  auto twice = histogram_of({1, 2, 3});
  twice.merge(twice);
  EXPECT_EQ(saved(twice), saved(histogram_of({1, 1, 2, 2, 3, 3})));
}

TEST(time_histogram, loading_refuses_what_does_not_add_up) {
  const auto bytes = [](std::int64_t count, const Pairs& exact, const Times& buckets) {
    Writer out;
    Saver saver{out};
    saver(count, exact, buckets);
    return out.take();
  };
  EXPECT_NO_THROW(loaded(bytes(3, {{5, 1}, {6, 2}}, {})));
  Times buckets(TimeBuckets::count);
  buckets[7] = 4;
  EXPECT_NO_THROW(loaded(bytes(4, {}, buckets)));
  EXPECT_THROW(loaded(bytes(2, {{5, 1}, {6, 2}}, {})), Error);  // counts more than there are
  EXPECT_THROW(loaded(bytes(4, {{5, 1}, {6, 2}}, {})), Error);  // counts fewer
  EXPECT_THROW(loaded(bytes(3, {{6, 2}, {5, 1}}, {})), Error);  // not in order
  EXPECT_THROW(loaded(bytes(3, {{5, 1}, {5, 2}}, {})), Error);  // twice the same
  EXPECT_THROW(loaded(bytes(1, {{5, 0}, {6, 1}}, {})), Error);  // none of it
  EXPECT_THROW(loaded(bytes(1, {{-5, 1}}, {})), Error);         // before it began
  EXPECT_THROW(loaded(bytes(-1, {}, {})), Error);
  EXPECT_THROW(loaded(bytes(1, {}, {1})), Error);            // too few buckets
  EXPECT_THROW(loaded(bytes(5, {{5, 1}}, buckets)), Error);  // both exact and spread
  buckets[8] = -1;
  EXPECT_THROW(loaded(bytes(3, {}, buckets)), Error);
}

}  // namespace
}  // namespace peregrine::statistics
