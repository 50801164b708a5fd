#include "statistics/time_tally.hpp"

#include <gtest/gtest.h>

#include <random>

namespace peregrine::statistics {
namespace {

/// What a histogram answers: equal histograms answer equally, exact ones differ from those of buckets.
std::vector<std::optional<std::int64_t>> answers(const TimeHistogram& histogram) {
  std::vector<std::optional<std::int64_t>> all{histogram.count()};
  for (int percent = 1; percent <= 100; ++percent) all.push_back(histogram.quantile(percent / 100.0));
  return all;
}

/// Adds times both ways, in parts of so many, and compares what the histograms answer.
void expect_same(const std::vector<std::int64_t>& times, std::size_t part) {
  TimeHistogram plain;
  TimeHistogram tallied;
  TimeTally tally;
  std::size_t since = 0;
  for (const auto time : times) {
    plain.add(time);
    tally.add(time);
    if (++since == part) {
      tally.settle(tallied);
      since = 0;
    }
  }
  tally.settle(tallied);
  EXPECT_EQ(answers(plain), answers(tallied)) << times.size() << " times in parts of " << part;
}

TEST(TimeTally, gives_the_histogram_that_adding_each_time_gives) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const std::uint64_t distinct : {1, 3, 1'000, 1'024, 1'025, 1'100, 1'300, 100'000}) {
    for (const std::size_t count : {1, 1'024, 1'025, 5'000, 20'000}) {
      std::vector<std::int64_t> times;
      for (std::size_t i = 0; i < count; ++i) {
        times.push_back(static_cast<std::int64_t>(random() % distinct) * 86'400'000'000 + 7'777);
      }
      expect_same(times, 700);
      expect_same(times, 1'000'000);
    }
  }
}

TEST(TimeTally, exactly_as_many_distinct_times_as_a_histogram_keeps_stay_exact) {
  std::vector<std::int64_t> times;
  for (std::int64_t i = 0; i < 1'024; ++i) times.push_back(i * 1'000'000);
  expect_same(times, 1'000'000);
  times.push_back(1'024 * 1'000'000);
  expect_same(times, 1'000'000);
}

TEST(TimeTally, nothing_added_changes_nothing) {
  expect_same({}, 1);
}

}  // namespace
}  // namespace peregrine::statistics
