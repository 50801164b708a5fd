#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

template <class Read>
std::string read_refusal(std::string_view bytes, Read&& read) {
  return refusal_of([&] {
    Reader in(bytes, "state");
    read(in);
  });
}

std::string count_alone(std::uint64_t count) {
  Writer out;
  out.put(count);
  return out.take();
}

enum class Colour : std::uint8_t { red, green };

TEST(Bytes, what_is_written_is_read_again) {
  const std::vector<double> numbers{1.5, -2};
  Writer out;
  out.put<std::uint32_t>(7);
  out.put(std::string_view("a\0b", 3));
  out.put(std::span<const double>(numbers));
  out.put(Colour::green);
  out.put(true);
  out.put(std::string_view());
  Reader in(out.bytes(), "state");
  EXPECT_EQ(in.get<std::uint32_t>(), 7u);
  EXPECT_EQ(in.text(), std::string_view("a\0b", 3));
  EXPECT_EQ(in.values<double>(), numbers);
  EXPECT_EQ(in.get<Colour>(), Colour::green);
  EXPECT_TRUE(in.get<bool>());
  EXPECT_EQ(in.text(), "");
  EXPECT_TRUE(in.at_end());
  in.expect_end();
}

TEST(Bytes, are_little_endian_with_lengths_before_contents) {
  Writer out;
  out.put<std::uint32_t>(0x01020304);
  out.put(std::string_view("ab"));
  EXPECT_EQ(out.bytes(), std::string_view("\x04\x03\x02\x01\x02\0\0\0\0\0\0\0ab", 14));
}

TEST(Reader, a_value_beyond_the_end_is_refused) {
  EXPECT_EQ(read_refusal("abc", [](Reader& in) { in.get<std::uint32_t>(); }), "corrupt | state: ends too early");
  EXPECT_EQ(read_refusal("", [](Reader& in) { in.get<std::uint8_t>(); }), "corrupt | state: ends too early");
  EXPECT_EQ(read_refusal("abc", [](Reader& in) { in.take(4); }), "corrupt | state: ends too early");
}

TEST(Reader, a_length_beyond_the_end_is_refused) {
  const auto one_more = count_alone(3) + "ab";
  EXPECT_EQ(read_refusal(one_more, [](Reader& in) { in.text(); }), "corrupt | state: says more than it holds");
  const auto exact = count_alone(2) + "ab";
  EXPECT_EQ(Reader(exact, "state").text(), "ab");
}

TEST(Reader, a_huge_count_is_refused_before_anything_is_allocated) {
  for (const std::uint64_t count : {std::uint64_t{1} << 40, std::uint64_t{1} << 61,
                                    std::uint64_t{0x2000'0000'0000'0001}, std::numeric_limits<std::uint64_t>::max()}) {
    const auto bytes = count_alone(count) + "12345678";
    EXPECT_EQ(read_refusal(bytes, [](Reader& in) { in.values<double>(); }), "corrupt | state: says more than it holds");
    EXPECT_EQ(read_refusal(bytes, [](Reader& in) { in.text(); }), "corrupt | state: says more than it holds");
    EXPECT_EQ(read_refusal(bytes, [](Reader& in) { in.size(1); }), "corrupt | state: says more than it holds");
    EXPECT_EQ(read_refusal(bytes, [](Reader& in) { in.size(0); }), "corrupt | state: says more than it holds");
  }
}

TEST(Reader, a_count_is_measured_by_the_size_of_its_items) {
  const auto bytes = count_alone(2) + std::string(15, 'x');
  EXPECT_EQ(read_refusal(bytes, [](Reader& in) { in.size(8); }), "corrupt | state: says more than it holds");
  EXPECT_EQ(Reader(bytes, "state").size(7), 2u);
}

TEST(Reader, a_boolean_is_0_or_1) {
  EXPECT_EQ(read_refusal("\x02", [](Reader& in) { in.get<bool>(); }),
            "corrupt | state: has a boolean that is neither true nor false");
  EXPECT_FALSE(Reader(std::string_view("\0", 1), "state").get<bool>());
}

TEST(Reader, what_is_left_over_is_refused) {
  Reader in("ab", "state");
  in.take(1);
  EXPECT_FALSE(in.at_end());
  EXPECT_EQ(refusal_of([&] { in.expect_end(); }), "corrupt | state: goes on after its end");
  EXPECT_EQ(in.rest(), "b");
  EXPECT_EQ(in.rest(), "");
}

}  // namespace
}  // namespace peregrine
