#include "demo/chance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace peregrine::demo {
namespace {

constexpr int draws = 200'000;

TEST(chance, logarithm_and_exponential_agree_with_the_library_of_this_machine) {
  for (double x = 1e-12; x < 1e12; x *= 1.37)
    EXPECT_NEAR(portable_log(x), std::log(x), 1e-14 * (1 + std::abs(std::log(x))));
  for (double x = -30; x < 30; x += 0.173) EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 1e-13);
}

TEST(chance, normal_quantiles_are_those_of_the_tables) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-9);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963985, 1e-7);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306, 1e-7);
  EXPECT_NEAR(normal_quantile(0.999), 3.090232306, 1e-7);
}

TEST(chance, draws_have_their_mean_within_four_sigma) {
  Chance chance(7, Purpose::person, 1);
  double exponential = 0;
  double geometric = 0;
  int below_median = 0;
  for (int i = 0; i < draws; ++i) {
    exponential += chance.exponential(3);
    geometric += chance.geometric(1.5);
    below_median += chance.lognormal(5, 0.8) < 5 ? 1 : 0;
  }
  const double root = std::sqrt(static_cast<double>(draws));
  EXPECT_NEAR(exponential / draws, 3, 4 * 3 / root);
  EXPECT_NEAR(geometric / draws, 1.5, 4 * std::sqrt(1.5 * 2.5) / root);
  EXPECT_NEAR(static_cast<double>(below_median) / draws, 0.5, 4 * 0.5 / root);
}

TEST(chance, picks_follow_weights_and_never_what_weighs_nothing) {
  Chance chance(7, Purpose::person, 2);
  const std::array weights{1.0, 0.0, 3.0};
  std::array<int, 3> picked{};
  for (int i = 0; i < draws; ++i) ++picked[chance.pick(weights)];
  EXPECT_EQ(picked[1], 0);
  EXPECT_NEAR(static_cast<double>(picked[0]) / draws, 0.25, 4 * std::sqrt(0.25 * 0.75 / draws));
}

TEST(chance, streams_differ_by_seed_purpose_and_number) {
  const auto first = Chance(1, Purpose::person, 1).next();
  EXPECT_EQ(first, Chance(1, Purpose::person, 1).next());
  EXPECT_NE(first, Chance(2, Purpose::person, 1).next());
  EXPECT_NE(first, Chance(1, Purpose::group, 1).next());
  EXPECT_NE(first, Chance(1, Purpose::person, 2).next());
}

}  // namespace
}  // namespace peregrine::demo
