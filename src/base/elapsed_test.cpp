#include "base/elapsed.hpp"

#include <gtest/gtest.h>

namespace peregrine {
namespace {

constexpr auto first = Time::earliest().micros;
constexpr auto last = Time::latest().micros;

TEST(Elapsed, from_one_moment_to_another) {
  EXPECT_EQ(passed(3, 10), 7);
  EXPECT_EQ(passed(-3, 10), 13);
  EXPECT_EQ(passed(5, 5), 0);
  EXPECT_EQ(passed(0, last), last);
}

TEST(Elapsed, is_none_when_the_second_moment_is_before_the_first) {
  EXPECT_EQ(passed(10, 3), 0);
  EXPECT_EQ(passed(last, first), 0);
}

TEST(Elapsed, is_at_most_the_longest_there_is) {
  EXPECT_EQ(passed(-1, last), last);
  EXPECT_EQ(passed(first, 0), last);
  EXPECT_EQ(passed(first, last), last);
}

TEST(Elapsed, moments_end_at_the_ends_of_the_range) {
  EXPECT_EQ(later(3, 4), 7);
  EXPECT_EQ(later(last - 4, 4), last);
  EXPECT_EQ(later(last - 3, 4), last);
  EXPECT_EQ(later(first, last), -1);
  EXPECT_EQ(earlier(3, 4), -1);
  EXPECT_EQ(earlier(first + 4, 4), first);
  EXPECT_EQ(earlier(first + 3, 4), first);
  EXPECT_EQ(earlier(last, last), 0);
}

}  // namespace
}  // namespace peregrine
