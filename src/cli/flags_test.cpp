#include "cli/flags.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"

namespace peregrine::cli {
namespace {

const json::object schema = json::parse(R"({"type": "object", "properties": {
  "window": {"type": ["string", "number"], "format": "duration", "description": "Longest time.", "default": "14d"},
  "window_from": {"type": "string", "enum": ["first_step", "previous_step"], "description": "From where.", "default": "first_step"},
  "steps": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}, "description": "Events.", "default": []},
  "weights": {"type": "array", "items": {"type": "number"}, "description": "Weights.", "default": [1, 2]},
  "rules": {"type": "object", "description": "Rules."},
  "top": {"type": "integer", "description": "How many.", "default": 10},
  "share": {"type": "number", "description": "Part."},
  "label": {"type": "string", "description": "Name.", "default": ""},
  "reenter": {"type": "boolean", "description": "Come back.", "default": false}}})",
                                        "test")
                                .as_object();

std::string read(const std::vector<std::string>& words) {
  return json::format(parse_flags(words, schema));
}
std::string flags_refusal(const std::vector<std::string>& words) {
  return refusal_of([&] { parse_flags(words, schema); });
}

TEST(ParseFlags, a_value_follows_or_is_joined_by_an_equals_sign) {
  EXPECT_EQ(read({}), "{}");
  EXPECT_EQ(read({"--window", "7d", "--top", "5"}), R"({"window":"7d","top":5})");
  EXPECT_EQ(read({"--window=7d", "--label=a=b"}), R"({"window":"7d","label":"a=b"})");
  EXPECT_EQ(read({"--window-from", "first_step"}), R"({"window_from":"first_step"})");
  EXPECT_EQ(read({"--window_from=first_step"}), R"({"window_from":"first_step"})");
  EXPECT_EQ(read({"--label="}), R"({"label":""})");
}

TEST(ParseFlags, the_last_of_two_counts) {
  EXPECT_EQ(read({"--top", "5", "--top=6"}), R"({"top":6})");
}

TEST(ParseFlags, numbers_are_numbers_and_what_is_none_stays_text) {
  EXPECT_EQ(read({"--top", "-5", "--share", "0.25"}), R"({"top":-5,"share":0.25})");
  EXPECT_EQ(read({"--top=many"}), R"({"top":"many"})");
  for (const auto* text : {"nan", "inf", "-infinity", "1e400", "5x", ""}) {
    EXPECT_TRUE(parse_flags({std::string("--share=") + text}, schema).at("share").is_string()) << text;
  }
}

TEST(ParseFlags, lengths_of_time_stay_text_even_when_they_look_like_numbers) {
  EXPECT_EQ(read({"--window", "14"}), R"({"window":"14"})");
}

TEST(ParseFlags, lists_are_split_at_commas) {
  EXPECT_EQ(read({"--steps", "Page Viewed,Order Completed"}), R"({"steps":["Page Viewed","Order Completed"]})");
  EXPECT_EQ(read({"--steps=A"}), R"({"steps":["A"]})");
  EXPECT_EQ(read({"--weights", "1,2.5,x"}), R"({"weights":[1,2.5,"x"]})");
}

TEST(ParseFlags, lists_and_objects_may_be_json) {
  EXPECT_EQ(read({"--steps", R"([{"event": "A, B"}, "C"])"}), R"({"steps":[{"event":"A, B"},"C"]})");
  EXPECT_EQ(read({"--rules", R"({"a": 1})"}), R"({"rules":{"a":1}})");
  EXPECT_EQ(flags_refusal({"--steps", "[1,"}), "invalid | --steps:1:4: is not JSON: incomplete JSON");
}

TEST(ParseFlags, plain_text_may_look_like_json) {
  EXPECT_EQ(read({"--label", "[x] {y}"}), R"({"label":"[x] {y}"})");
}

TEST(ParseFlags, booleans_stand_alone_or_say_which) {
  EXPECT_EQ(read({"--reenter", "--top", "5"}), R"({"reenter":true,"top":5})");
  EXPECT_EQ(read({"--reenter=false"}), R"({"reenter":false})");
  EXPECT_EQ(read({"--reenter=yes"}), R"({"reenter":"yes"})");
  EXPECT_EQ(flags_refusal({"--reenter", "true"}), "invalid | true: is not expected here (flags look like --window 7d)");
}

TEST(ParseFlags, an_unknown_flag_is_refused_with_a_proposal) {
  EXPECT_EQ(flags_refusal({"--windw", "7d"}), "invalid | --windw: is no flag here (did you mean \"window\"?)");
  EXPECT_EQ(flags_refusal({"--windw=7d"}), "invalid | --windw=7d: is no flag here (did you mean \"window\"?)");
  EXPECT_EQ(flags_refusal({"7d"}), "invalid | 7d: is not expected here (flags look like --window 7d)");
}

TEST(ParseFlags, a_missing_value_is_refused) {
  EXPECT_EQ(flags_refusal({"--window"}), "invalid | --window: has no value (LENGTH)");
  EXPECT_EQ(flags_refusal({"--window-from"}), "invalid | --window-from: has no value (first_step|previous_step)");
  EXPECT_EQ(flags_refusal({"--window", "--top", "5"}), "invalid | --window: has no value (LENGTH)");
  EXPECT_EQ(read({"--label=--top"}), R"({"label":"--top"})");
}

TEST(FormatFlags, a_line_each_with_type_words_and_default) {
  EXPECT_EQ(format_flags(schema),
            "  --window LENGTH              Longest time. [14d]\n"
            "  --window_from first_step|previous_step From where. [first_step]\n"
            "  --steps TEXT,...             Events.\n"
            "  --weights N,...              Weights. [[1,2]]\n"
            "  --rules JSON                 Rules.\n"
            "  --top N                      How many. [10]\n"
            "  --share N                    Part.\n"
            "  --label TEXT                 Name.\n"
            "  --reenter                    Come back. [false]\n");
}

}  // namespace
}  // namespace peregrine::cli
