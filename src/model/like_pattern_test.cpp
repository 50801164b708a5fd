#include "model/like_pattern.hpp"

#include <gtest/gtest.h>

namespace peregrine {
namespace {

bool like(std::string_view text, std::string_view pattern) {
  return LikePattern(pattern).matches(text);
}

TEST(LikePattern, a_percent_stands_for_any_run) {
  EXPECT_TRUE(like("Order Completed", "Order%"));
  EXPECT_TRUE(like("Order", "Order%"));
  EXPECT_TRUE(like("Order Completed", "%Completed"));
  EXPECT_TRUE(like("Order Completed", "%der%et%"));
  EXPECT_TRUE(like("", "%"));
  EXPECT_TRUE(like("aab", "%%ab"));
  EXPECT_FALSE(like("An Order", "Order%"));
  EXPECT_FALSE(like("Order Completed", "%Complete"));
}

TEST(LikePattern, an_underscore_stands_for_one_letter) {
  EXPECT_TRUE(like("plan a", "plan _"));
  EXPECT_TRUE(like("plan é", "plan _"));
  EXPECT_TRUE(like("ééb", "%_b"));
  EXPECT_FALSE(like("plan ", "plan _"));
  EXPECT_FALSE(like("plan ab", "plan _"));
}

TEST(LikePattern, without_either_it_is_the_whole_text_in_its_case) {
  EXPECT_TRUE(like("Order", "Order"));
  EXPECT_FALSE(like("order", "Order"));
  EXPECT_FALSE(like("Orders", "Order"));
  EXPECT_TRUE(like("", ""));
  EXPECT_FALSE(like("x", ""));
}

TEST(LikePattern, a_backslash_takes_the_meaning_away) {
  EXPECT_TRUE(like("100%", "100\\%"));
  EXPECT_FALSE(like("1000", "100\\%"));
  EXPECT_TRUE(like("a_b", "a\\_b"));
  EXPECT_FALSE(like("axb", "a\\_b"));
  EXPECT_TRUE(like("a\\b", "a\\b"));
}

TEST(LikePattern, many_runs_take_no_long_time) {
  std::string pattern;
  for (int i = 0; i < 1'000; ++i) pattern += "a%";
  EXPECT_FALSE(like(std::string(20'000, 'a') + "b", pattern + "c"));
}

}  // namespace
}  // namespace peregrine
