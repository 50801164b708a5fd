#include "base/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

std::string read_and_write(std::string_view text) {
  return json::format(json::parse(text, "test"));
}

std::string parse_refusal(std::string_view text) {
  return refusal_of([&] { json::parse(text, "request"); });
}

TEST(JsonParse, an_error_says_line_and_column) {
  EXPECT_EQ(parse_refusal("{\"a\": }"), "invalid | request:1:7: is not JSON: syntax error");
  EXPECT_EQ(parse_refusal("{\n  \"a\": 1,\n  \"b\": x\n}"), "invalid | request:3:8: is not JSON: syntax error");
}

TEST(JsonParse, a_document_that_ends_too_early_is_refused_at_its_end) {
  EXPECT_EQ(parse_refusal(""), "invalid | request:1:1: is not JSON: incomplete JSON");
  EXPECT_EQ(parse_refusal("[1,\n2"), "invalid | request:2:2: is not JSON: incomplete JSON");
}

TEST(JsonParse, only_white_space_may_follow_the_document) {
  EXPECT_EQ(read_and_write(" {\"a\":1} \r\n\t"), "{\"a\":1}");
  EXPECT_EQ(parse_refusal("{} {}"), "invalid | request:1:4: is not JSON: extra data");
  EXPECT_EQ(parse_refusal("1\n2"), "invalid | request:2:1: is not JSON: extra data");
}

TEST(JsonParse, nesting_without_end_is_refused) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(parse_refusal(deep), "invalid | request:1:33: is not JSON: too deep");
}

TEST(JsonParse, numbers_that_are_not_json_are_refused) {
  for (const auto* text : {"NaN", "Infinity", "+1", "01", ".5", "1.", "0x10", "1e"}) {
    EXPECT_NE(parse_refusal(text), "nothing was thrown") << text;
  }
}

TEST(JsonParse, text_that_is_not_utf8_is_refused) {
  EXPECT_EQ(parse_refusal("\"\xff\"").substr(0, 9), "invalid |");
}

TEST(JsonFormat, whole_numbers_beyond_two_to_the_53_stay_exact) {
  for (const auto* text : {"9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808"}) {
    EXPECT_TRUE(json::parse(text, "test").is_int64()) << text;
    EXPECT_EQ(read_and_write(text), text);
  }
}

TEST(JsonFormat, whole_numbers_beyond_64_bits_with_sign_are_not_int64) {
  EXPECT_FALSE(json::parse("9223372036854775808", "test").is_int64());
  EXPECT_EQ(read_and_write("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(read_and_write("100000000000000000000"), "1e+20");
}

TEST(JsonFormat, numbers_take_the_fewest_digits) {
  EXPECT_EQ(json::format(0.1), "0.1");
  EXPECT_EQ(json::format(1e300), "1e+300");
  EXPECT_EQ(json::format(2.0), "2");
  EXPECT_EQ(json::format(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(json::format(5e-324), "5e-324");
}

TEST(JsonFormat, minus_zero_nan_and_infinities_never_appear) {
  EXPECT_EQ(json::format(-0.0), "0");
  EXPECT_EQ(read_and_write("-0"), "0");
  EXPECT_EQ(read_and_write("-0.0"), "0");
  EXPECT_EQ(json::format(std::nan("")), "null");
  EXPECT_EQ(json::format(json::array{std::numeric_limits<double>::infinity()}), "[null]");
}

TEST(JsonFormat, any_double_reads_back_bit_for_bit) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    auto number = std::bit_cast<double>(random());
    if (i % 2 == 1) number = static_cast<double>(random()) / 1e19;
    if (!std::isfinite(number) || number == 0) continue;
    const auto text = json::format(number);
    ASSERT_EQ(json::parse(text, "test").to_number<double>(), number) << text;
  }
}

TEST(JsonParse, the_nearest_double_is_taken) {
  for (const auto* text :
       {"0.30000000000000004", "1.7976931348623157e308", "2.2250738585072011e-308", "5e-324",
        "123456789012345678901234567890.5", "0.1000000000000000055511151231257827021181583404541015625",
        "9007199254740993.0", "1e23", "8.988465674311582e307"}) {
    double nearest = 0;
    std::from_chars(text, text + std::string_view(text).size(), nearest);
    EXPECT_EQ(json::parse(text, "test").to_number<double>(), nearest) << text;
    EXPECT_EQ(json::parse("[" + std::string(text) + "]", "test").at(0).to_number<double>(), nearest) << text;
  }
}

TEST(JsonParse, a_number_beyond_range_is_refused_and_one_too_small_is_zero) {
  EXPECT_EQ(parse_refusal("[1e400]"), "invalid | request:1:7: is not JSON: exponent overflow");
  EXPECT_EQ(parse_refusal("1e309").substr(0, 9), "invalid |");
  EXPECT_EQ(read_and_write("[1e-400]"), "[0]");
}

TEST(JsonFormat, members_keep_their_order_and_text_is_escaped) {
  EXPECT_EQ(read_and_write(R"({"z":1,"a":[true,null,"q\"\n\u0001é"]})"), R"({"z":1,"a":[true,null,"q\"\n\u0001é"]})");
  EXPECT_EQ(json::format(json::object{{"a\"b", 1}}), R"({"a\"b":1})");
}

TEST(JsonFormat, pretty_indents_by_two_and_leaves_empty_things_short) {
  EXPECT_EQ(json::format_pretty(json::parse(R"({"a":[1,{"b":2}],"c":[],"d":{}})", "test")),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}");
}

}  // namespace
}  // namespace peregrine
