#include <gtest/gtest.h>

#include <string>

#include "base/json.hpp"
#include "base/refusal.hpp"

namespace peregrine {
namespace {

std::string read(std::string_view text) {
  return json::format(json::parse_yaml(text, "workspace.yaml"));
}

std::string yaml_refusal(std::string_view text) {
  return refusal_of([&] { json::parse_yaml(text, "workspace.yaml"); });
}

TEST(Yaml, plain_scalars_are_null_booleans_numbers_or_text) {
  EXPECT_EQ(read("[null, ~, true, false, 12, -3, 1.5, 1e3, -2.5e-3]"), "[null,null,true,false,12,-3,1.5,1000,-0.0025]");
  EXPECT_EQ(read("[yes, no, on, 1_000, 2026-02-28, 14d, 1.2.3, \"-\", ., e, 0x1g, inf, nan]"),
            R"(["yes","no","on","1_000","2026-02-28","14d","1.2.3","-",".","e","0x1g","inf","nan"])");
}

TEST(Yaml, the_core_schema_knows_capitals_and_a_plus) {
  EXPECT_EQ(read("[Null, NULL, True, TRUE, False, FALSE, +12, +1.5]"), "[null,null,true,true,false,false,12,1.5]");
  EXPECT_EQ(read("[nULL, tRUE, +-12, ++1, +]"), R"(["nULL","tRUE","+-12","++1","+"])");
}

TEST(Yaml, quoted_scalars_are_text) {
  EXPECT_EQ(read("['null', \"true\", \"12\", '1.5', '']"), R"(["null","true","12","1.5",""])");
}

TEST(Yaml, nothing_is_null) {
  EXPECT_EQ(read(""), "null");
  EXPECT_EQ(read("# only a comment\n"), "null");
  EXPECT_EQ(read("a:\nb: 1"), R"({"a":null,"b":1})");
}

TEST(Yaml, whole_numbers_stay_exact_until_they_need_more_than_64_bits) {
  EXPECT_EQ(read("[9223372036854775807, -9223372036854775808]"), "[9223372036854775807,-9223372036854775808]");
  EXPECT_EQ(read("100000000000000000000"), "1e+20");
}

TEST(Yaml, maps_and_lists_nest_and_keep_their_order) {
  EXPECT_EQ(read("z:\n  - a: 1\n    b: [2, 3]\n  - text\na: |\n  two\n  lines\n"),
            R"({"z":[{"a":1,"b":[2,3]},"text"],"a":"two\nlines\n"})");
}

TEST(Yaml, a_key_said_twice_is_refused_with_its_line) {
  EXPECT_EQ(yaml_refusal("a: 1\nb: 2\na: 3\n"), "invalid | workspace.yaml:3: says \"a\" twice (once)");
  EXPECT_EQ(read("a: {b: 1}\nc: {b: 1}"), R"({"a":{"b":1},"c":{"b":1}})");
}

TEST(Yaml, a_key_that_is_not_text_is_refused) {
  EXPECT_EQ(yaml_refusal("x: 1\n? [a, b]\n: 1\n"),
            "invalid | workspace.yaml:2: has a key that is not text (a plain name)");
}

TEST(Yaml, nesting_has_an_end) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_EQ(read(nested(33)), nested(33));
  EXPECT_EQ(yaml_refusal(nested(34)), "invalid | workspace.yaml:1: is nested too deep (at most 32 levels)");
  EXPECT_EQ(yaml_refusal(std::string(100'000, '[')).substr(0, 9), "invalid |");
}

TEST(Yaml, aliases_that_multiply_are_refused_before_they_fill_the_memory) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int item = 0; item < 9; ++item) bomb += (item == 0 ? "" : ", ") + before;
    bomb += "]\n";
  }
  EXPECT_EQ(yaml_refusal(bomb), "invalid | workspace.yaml:1: holds too much (at most 100000 values)");
  EXPECT_EQ(read("a: &name [1]\nb: *name"), R"({"a":[1],"b":[1]})");
}

TEST(Yaml, what_is_not_yaml_is_refused_with_its_line) {
  EXPECT_EQ(yaml_refusal("a: 1\nb: [1, 2\nc: }"),
            "invalid | workspace.yaml:3: is not YAML: end of sequence flow not found");
}

}  // namespace
}  // namespace peregrine
