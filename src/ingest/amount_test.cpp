#include "ingest/amount.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/money.hpp"
#include "ingest/zero_byte.hpp"

namespace peregrine::ingest {
namespace {

TEST(Amount, of_points_is_read_as_money_is) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::string_view signs = "00123456789..-+e";
  std::size_t sound = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (std::size_t size = random() % 18; size > 0; --size) text += signs[random() % (i % 2 == 0 ? 13 : signs.size())];
    const auto money = parse_money(text);
    if (!money) continue;
    ++sound;
    const auto amount = read_amount(text, AmountStyle::point);
    ASSERT_FALSE(amount.finding) << text;
    ASSERT_EQ(amount.millionths, *money) << text;
  }
  EXPECT_GT(sound, 10'000u);
}

TEST(Amount, keeps_every_decimal_that_money_has) {
  EXPECT_EQ(read_amount("39.01", AmountStyle::point).millionths, 39'010'000);
  EXPECT_EQ(read_amount("-0.000001", AmountStyle::point).millionths, -1);
  EXPECT_EQ(read_amount("0.0000005", AmountStyle::point).millionths, 1);
  EXPECT_EQ(read_amount("999999999999", AmountStyle::point).millionths, 999'999'999'999'000'000);
  EXPECT_EQ(read_amount("12.", AmountStyle::point).millionths, 12'000'000);
  EXPECT_EQ(read_amount(".5", AmountStyle::point).millionths, 500'000);
  EXPECT_EQ(read_amount("1.2.3", AmountStyle::point).finding, Reason::value_unreadable);
  EXPECT_EQ(read_amount("-", AmountStyle::point).finding, Reason::value_unreadable);
}

TEST(ZeroByte, is_seen_at_any_place_of_any_size) {
  for (std::size_t size = 0; size < 40; ++size) {
    for (const char filler : {'a', '\x01', '\x80', '\xFF'}) {
      std::string text(size, filler);
      EXPECT_FALSE(holds_zero_byte(text)) << size;
      for (std::size_t at = 0; at < size; ++at) {
        text[at] = '\0';
        EXPECT_TRUE(holds_zero_byte(text)) << at << " of " << size;
        text[at] = filler;
      }
    }
  }
}

}  // namespace
}  // namespace peregrine::ingest
