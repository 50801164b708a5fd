#include "fold/archive.hpp"

#include <gtest/gtest.h>

#include <tuple>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

struct Inner {
  int number = 0;
  std::string text;
  template <class Archive>
  void archive(Archive& archive) {
    archive(number, text);
  }
  bool operator==(const Inner&) const = default;
};

template <class T>
T saved_and_loaded(T value) {
  Writer out;
  Saver saver(out);
  saver(value);
  T loaded{};
  Reader in(out.bytes(), "state");
  Loader loader(in);
  loader(loaded);
  in.expect_end();
  return loaded;
}

template <class T>
std::string load_refusal(const Writer& out) {
  return refusal_of([&] {
    T value{};
    Reader in(out.bytes(), "state");
    Loader loader(in);
    loader(value);
  });
}

template <class T>
void expect_same(T value) {
  EXPECT_EQ(saved_and_loaded(value), value);
}

TEST(Archive, every_kind_of_member_comes_back) {
  expect_same<std::int64_t>(-5);
  expect_same<std::optional<double>>(std::nullopt);
  expect_same<std::optional<double>>(1.5);
  expect_same<std::pair<int, std::string>>({3, "three"});
  expect_same<std::vector<std::string>>({"", "a", std::string("\0b", 2)});
  expect_same<std::vector<bool>>({true, false, true});
  expect_same<std::array<std::int64_t, 3>>({1, 2, 3});
  expect_same<std::map<std::string, std::vector<Inner>>>({{"a", {{1, "x"}, {2, "y"}}}, {"b", {}}});
}

TEST(Archive, sums_of_money_keep_all_128_bits) {
  for (const MoneySum sum : {MoneySum{0}, MoneySum{-1}, MoneySum{1} << 100, -(MoneySum{1} << 100) - 12345}) {
    EXPECT_TRUE(saved_and_loaded(sum) == sum);
  }
}

TEST(Archive, a_huge_count_is_refused_before_anything_is_allocated) {
  Writer out;
  out.put(std::uint64_t{1} << 60);
  out.put(std::uint64_t{0});
  EXPECT_EQ(load_refusal<std::vector<std::int64_t>>(out), "corrupt | state: says more than it holds");
  EXPECT_EQ((load_refusal<std::map<std::string, std::int64_t>>(out)), "corrupt | state: says more than it holds");
  EXPECT_EQ(load_refusal<std::string>(out), "corrupt | state: says more than it holds");
}

TEST(Archive, fewer_items_than_were_counted_are_refused) {
  Writer out;
  out.put<std::uint64_t>(3);
  out.put<std::int64_t>(1);
  EXPECT_EQ(load_refusal<std::vector<std::int64_t>>(out), "corrupt | state: ends too early");
}

TEST(Archive, a_map_that_says_a_key_twice_is_refused) {
  Writer out;
  out.put<std::uint64_t>(2);
  for (int i = 0; i < 2; ++i) {
    out.put(std::string_view("a"));
    out.put<std::int64_t>(i);
  }
  EXPECT_EQ((load_refusal<std::map<std::string, std::int64_t>>(out)), "corrupt | state: says a key twice");
}

TEST(Archive, a_state_may_refuse_what_was_read) {
  Reader in("", "state");
  Loader loader(in);
  loader.require(true, "has other rows");
  EXPECT_EQ(refusal_of([&] { loader.require(false, "has other rows"); }), "corrupt | state: has other rows");
}

}  // namespace
}  // namespace peregrine
