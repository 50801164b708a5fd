#include "base/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace peregrine {
namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

TEST(ParseMoney, plain_decimals_are_exact) {
  EXPECT_EQ(parse_money("12.5"), 12'500'000);
  EXPECT_EQ(parse_money("-3"), -3'000'000);
  EXPECT_EQ(parse_money("+.25"), 250'000);
  EXPECT_EQ(parse_money("7."), 7'000'000);
  EXPECT_EQ(parse_money("0.1"), 100'000);
  EXPECT_EQ(parse_money("1234567.654321"), 1'234'567'654'321);
  EXPECT_EQ(parse_money("0000000000000000000000001"), 1'000'000);
}

TEST(ParseMoney, half_a_millionth_is_rounded_away_from_zero) {
  EXPECT_EQ(parse_money("0.0000005"), 1);
  EXPECT_EQ(parse_money("-0.0000005"), -1);
  EXPECT_EQ(parse_money("0.00000049999999"), 0);
  EXPECT_EQ(parse_money("1.9999995"), 2'000'000);
}

TEST(ParseMoney, exponents_are_read) {
  EXPECT_EQ(parse_money("1e3"), 1'000'000'000);
  EXPECT_EQ(parse_money("-2.5E-1"), -250'000);
  EXPECT_EQ(parse_money("+1.5e+2"), 150'000'000);
  EXPECT_EQ(parse_money("12345678901234567890e-10"), 1'234'567'890'123'457);
}

TEST(ParseMoney, the_range_is_that_of_64_bits) {
  EXPECT_EQ(parse_money("9223372036854.775807"), most);
  EXPECT_EQ(parse_money("9223372036854.775808"), std::nullopt);
  EXPECT_EQ(parse_money("-9223372036854.775807"), -most);
  EXPECT_EQ(parse_money("99999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_money("1e13"), std::nullopt);
  EXPECT_EQ(parse_money("1e400"), std::nullopt);
}

TEST(ParseMoney, anything_else_is_nothing) {
  for (const auto* text : {"",      ".",  "-",  "+",   "+-1",  "--1",  "+-1e2", "1,5", "1 000", " 1",       "1 ",
                           "EUR 1", "1e", "e5", ".e5", "1e5x", "0x10", "0x1e2", "nan", "inf",   "infinity", "1.2.3"}) {
    EXPECT_EQ(parse_money(text), std::nullopt) << text;
  }
}

TEST(MoneyOf, rounds_to_the_nearest_millionth) {
  EXPECT_EQ(money_of(0.1 + 0.2), 300'000);
  EXPECT_EQ(money_of(-12.5), -12'500'000);
  EXPECT_EQ(money_of(0.0000004), 0);
}

TEST(MoneyOf, has_nothing_for_what_is_no_amount) {
  EXPECT_EQ(money_of(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
  EXPECT_EQ(money_of(std::numeric_limits<double>::infinity()), std::nullopt);
  EXPECT_EQ(money_of(1e13), std::nullopt);
  EXPECT_EQ(money_of(-1e13), std::nullopt);
}

TEST(MoneySum, holds_what_64_bits_cannot) {
  const MoneySum sum = MoneySum{most} * 4;
  EXPECT_EQ(sum / 4, MoneySum{most});
  EXPECT_NEAR(amount_of(sum), 4 * 9223372036854.775807, 0.01);
  EXPECT_EQ(amount_of(12'500'000), 12.5);
  EXPECT_EQ(amount_of(-100'000), -0.1);
}

}  // namespace
}  // namespace peregrine
