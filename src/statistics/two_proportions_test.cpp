#include "statistics/two_proportions.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace peregrine::statistics {
namespace {

void expect_interval(Interval got, double low, double high) {
  EXPECT_NEAR(got.low, low, 0.00005);
  EXPECT_NEAR(got.high, high, 0.00005);
}

TEST(two_proportions, newcombe_gives_the_figures_of_his_paper_of_1998) {
  expect_interval(newcombe({56, 70, 48, 80}), 0.0524, 0.3339);
  expect_interval(newcombe({9, 10, 3, 10}), 0.1705, 0.8090);
  expect_interval(newcombe({6, 7, 2, 7}), 0.0582, 0.8062);
  expect_interval(newcombe({5, 56, 0, 29}), -0.0381, 0.1926);
}

TEST(two_proportions, newcombe_turns_round_with_the_proportions) {
  const auto one = newcombe({9, 10, 3, 10});
  const auto other = newcombe({3, 10, 9, 10});
  EXPECT_DOUBLE_EQ(one.low, -other.high);
  EXPECT_DOUBLE_EQ(one.high, -other.low);
}

TEST(two_proportions, newcombe_stays_within_what_a_difference_can_be) {
  const auto all = newcombe({3, 3, 0, 3});
  EXPECT_LE(all.high, 1);
  const auto none = newcombe({0, 1, 1, 1});
  EXPECT_GE(none.low, -1);
}

TEST(two_proportions, pooled_z_and_its_p) {
  const TwoProportions pair{56, 70, 48, 80};
  EXPECT_NEAR(pooled_z(pair), 2.6502, 0.00005);
  EXPECT_NEAR(two_sided_p(pooled_z(pair)), 0.00805, 0.000005);
  EXPECT_NEAR(two_sided_p(1.959963984540054), 0.05, 1e-12);
  EXPECT_EQ(two_sided_p(0), 1);
}

TEST(two_proportions, pooled_z_of_all_or_none_is_0) {
  EXPECT_EQ(pooled_z({7, 7, 5, 5}), 0);
  EXPECT_EQ(pooled_z({0, 7, 0, 5}), 0);
}

// Tea tasting and convictions from the page of R's fisher.test, and both tables from the page of SciPy's fisher_exact.
TEST(two_proportions, fisher_gives_the_figures_of_r_and_scipy) {
  EXPECT_NEAR(fisher_exact({3, 4, 1, 4}), 0.4857, 0.00005);
  EXPECT_NEAR(fisher_exact({2, 12, 15, 18}), 0.0005367, 0.00000005);
  EXPECT_NEAR(fisher_exact({8, 10, 1, 6}), 0.03496503496503495, 1e-12);
  EXPECT_NEAR(fisher_exact({6, 8, 1, 5}), 0.1025641025641025, 1e-12);
}

TEST(two_proportions, fisher_is_sure_of_nothing_where_one_table_only_is_possible) {
  EXPECT_EQ(fisher_exact({0, 3, 0, 9}), 1);
  EXPECT_EQ(fisher_exact({3, 3, 9, 9}), 1);
}

TEST(two_proportions, fisher_of_large_sums_keeps_its_digits) {
  // All four of a million among a thousand: by whole numbers, C(1000, 4) / C(1001000, 4).
  EXPECT_NEAR(fisher_exact({4, 1'000, 0, 1'000'000}) / 9.900508046480436e-13, 1, 1e-9);
}

TEST(two_proportions, fisher_where_fewer_than_five_are_expected_else_z) {
  const TwoProportions enough{10, 20, 0, 20};  // 5 expected
  EXPECT_EQ(difference_p(enough), two_sided_p(pooled_z(enough)));
  const TwoProportions too_few{9, 20, 0, 20};
  EXPECT_EQ(difference_p(too_few), fisher_exact(too_few));
  const TwoProportions few_others{11, 20, 20, 20};  // 4.5 expected of those who are not part
  EXPECT_EQ(difference_p(few_others), fisher_exact(few_others));
}

TEST(two_proportions, benjamini_hochberg_gives_the_figures_of_1995) {
  const std::vector<double> p{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                              0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto adjusted = benjamini_hochberg(p);
  EXPECT_NEAR(adjusted[0], 0.0015, 1e-9);
  EXPECT_NEAR(adjusted[1], 0.003, 1e-9);
  EXPECT_NEAR(adjusted[2], 0.0095, 1e-9);
  EXPECT_NEAR(adjusted[3], 0.035625, 1e-9);
  EXPECT_NEAR(adjusted[4], 0.0603, 1e-9);
  EXPECT_EQ(std::count_if(adjusted.begin(), adjusted.end(), [](double q) { return q <= 0.05; }), 4);
  EXPECT_EQ(adjusted[14], 1);
}

TEST(two_proportions, benjamini_hochberg_keeps_the_order_given_and_never_falls_with_p) {
  const std::vector<double> p{0.04, 0.01, 0.03};
  const auto adjusted = benjamini_hochberg(p);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.04);
  EXPECT_DOUBLE_EQ(adjusted[1], 0.03);
  EXPECT_DOUBLE_EQ(adjusted[2], 0.04);  // 0.045 by its own rank, but no more than the next
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

}  // namespace
}  // namespace peregrine::statistics
