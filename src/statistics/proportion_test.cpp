#include "statistics/proportion.hpp"

#include <gtest/gtest.h>

namespace peregrine::statistics {
namespace {

void expect_interval(Interval got, double low, double high, double tolerance) {
  EXPECT_NEAR(got.low, low, tolerance);
  EXPECT_NEAR(got.high, high, tolerance);
}

TEST(proportion, wilson_gives_the_figures_of_newcombe_1998) {
  expect_interval(wilson(81, 263), 0.2553, 0.3662, 0.00005);
  expect_interval(wilson(15, 148), 0.0624, 0.1605, 0.00005);
  expect_interval(wilson(0, 20), 0, 0.1611, 0.00005);
  expect_interval(wilson(1, 29), 0.0061, 0.1718, 0.00005);
}

TEST(proportion, wilson_ends_exactly_at_nothing_and_at_all) {
  EXPECT_EQ(wilson(0, 7).low, 0);
  EXPECT_EQ(wilson(7, 7).high, 1);
}

TEST(proportion, wilson_of_a_share_needs_no_whole_number_of_observations) {
  const auto whole = wilson(15, 148);
  expect_interval(wilson_of_share(15.0 / 148, 148), whole.low, whole.high, 1e-15);
  const auto fewer = wilson_of_share(0.5, 10.5);
  EXPECT_GT(fewer.low, wilson(5, 10).low);
  EXPECT_LT(fewer.low, wilson(6, 12).low);
  EXPECT_EQ(wilson_of_share(0, 2.5).low, 0);
  EXPECT_EQ(wilson_of_share(1, 2.5).high, 1);
}

TEST(proportion, net_promoter_gives_the_adjusted_wald_figures) {
  expect_interval(net_promoter(50, 20, 100), 14.05, 44.20, 0.005);
  expect_interval(net_promoter(7, 1, 10), 7.04, 85.27, 0.005);
  expect_interval(net_promoter(10, 0, 10), 47.5, 100, 0.05);
}

}  // namespace
}  // namespace peregrine::statistics
