#include "model/selection.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <random>

#include "base/refusal.hpp"
#include "model/framework.hpp"
#include "model/selection_fixture.hpp"

namespace peregrine {
namespace {

std::string parse_refusal(std::string_view text) {
  return refusal_of([&] { Selection::parse(text, "where"); });
}

TEST(SelectionMask, names_of_events_are_compared_whole_and_with_case) {
  EXPECT_EQ(shown("event = \"Order Completed\""), "01100");
  EXPECT_EQ(shown("event = \"order completed\""), "00000");
  EXPECT_EQ(shown("event != \"Order Completed\""), "10011");
  EXPECT_EQ(shown("event in (\"Page Viewed\", \"Something Else\")"), "10011");
  EXPECT_EQ(shown("event not in (\"Page Viewed\", \"Something Else\")"), "01100");
}

TEST(SelectionMask, values_are_amounts_of_money) {
  EXPECT_EQ(shown("value > 100"), "00100");
  EXPECT_EQ(shown("value >= 100"), "01100");
  EXPECT_EQ(shown("value < 100.5"), "01000");
  EXPECT_EQ(shown("value <= 1.005e2"), "01100");
  EXPECT_EQ(shown("value = 100.5"), "00100");
  EXPECT_EQ(shown("value > -1"), "01100");
}

TEST(SelectionMask, an_amount_beyond_all_others_is_still_compared) {
  EXPECT_EQ(shown("value < 1e13"), "01100");
  EXPECT_EQ(shown("value > 1e13"), "00000");
  EXPECT_EQ(shown("value > -1e13"), "01100");
  EXPECT_EQ(shown("value in (1e13, 100)"), "01000");
}

TEST(SelectionMask, an_amount_between_two_millionths_is_compared_and_not_rounded) {
  const auto part = MemoryPart::of({{.customer = "ann", .time = time_of("2026-01-01"), .event = "a", .value = -1},
                                    {.customer = "ann", .time = time_of("2026-01-02"), .event = "a", .value = 0},
                                    {.customer = "ann", .time = time_of("2026-01-03"), .event = "a", .value = 1}});
  const auto kept = [&](std::string_view text) {
    std::string out;
    for (const auto byte : Selection::parse(text, "where").mask(part)) out += static_cast<char>('0' + byte);
    return out;
  };
  EXPECT_EQ(kept("value >= 0.0000001"), "001");
  EXPECT_EQ(kept("value > -0.0000001"), "011");
  EXPECT_EQ(kept("value <= 0.0000009"), "110");
  EXPECT_EQ(kept("value < -0.0000009"), "100");
  EXPECT_EQ(kept("value = 0.0000009"), "000");
  EXPECT_EQ(kept("value != 0.0000009"), "111");
  EXPECT_EQ(kept("value in (0.0000009, 0.000001)"), "001");
  EXPECT_EQ(kept("value >= 0.000001"), "001");
}

TEST(SelectionMask, columns_are_compared_by_their_type) {
  EXPECT_EQ(shown("plan = \"pro\""), "01000");
  EXPECT_EQ(shown("plan > \"free\""), "01000");
  EXPECT_EQ(shown("score >= 9"), "01000");
  EXPECT_EQ(shown("score = -1"), "00100");
  EXPECT_EQ(shown("gift = true"), "01000");
  EXPECT_EQ(shown("gift != true"), "00100");
  EXPECT_EQ(shown("gift in (FALSE)"), "00100");
}

TEST(SelectionMask, a_literal_of_another_type_is_equal_to_nothing) {
  EXPECT_EQ(shown("score = \"9\""), "00000");
  EXPECT_EQ(shown("score != \"9\""), "01100");
  EXPECT_EQ(shown("plan > 5"), "00000");
  EXPECT_EQ(shown("gift = 1"), "00000");
}

TEST(SelectionMask, comparison_with_null_is_false) {
  for (const auto* test : {"= \"pro\"", "!= \"pro\"", "< \"z\"", "<= \"z\"", "> \"\"", ">= \"\"",
                           "in (\"pro\", \"free\")", "not in (\"x\")"}) {
    const auto mask = shown(std::string("plan ") + test);
    EXPECT_EQ(mask[0], '0') << test;
    EXPECT_EQ(mask.substr(3), "00") << test;
  }
  EXPECT_EQ(shown("plan != \"other\""), "01100");
  EXPECT_EQ(shown("plan not in (\"pro\")"), "00100");
}

TEST(SelectionMask, null_is_asked_for_by_is) {
  EXPECT_EQ(shown("plan is null"), "10011");
  EXPECT_EQ(shown("plan is not null"), "01100");
  EXPECT_EQ(shown("value is null"), "10011");
  EXPECT_EQ(shown("event is null"), "00000");
  EXPECT_EQ(shown("time is not null"), "11111");
}

TEST(SelectionMask, a_column_that_the_part_lacks_is_null_throughout) {
  EXPECT_EQ(shown("absent is null"), "11111");
  EXPECT_EQ(shown("absent is not null"), "00000");
  EXPECT_EQ(shown("absent != \"x\""), "00000");
  EXPECT_EQ(shown("now.trait.absent is null"), "11111");
}

TEST(SelectionMask, not_turns_round_also_what_is_null) {
  EXPECT_EQ(shown("not (plan = \"pro\")"), "10111");
  EXPECT_EQ(shown("not plan = \"pro\""), "10111");
  EXPECT_EQ(shown("not not plan = \"pro\""), "01000");
  EXPECT_EQ(shown("not (plan is null)"), "01100");
}

TEST(SelectionMask, and_binds_before_or_and_not_before_and) {
  EXPECT_EQ(shown("plan = \"pro\" or plan = \"free\" and value = 1"), "01000");
  EXPECT_EQ(shown("(plan = \"pro\" or plan = \"free\") and value = 1"), "00000");
  EXPECT_EQ(shown("value = 1 and plan = \"free\" or plan = \"pro\""), "01000");
  EXPECT_EQ(shown("not plan = \"pro\" and value is not null"), "00100");
  EXPECT_EQ(shown("not (plan = \"pro\" and value is not null)"), "10111");
}

TEST(SelectionMask, keywords_have_no_case) {
  EXPECT_EQ(shown("NOT plan IS NULL AND gift = True Or event In (\"Something Else\")"), "01010");
  EXPECT_EQ(shown("plan Is Not Null and plan Not In (\"free\")"), "01000");
}

TEST(SelectionMask, a_name_may_begin_like_a_keyword) {
  EXPECT_EQ(shown("`in-store` = \"yes\""), "00100");
  EXPECT_EQ(shown("in-store = \"yes\""), "00100");
  EXPECT_EQ(shown("nothing is null and order is null and island is null and not-yet is null"), "11111");
}

TEST(SelectionMask, a_trait_holds_from_the_event_that_says_it) {
  EXPECT_EQ(shown("trait.country = \"NL\""), "11000");
  EXPECT_EQ(shown("then.trait.country = \"NL\""), "11000");
  EXPECT_EQ(shown("trait.country != \"NL\""), "00110");
  EXPECT_EQ(shown("trait.country is null"), "00001");
}

TEST(SelectionMask, now_is_the_last_word_of_the_journey) {
  EXPECT_EQ(shown("now.trait.country = \"BE\""), "11110");
  EXPECT_EQ(shown("now.trait.country = \"NL\""), "00000");
  EXPECT_EQ(shown("now.trait.country is null"), "00001");
}

TEST(SelectionMask, property_names_a_column_of_that_very_name) {
  EXPECT_EQ(shown("property.event = \"inner\""), "01000");
  EXPECT_EQ(shown("property.plan = \"pro\""), "01000");
  EXPECT_EQ(shown("property.`plan` = \"pro\""), "01000");
  EXPECT_EQ(shown("property.trait.country = \"NL\""), "10000");
  EXPECT_EQ(shown("now = \"x\""), "01000");
}

TEST(SelectionMask, times_are_compared_as_points_in_utc) {
  EXPECT_EQ(shown("time >= \"2026-01-02\""), "01110");
  EXPECT_EQ(shown("time < \"2026-01-02T00:00:00.000001\""), "11001");
  EXPECT_EQ(shown("time = \"2026-01-03T01:00+01:00\""), "00100");
}

TEST(SelectionMask, roles_and_kinds_follow_from_the_labels) {
  EXPECT_EQ(shown("role = \"buy\""), "01100");
  EXPECT_EQ(shown("role is null"), "00010");
  EXPECT_EQ(shown("role != \"buy\""), "10001");
  EXPECT_EQ(shown("kind is null"), shown("not (kind is not null)"));
  EXPECT_EQ(shown("touchpoint = \"Something Else\""), "00010");
}

TEST(SelectionMask, text_may_hold_quotes_and_backslashes) {
  const auto part = MemoryPart::of({{.customer = "a", .time = Time{1}, .event = "say \"hi\" \\ bye"}});
  EXPECT_EQ(Selection::parse(R"(event = "say \"hi\" \\ bye")", "where").mask(part), std::vector<std::uint8_t>{1});
  EXPECT_EQ(Selection::parse(R"(event = "say \\\"hi\" \\ bye")", "where").mask(part), std::vector<std::uint8_t>{0});
}

TEST(SelectionMask, a_number_that_is_none_is_equal_to_nothing) {
  const auto part = MemoryPart::of(
      {{.customer = "a", .event = "E", .properties = {{"x", std::numeric_limits<double>::quiet_NaN()}}}});
  EXPECT_EQ(Selection::parse("x = 5", "where").mask(part), std::vector<std::uint8_t>{0});
  EXPECT_EQ(Selection::parse("x <= 5 or x >= 5", "where").mask(part), std::vector<std::uint8_t>{0});
}

TEST(SelectionMask, of_no_events_is_empty) {
  EXPECT_TRUE(Selection::parse("not event = \"x\" or trait.a is null", "where").mask(MemoryPart::of({})).empty());
}

TEST(SelectionLike, compares_with_a_pattern) {
  EXPECT_EQ(shown("event like \"Order%\""), "01100");
  EXPECT_EQ(shown("event not like \"Order%\""), "10011");
  EXPECT_EQ(shown("plan like \"%r%\""), "01100");
  EXPECT_EQ(shown("plan not like \"f%\""), "01000");  // of those that have one
  EXPECT_EQ(
      parse_refusal("plan like 5"),
      "invalid | where:11: cannot be read from \"5\" on (expected like event = \"Order Completed\" and value > 100)");
}

TEST(SelectionParse, journey_terms_say_where_they_stop_making_sense) {
  const auto starts = [](std::string_view text, std::string_view expected) {
    const auto refusal = parse_refusal(text);
    EXPECT_TRUE(refusal.starts_with("invalid | where:" + std::string(expected))) << refusal;
  };
  starts("did(Signed Up)", "12: cannot be read from \"Up)\" on");
  starts("did()", "5: cannot be read from \")\" on");
  starts("did(\"a\"", "8: ends too early");
  starts("did(\"a\") within before did(\"b\")", "17: cannot be read from \"before did");
  starts("did(\"a\") within 7 days", "23: ends too early");
  starts("did(\"a\") within 7 fortnights before did(\"b\")",
         "17: is no length of time: \"7 fortnights\" (such as 7 days or 1h30m)");
  starts("did(\"a\") before \"b\"", "17: cannot be read from");
  starts("count(\"a\")", "11: ends too early");
  starts("never(\"a\") between did(\"b\")", "28: ends too early");
  std::string nested = "did(\"a\")";
  for (int i = 0; i < 70; ++i) nested = "did(\"a\" where " + nested + ")";
  EXPECT_NE(parse_refusal(nested).find("is nested too deep"), std::string::npos);
}

constexpr std::string_view example = R"( (expected like event = "Order Completed" and value > 100))";

TEST(SelectionParse, says_the_column_where_the_text_stops_making_sense) {
  const auto cannot = [](int column, const std::string& rest) {
    return "invalid | where:" + std::to_string(column) + ": cannot be read from \"" + rest + "\" on" +
           std::string(example);
  };
  EXPECT_EQ(parse_refusal("value >> 100"), cannot(8, "> 100"));
  EXPECT_EQ(parse_refusal("value > 100 plan = \"x\""), cannot(13, "plan = \"x\""));
  EXPECT_EQ(parse_refusal("value > 100)"), cannot(12, ")"));
  EXPECT_EQ(parse_refusal("plan in (\"a\" \"b\")"), cannot(14, "\"b\")"));
  EXPECT_EQ(parse_refusal("plan in ()"), cannot(10, ")"));
  EXPECT_EQ(parse_refusal("plan = pro"), cannot(8, "pro"));
  EXPECT_EQ(parse_refusal("plan == \"pro\""), cannot(7, "= \"pro\""));
  EXPECT_EQ(parse_refusal("and = 1"), cannot(1, "and = 1"));
  EXPECT_EQ(parse_refusal("value > 1x"), cannot(9, "1x"));
  const auto beyond = [](std::string_view number) {
    return "invalid | where:9: is beyond the numbers there are: " + std::string(number) +
           " (at most 1.8e308, and no nearer to 0 than 4.9e-324)";
  };
  for (const auto* number : {"1e999", "-1e999", "+1e999", "1e-999"}) {
    EXPECT_EQ(parse_refusal("value > " + std::string(number)), beyond(number));
  }
}

TEST(SelectionParse, a_text_that_ends_too_early_is_refused_at_its_end) {
  for (const auto* text : {"", "value >", "value > 1 and", "(value > 1", "not", "plan", "plan in", "plan is"}) {
    const std::string place = std::to_string(std::string_view(text).size() + 1);
    EXPECT_EQ(parse_refusal(text), "invalid | where:" + place + ": ends too early" + std::string(example)) << text;
  }
  EXPECT_EQ(parse_refusal("plan = \"open"),
            "invalid | where:9: cannot be read from \"open\" on" + std::string(example));
  EXPECT_EQ(parse_refusal("plan is not 5"), "invalid | where:13: cannot be read from \"5\" on" + std::string(example));
}

TEST(SelectionParse, columns_are_counted_through_several_lines) {
  EXPECT_EQ(parse_refusal("value > 1\nand plan = pro"),
            "invalid | where:22: cannot be read from \"pro\" on" + std::string(example));
  EXPECT_EQ(refusal_of([] { Selection::parse("value > 1\nand role = \"bu\"", "where").check({}); }),
            "invalid | where:15: there is no role \"bu\" (did you mean \"buy\"?)");
}

TEST(SelectionParse, what_is_shown_is_not_cut_within_a_letter) {
  EXPECT_EQ(parse_refusal("=" + std::string(28, 'x') + "éé"),
            "invalid | where:1: cannot be read from \"=" + std::string(28, 'x') + "\" on" + std::string(example));
}

TEST(SelectionParse, a_text_beyond_16_kib_is_refused) {
  EXPECT_EQ(parse_refusal(std::string(16 * 1024 + 1, ' ')), "invalid | where: is too long (at most 16 KiB)");
}

TEST(SelectionParse, nesting_has_an_end) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "plan is null" + std::string(levels, ')');
  };
  EXPECT_EQ(shown(nested(64)), "10011");
  EXPECT_EQ(parse_refusal(nested(65)), "invalid | where:66: is nested too deep (at most 64 brackets and nots)");
  EXPECT_EQ(parse_refusal(std::string(16'000, '(')),
            "invalid | where:66: is nested too deep (at most 64 brackets and nots)");
  std::string nots;
  for (int i = 0; i < 4'000; ++i) nots += "not ";
  EXPECT_EQ(parse_refusal(nots), "invalid | where:261: is nested too deep (at most 64 brackets and nots)");
  std::string wide = "plan is null";
  for (int i = 0; i < 300; ++i) wide += " or (not plan is not null)";
  EXPECT_EQ(shown(wide), "10011");
}

class SelectionCheck : public testing::Test {
 protected:
  std::string check(std::string_view text) const {
    const auto selection = Selection::parse(text, "where");
    return refusal_of([&] { selection.check({.events = events_, .columns = columns_}); });
  }
  std::vector<std::string_view> events_{"Order Completed", "Page Viewed"};
  std::vector<KnownColumn> columns_{{"plan"},
                                    {"trait.country"},
                                    {"score", ColumnType::number},
                                    {"score:text"},
                                    {"gift", ColumnType::boolean},
                                    {"renewal", ColumnType::time}};
};

TEST_F(SelectionCheck, names_that_exist_pass) {
  EXPECT_EQ(
      check("event = \"Page Viewed\" and plan = \"x\" and property.plan is null and trait.country = \"NL\" and "
            "now.trait.country = \"NL\" and then.trait.country is null and value > 1 and role in (\"buy\", \"use\") "
            "and kind = \"sales\" and touchpoint = \"whatever\" and time > \"2026-01-01\""),
      "nothing was thrown");
}

TEST_F(SelectionCheck, unknown_names_are_refused_with_a_proposal) {
  EXPECT_EQ(check("event = \"Order Complete\""),
            "invalid | where:1: there is no event \"Order Complete\" (did you mean \"Order Completed\"?)");
  EXPECT_EQ(check("plan = \"x\" or plam = \"y\""),
            "invalid | where:15: there is no column \"plam\" (did you mean \"plan\"?)");
  EXPECT_EQ(check("now.trait.contry = \"NL\""),
            "invalid | where:1: there is no column \"trait.contry\" (did you mean \"trait.country\"?)");
  EXPECT_EQ(check("rolle = \"buy\""), "invalid | where:1: there is no column \"rolle\" (did you mean \"role\"?)");
  EXPECT_EQ(check("not (role = \"bu\")"), "invalid | where:6: there is no role \"bu\" (did you mean \"buy\"?)");
  EXPECT_EQ(check("kind in (\"sales\", \"onlin\")"),
            "invalid | where:1: there is no kind \"onlin\" (did you mean \"online\"?)");
}

TEST_F(SelectionCheck, times_and_amounts_must_be_some) {
  EXPECT_EQ(check("time >= \"2026-02-30\""),
            "invalid | where:1: time is compared with what is no time (expected like time >= \"2026-02-28\")");
  EXPECT_EQ(check("time > 5"),
            "invalid | where:1: time is compared with what is no time (expected like time >= \"2026-02-28\")");
  EXPECT_EQ(check("value > \"100\""),
            "invalid | where:1: value is compared with what is no number (expected like value > 100)");
}

TEST_F(SelectionCheck, a_comparison_with_what_a_column_never_holds_is_refused) {
  EXPECT_EQ(check("plan = 5"), "invalid | where:1: plan is compared with what is no text (expected like plan = \"…\")");
  EXPECT_EQ(
      check("score > \"9\""),
      "invalid | where:1: score is compared with what is no number (expected like score > 100, or ask score:text)");
  EXPECT_EQ(check("gift = 1"),
            "invalid | where:1: gift is compared with what is neither true nor false (expected like gift = true)");
  EXPECT_EQ(check("renewal < \"soon\""),
            "invalid | where:1: renewal is compared with what is no time (expected like renewal >= \"2026-02-28\")");
  EXPECT_EQ(check("event = 5"),
            "invalid | where:1: event is compared with what is no text (expected like event = \"…\")");
  EXPECT_EQ(check("score like \"9%\""),
            "invalid | where:1: like is for text, and score is none (expected like score > 100, or ask score:text)");
  EXPECT_EQ(check("score in (1, 2) and gift = true and renewal > \"2026-01-01\" and plan like \"p%\" and score is null "
                  "and score:text = \"x\""),
            "nothing was thrown");
}

TEST_F(SelectionCheck, journey_terms_are_checked_where_they_stand) {
  EXPECT_EQ(check("did(\"Order Complete\")"),
            "invalid | where:5: there is no event \"Order Complete\" (did you mean \"Order Completed\"?)");
  EXPECT_EQ(check("did(\"Page Viewed\") before did(\"Order Complete\")"),
            "invalid | where:31: there is no event \"Order Complete\" (did you mean \"Order Completed\"?)");
  EXPECT_EQ(check("did(\"Page Viewed\" where plam = \"x\")"),
            "invalid | where:25: there is no column \"plam\" (did you mean \"plan\"?)");
  EXPECT_EQ(check("count(\"Page Viewed\") > \"2\""),
            "invalid | where:1: count is compared with what is no number (expected like count(\"…\") >= 2)");
  EXPECT_EQ(check("did(\"Page Viewed\") between \"2026-01-01\" and \"soon\""),
            "invalid | where:45: is no time: \"soon\" (expected like 2026-02-28 or 2026-02-28T13:05)");
  EXPECT_EQ(check("did(\"Page Viewed\") between \"2026-01-02\" and \"2026-01-01\""),
            "invalid | where:45: must be later than 2026-01-02 (got 2026-01-01)");
  EXPECT_EQ(check("first.plam = \"x\""), "invalid | where:1: there is no column \"plam\" (did you mean \"plan\"?)");
  EXPECT_EQ(check("event like \"Nothing%\" and first.event = \"Page Viewed\""), "nothing was thrown");
}

TEST_F(SelectionCheck, stages_are_those_of_the_framework) {
  auto selection = Selection::parse("stage = \"Onbording\"", "where");
  for (const auto& each : shipped_frameworks()) {
    if (each.name == default_framework) selection.set_framework(std::make_shared<const Framework>(each));
  }
  EXPECT_EQ(refusal_of([&] { selection.check({.events = events_, .columns = columns_}); }),
            "invalid | where:1: there is no stage \"Onbording\" (did you mean \"Onboarding\"?)");
}

TEST_F(SelectionCheck, personas_are_said_not_to_be_there) {
  EXPECT_EQ(
      check("persona = \"Hurried\""),
      "invalid | where:1: there are no personas yet (a trait or a property can say it, such as trait.persona = \"…\")");
}

TEST(SelectionColumns, journey_terms_read_times_and_stages_read_scores) {
  EXPECT_TRUE(Selection::parse("first.channel = \"email\"", "where").columns().time);
  const auto stage = Selection::parse("stage = \"Onboarding\"", "where").columns();
  EXPECT_TRUE(stage.time && stage.event);
  EXPECT_EQ(stage.properties, (std::vector<std::string>{"score", "survey"}));
  const auto did = Selection::parse("did(\"a\" where plan = \"x\")", "where").columns();
  EXPECT_TRUE(did.time && did.event);
  EXPECT_EQ(did.properties, std::vector<std::string>{"plan"});
}

TEST(SelectionColumns, are_those_that_are_named) {
  const auto columns = Selection::parse("plan = \"x\" and (now.trait.country is null or value > 1)", "where").columns();
  EXPECT_FALSE(columns.time);
  EXPECT_FALSE(columns.event);
  EXPECT_TRUE(columns.value);
  EXPECT_EQ(columns.properties, (std::vector<std::string>{"plan", "trait.country"}));
  for (const auto* text : {"event = \"x\"", "touchpoint = \"x\"", "role is null", "kind is null"}) {
    const auto request = Selection::parse(text, "where").columns();
    EXPECT_TRUE(request.event && !request.time && !request.value && request.properties.empty()) << text;
  }
  EXPECT_TRUE(Selection::parse("time > \"2026-01-01\"", "where").columns().time);
  EXPECT_EQ(Selection::parse("property.event is null", "where").columns().properties,
            std::vector<std::string>{"event"});
}

// ---- Against an evaluator that reads the events themselves.

struct Row {
  const std::vector<MemoryEvent>& events;  // in order of customer and time
  std::size_t at;
  const MemoryEvent& event() const { return events[at]; }
};
using Said = std::variant<std::monostate, std::string, double, bool>;
struct Expression {
  std::string text;
  int binds = 3;  // 3 a comparison, 2 not, 1 and, 0 or
  std::function<bool(const Row&)> test;
};

Said property_of(const MemoryEvent& event, const std::string& name) {
  const auto found = event.properties.find(name);
  if (found == event.properties.end()) return {};
  return std::visit([](const auto& said) -> Said { return said; }, found->second);
}

Said trait_then(const Row& row, const std::string& name) {
  for (std::size_t at = row.at + 1; at > 0 && row.events[at - 1].customer == row.event().customer; --at) {
    if (const auto said = property_of(row.events[at - 1], name); said.index() != 0) return said;
  }
  return {};
}

Said trait_now(const Row& row, const std::string& name) {
  auto last = row.at;
  while (last + 1 < row.events.size() && row.events[last + 1].customer == row.event().customer) ++last;
  return trait_then({row.events, last}, name);
}

class RandomExpressions {
 public:
  explicit RandomExpressions(std::uint64_t seed) : random_(seed) {}

  std::vector<MemoryEvent> events() {
    std::vector<MemoryEvent> events(random_() % 40);
    for (auto& event : events) {
      event.customer = std::string(1, static_cast<char>('a' + random_() % 4));
      event.time = Time{static_cast<std::int64_t>(random_() % 1000)};
      event.event = names[random_() % names.size()];
      if (random_() % 2 == 0) event.value = static_cast<std::int64_t>(random_() % 4) * 1'000'000;
      if (random_() % 2 == 0) event.properties["plan"] = texts[random_() % texts.size()];
      if (random_() % 2 == 0) event.properties["score"] = static_cast<double>(random_() % 4);
      if (random_() % 2 == 0) event.properties["gift"] = random_() % 2 == 0;
      if (random_() % 4 == 0) event.properties["trait.country"] = texts[random_() % texts.size()];
    }
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
      return std::tie(a.customer, a.time) < std::tie(b.customer, b.time);
    });
    return events;
  }

  Expression expression(int depth) {
    if (depth == 0 || random_() % 4 == 0) return comparison();
    switch (random_() % 3) {
      case 0: {
        auto inner = expression(depth - 1);
        return {.text = "not " + within(inner, 2), .binds = 2, .test = [inner](const Row& row) {
                  return !inner.test(row);
                }};
      }
      case 1: {
        auto a = expression(depth - 1);
        auto b = expression(depth - 1);
        return {.text = within(a, 1) + " and " + within(b, 1), .binds = 1, .test = [a, b](const Row& row) {
                  return a.test(row) && b.test(row);
                }};
      }
      default: {
        auto a = expression(depth - 1);
        auto b = expression(depth - 1);
        return {.text = within(a, 0) + " or " + within(b, 0), .binds = 0, .test = [a, b](const Row& row) {
                  return a.test(row) || b.test(row);
                }};
      }
    }
  }

 private:
  const std::vector<std::string> names{"Order Completed", "Page Viewed", "Something Else"};
  const std::vector<std::string> texts{"a", "b", "c"};
  std::mt19937_64 random_;

  /// In brackets where it must be, and now and then where it need not.
  std::string within(const Expression& inner, int binds) {
    return inner.binds < binds || random_() % 4 == 0 ? "(" + inner.text + ")" : inner.text;
  }

  std::pair<std::string, std::function<Said(const Row&)>> subject() {
    switch (random_() % 8) {
      case 0: return {"event", [](const Row& row) { return row.event().event; }};
      case 1:
        return {"value", [](const Row& row) {
                  return row.event().value ? Said(static_cast<double>(*row.event().value) / 1e6) : Said();
                }};
      case 2: return {"plan", [](const Row& row) { return property_of(row.event(), "plan"); }};
      case 3: return {"property.score", [](const Row& row) { return property_of(row.event(), "score"); }};
      case 4: return {"`gift`", [](const Row& row) { return property_of(row.event(), "gift"); }};
      case 5: return {"trait.country", [](const Row& row) { return trait_then(row, "trait.country"); }};
      case 6: return {"now.trait.country", [](const Row& row) { return trait_now(row, "trait.country"); }};
      default: return {"absent", [](const Row&) { return Said(); }};
    }
  }

  std::pair<std::string, Said> literal() {
    switch (random_() % 4) {
      case 0: return random_() % 2 == 0 ? std::pair("true", Said(true)) : std::pair("false", Said(false));
      case 1: {
        const auto number = random_() % 4;
        return {std::to_string(number), Said(static_cast<double>(number))};
      }
      case 2: {
        const auto& text = texts[random_() % texts.size()];
        return {"\"" + text + "\"", Said(text)};
      }
      default: {
        const auto& text = names[random_() % names.size()];
        return {"\"" + text + "\"", Said(text)};
      }
    }
  }

  Expression comparison() {
    auto [name, read] = subject();
    if (random_() % 6 == 0) {
      const bool null = random_() % 2 == 0;
      return {.text = name + (null ? " is null" : " is not null"),
              .test = [read, null](const Row& row) { return (read(row).index() == 0) == null; }};
    }
    if (random_() % 4 == 0) {
      const bool in = random_() % 2 == 0;
      std::string list;
      std::vector<Said> wanted;
      for (std::size_t i = 0; i <= random_() % 3; ++i) {
        auto [text, said] = literal();
        list += (list.empty() ? "" : ", ") + text;
        wanted.push_back(said);
      }
      return {.text = name + (in ? " in (" : " not in (") + list + ")", .test = [read, in, wanted](const Row& row) {
                const auto said = read(row);
                if (said.index() == 0) return false;
                return (std::find(wanted.begin(), wanted.end(), said) != wanted.end()) == in;
              }};
    }
    auto [text, wanted] = literal();
    static constexpr std::string_view operators[] = {"=", "!=", "<", "<=", ">", ">="};
    const auto op = operators[random_() % 6];
    return {.text = name + " " + std::string(op) + " " + text, .test = [read, op, wanted = wanted](const Row& row) {
              const auto said = read(row);
              if (said.index() == 0) return false;
              if (said.index() != wanted.index()) return op == "!=";
              return op == "="    ? said == wanted
                     : op == "!=" ? said != wanted
                     : op == "<"  ? said < wanted
                     : op == "<=" ? said <= wanted
                     : op == ">"  ? said > wanted
                                  : said >= wanted;
            }};
  }
};

TEST(SelectionMask, equals_an_evaluator_that_reads_the_events_themselves) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomExpressions random(seed);
  for (int round = 0; round < 1'000; ++round) {
    const auto events = random.events();
    const auto part = MemoryPart::of(events, {.wide_codes = round % 2 == 0});
    const auto expression = random.expression(round % 5);
    const auto mask = Selection::parse(expression.text, "where").mask(part);
    ASSERT_EQ(mask.size(), events.size());
    for (std::size_t row = 0; row < events.size(); ++row) {
      ASSERT_EQ(mask[row], expression.test({events, row}) ? 1 : 0) << expression.text << " at row " << row;
    }
  }
}

}  // namespace
}  // namespace peregrine
