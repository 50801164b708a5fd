#include "statistics/mean.hpp"

#include <gtest/gtest.h>

namespace peregrine::statistics {
namespace {

TEST(mean, interval_is_the_normal_one) {
  // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, variance 32 / 7.
  WholeNumbers numbers;
  for (const auto number : {2, 5, 7, 9, 5}) numbers.add(number);
  numbers.add(4, 3);
  EXPECT_EQ(numbers.count, 8);
  EXPECT_DOUBLE_EQ(numbers.mean(), 5);
  const auto interval = numbers.interval_of_mean();
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, 5 - 1.959963984540054 * 0.7559289460184545, 1e-12);
  EXPECT_NEAR(interval->high, 5 + 1.959963984540054 * 0.7559289460184545, 1e-12);
}

TEST(mean, one_number_has_no_interval_and_equal_ones_no_width) {
  WholeNumbers one;
  one.add(3);
  EXPECT_FALSE(one.interval_of_mean().has_value());
  one.add(3);
  EXPECT_EQ(one.interval_of_mean()->low, 3);
  EXPECT_EQ(one.interval_of_mean()->high, 3);
}

}  // namespace
}  // namespace peregrine::statistics
