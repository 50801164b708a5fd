// The terms of a `where` that look at whole journeys: did, never, count, first, last; and stages.
#include <gtest/gtest.h>

#include <cctype>
#include <random>

#include "model/framework.hpp"
#include "model/selection_fixture.hpp"

namespace peregrine {
namespace {

/// One customer, an event a day from 2026-01-01 with the first letter as its name, and value 1 for a capital.
MemoryPart letters(std::string_view text) {
  std::vector<MemoryEvent> events;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') continue;
    MemoryEvent event{.customer = "ann",
                      .time = Time{time_of("2026-01-01").micros + static_cast<std::int64_t>(i) * days(1).micros},
                      .event = std::string(1, static_cast<char>(std::tolower(text[i])))};
    if (std::isupper(text[i])) event.value = 1'000'000;
    events.push_back(std::move(event));
  }
  return MemoryPart::of(std::move(events));
}

/// Whether the journey is kept; a journey term keeps all of it or nothing.
bool keeps(std::string_view journey, std::string_view text, const Scope& scope = {}) {
  const auto part = letters(journey);
  auto selection = Selection::parse(text, "where");
  selection.set_scope(scope);
  const auto mask = selection.mask(part);
  EXPECT_TRUE(std::all_of(mask.begin(), mask.end(), [&](auto byte) { return byte == mask.front(); })) << text;
  return mask.front() == 1;
}

TEST(SelectionJourney, did_holds_for_all_events_of_who_did) {
  EXPECT_TRUE(keeps("ab", "did(\"b\")"));
  EXPECT_FALSE(keeps("ab", "did(\"c\")"));
  EXPECT_TRUE(keeps("ab", "did(\"c\", \"b\")"));
  EXPECT_TRUE(keeps("ab", "not did(\"c\")"));
  EXPECT_TRUE(keeps("aB", "did(\"b\" where value >= 1)"));
  EXPECT_FALSE(keeps("Ab", "did(\"b\" where value >= 1)"));
  EXPECT_TRUE(keeps("Ab", "did(value >= 1)"));
  EXPECT_TRUE(keeps("ab", "DID( event like \"b%\" )"));
}

TEST(SelectionJourney, within_is_closed_and_in_the_order_of_the_journey) {
  EXPECT_TRUE(keeps("a......b", "did(\"a\") within 7 days before did(\"b\")"));
  EXPECT_FALSE(keeps("a.......b", "did(\"a\") within 7 days before did(\"b\")"));
  EXPECT_FALSE(keeps("b......a", "did(\"a\") within 7 days before did(\"b\")"));
  EXPECT_TRUE(keeps("b......a", "did(\"a\") within 7d after did(\"b\")"));
  EXPECT_FALSE(keeps("b.......a", "did(\"a\") within 1w after did(\"b\")"));
  EXPECT_TRUE(keeps("a.........b", "did(\"a\") before did(\"b\")"));
  EXPECT_FALSE(keeps("a.........b", "did(\"a\") after did(\"b\")"));
  EXPECT_FALSE(keeps("a", "did(\"a\") before did(\"a\")"));
  EXPECT_TRUE(keeps("a.a", "did(\"a\") within 48 hours before did(\"a\")"));
  EXPECT_TRUE(keeps("b..a.b", "did(\"a\") within 2 days before did(\"b\")"));
}

TEST(SelectionJourney, at_one_time_the_order_of_arrival_decides) {
  const auto part = MemoryPart::of({{.customer = "x", .event = "a"}, {.customer = "x", .event = "b"}});
  EXPECT_EQ(Selection::parse("did(\"a\") within 1s before did(\"b\")", "where").mask(part)[0], 1);
  EXPECT_EQ(Selection::parse("did(\"b\") within 1s before did(\"a\")", "where").mask(part)[0], 0);
}

TEST(SelectionJourney, count_is_compared) {
  EXPECT_TRUE(keeps("aab", "count(\"a\") >= 2"));
  EXPECT_FALSE(keeps("aab", "count(\"a\") > 2"));
  EXPECT_TRUE(keeps("aab", "count(\"c\") = 0"));
  EXPECT_TRUE(keeps("aab", "count(\"a\") in (1, 2)"));
  EXPECT_TRUE(keeps("aaAb", "count(\"a\" where value > 0) = 1"));
  EXPECT_TRUE(keeps("a.aab", "count(\"a\") within 2 days before did(\"b\") = 2"));
  EXPECT_FALSE(keeps("aa", "count(\"a\") before did(\"b\") = 0"));  // there is no b to be before
}

TEST(SelectionJourney, never_between_looks_from_the_first_to_the_next) {
  const auto* text = "never(\"s\") between did(\"a\") and did(\"b\")";
  EXPECT_TRUE(keeps("sabs", text));
  EXPECT_FALSE(keeps("asb", text));
  EXPECT_FALSE(keeps("aasb", text));
  EXPECT_TRUE(keeps("abasb", text));
  EXPECT_FALSE(keeps("a", text));
  EXPECT_FALSE(keeps("ba", text));
  EXPECT_TRUE(keeps("a", "not did(\"s\") between did(\"a\") and did(\"b\")"));
  EXPECT_TRUE(keeps("ab", "never(\"s\")"));
  EXPECT_FALSE(keeps("as", "never(\"s\")"));
}

TEST(SelectionJourney, between_times_is_half_open_and_in_the_zone_of_the_question) {
  const auto* text = "did(\"a\") between \"2026-01-02\" and \"2026-01-03\"";
  EXPECT_FALSE(keeps("a", text));
  EXPECT_TRUE(keeps(".a", text));
  EXPECT_FALSE(keeps("..a", text));
  const Scope amsterdam{.zone = Zone::find("Europe/Amsterdam", "timezone")};  // its days begin at 23:00 UTC
  EXPECT_TRUE(keeps(".a", text, amsterdam));
  EXPECT_TRUE(keeps(".a", "did(time >= \"2026-01-02T01:00\")", amsterdam));
  EXPECT_FALSE(keeps(".a", "did(time >= \"2026-01-02T01:01\")", amsterdam));
  EXPECT_FALSE(keeps(".a", "did(time >= \"2026-01-02T01:00Z\")", amsterdam));
  EXPECT_TRUE(keeps("a", "never(\"b\") between \"2026-01-02\" and \"2026-01-03\""));
  EXPECT_TRUE(keeps("b.ab", "did(\"a\") between \"2026-01-02\" and did(\"b\")"));
}

TEST(SelectionJourney, reads_up_to_the_end_of_the_range) {
  const Scope until{.to = time_of("2026-01-03")};
  EXPECT_TRUE(keeps("ab", "did(\"b\")", until));
  EXPECT_FALSE(keeps("a.b", "did(\"b\")", until));
  EXPECT_TRUE(keeps("a.b", "last.event = \"a\"", until));
  EXPECT_TRUE(keeps("a.b", "count(\"b\") = 0", until));
}

TEST(SelectionJourney, first_and_last_are_of_the_events_that_have_it) {
  EXPECT_TRUE(keeps("aBc", "first.value = 1"));
  EXPECT_TRUE(keeps("aBc", "last.event = \"c\" and first.event = \"a\""));
  EXPECT_FALSE(keeps("aBc", "first.event = \"c\""));
  EXPECT_TRUE(keeps("abc", "first.value is null"));
  EXPECT_FALSE(keeps("abc", "first.value != 1"));
  EXPECT_EQ(shown("first.plan = \"pro\""), "11110");
  EXPECT_EQ(shown("last.plan = \"free\""), "11110");
  EXPECT_EQ(shown("first.trait.country = \"NL\""), "11110");
  EXPECT_EQ(shown("last.trait.country = \"NL\""), "00000");
}

TEST(SelectionJourney, a_mixed_or_is_decided_for_each_event) {
  EXPECT_EQ(shown("did(\"Order Completed\") or event = \"Page Viewed\""), "11111");
  EXPECT_EQ(shown("did(\"Order Completed\") and event = \"Page Viewed\""), "10000");
  EXPECT_EQ(shown("event = \"Page Viewed\" and not did(\"Order Completed\")"), "00001");
}

TEST(SelectionJourney, of_a_filtered_part_is_read_from_the_whole) {
  struct Filtered final : Part {
    ColumnView property(std::string_view) const override { return {}; }
    std::string_view customer(std::size_t) const override { return {}; }
    bool known(std::size_t) const override { return true; }
  };
  const auto all = one_journey();
  const std::vector<std::uint32_t> rows{3, 4};
  Filtered part;
  part.whole = &all;
  part.rows_of_whole = rows;
  const auto mask = [&](std::string_view text) { return Selection::parse(text, "where").mask(part); };
  EXPECT_EQ(mask("trait.country = \"BE\""), (std::vector<std::uint8_t>{1, 0}));
  EXPECT_EQ(mask("did(\"Order Completed\")"), (std::vector<std::uint8_t>{1, 0}));
  EXPECT_EQ(mask("event = \"Page Viewed\""), (std::vector<std::uint8_t>{0, 1}));
}

TEST(SelectionStage, is_the_one_that_the_customer_is_in_at_the_event) {
  const auto at = [](const char* day, const char* event) {
    return MemoryEvent{.customer = "ann", .time = time_of(day), .event = event};
  };
  const auto part = MemoryPart::of({at("2026-01-01", "Something Else"), at("2026-01-02", "Product Viewed"),
                                    at("2026-01-03", "Something Else"), at("2026-01-04", "Order Completed"),
                                    at("2026-09-01", "Something Else")});
  const auto in = [&](std::string_view text) {
    auto selection = Selection::parse(text, "where");
    EXPECT_TRUE(selection.names_stages());
    for (const auto& each : shipped_frameworks()) {
      if (each.name == default_framework) selection.set_framework(std::make_shared<const Framework>(each));
    }
    selection.set_scope({.to = time_of("2026-01-03"), .newest = time_of("2026-09-01")});
    std::string out;
    for (const auto byte : selection.mask(part)) out += static_cast<char>('0' + byte);
    return out;
  };
  EXPECT_EQ(in("stage = \"Consideration\""), "01100");
  EXPECT_EQ(in("stage in (\"Onboarding\", \"Awareness\")"), "00010");
  EXPECT_EQ(in("stage is null"), "10001");
  EXPECT_EQ(in("first.stage = \"Consideration\""), "11111");
  EXPECT_EQ(in("last.stage = \"Onboarding\""), "00000");
  EXPECT_FALSE(Selection::parse("property.stage = \"x\"", "where").names_stages());
}

/// The first use is also the activation of who does nothing else that is one: in aarrr it opens Retention for them, and
/// Activation for who activates later. What lies behind the end of the range does not say so before it.
TEST(SelectionStage, before_the_end_of_the_range_sees_nothing_behind_it) {
  const auto at = [](const char* day, const char* event) {
    return MemoryEvent{.customer = "ann", .time = time_of(day), .event = event};
  };
  const auto part = MemoryPart::of({at("2026-01-01", "Feature Used"), at("2026-01-10", "Account Activated")});
  const auto in = [&](std::string_view text, Time to) {
    auto selection = Selection::parse(text, "where");
    for (const auto& each : shipped_frameworks()) {
      if (each.name == "aarrr") selection.set_framework(std::make_shared<const Framework>(each));
    }
    selection.set_scope({.to = to, .newest = time_of("2026-01-10")});
    std::string out;
    for (const auto byte : selection.mask(part)) out += static_cast<char>('0' + byte);
    return out;
  };
  EXPECT_EQ(in("stage = \"Activation\"", time_of("2026-01-05")), "10");
  EXPECT_EQ(in("stage = \"Retention\"", time_of("2026-01-05")), "01");
  EXPECT_EQ(in("stage = \"Retention\"", time_of("2026-01-10")), "01");
  EXPECT_EQ(in("stage = \"Retention\"", Time::latest()), "11");
}

TEST(SelectionJourney, times_at_the_ends_of_the_range_of_numbers_are_far_apart) {
  const auto part = MemoryPart::of({{.customer = "ann", .time = Time::earliest(), .event = "a"},
                                    {.customer = "ann", .time = Time::latest(), .event = "b"}});
  const auto kept = [&](std::string_view text) { return Selection::parse(text, "where").mask(part).front(); };
  EXPECT_EQ(kept("did(\"a\") before did(\"b\")"), 1);
  EXPECT_EQ(kept("did(\"a\") within 1000w before did(\"b\")"), 0);
  EXPECT_EQ(kept("did(\"b\") within 1000w after did(\"a\")"), 0);
}

/// What the journey terms mean, by looking at every pair of events.
TEST(SelectionJourney, equals_a_look_at_every_pair) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    std::string journey(1 + random() % 12, '.');
    for (auto& letter : journey) letter = "abx."[random() % 4];
    if (journey.find_first_not_of('.') == std::string::npos) continue;
    const auto window = static_cast<std::size_t>(random() % 5);
    std::int64_t before = 0;
    std::int64_t after = 0;
    bool any_b = false;
    for (std::size_t i = 0; i < journey.size(); ++i) {
      any_b |= journey[i] == 'b';
      bool has_later = false;
      bool has_earlier = false;
      for (std::size_t j = 0; j < journey.size(); ++j) {
        has_later |= journey[j] == 'b' && j > i && j - i <= window;
        has_earlier |= journey[j] == 'b' && j < i && i - j <= window;
      }
      before += journey[i] == 'a' && has_later ? 1 : 0;
      after += journey[i] == 'a' && has_earlier ? 1 : 0;
    }
    const auto within = "within " + std::to_string(window) + "d ";
    const auto equals = " = " + std::to_string(before);
    ASSERT_EQ(keeps(journey, "did(\"a\") " + within + "before did(\"b\")"), before > 0) << journey;
    ASSERT_EQ(keeps(journey, "did(\"a\") " + within + "after did(\"b\")"), after > 0) << journey;
    ASSERT_EQ(keeps(journey, "never(\"a\") " + within + "after did(\"b\")"), any_b && after == 0) << journey;
    ASSERT_EQ(keeps(journey, "count(\"a\") " + within + "before did(\"b\")" + equals), any_b) << journey;
    const auto first = journey.find('a');
    const auto next = first == std::string::npos ? first : journey.find('b', first + 1);
    const bool clean =
        next != std::string::npos && journey.substr(first + 1, next - first - 1).find('x') == std::string::npos;
    ASSERT_EQ(keeps(journey, "never(\"x\") between did(\"a\") and did(\"b\")"), clean) << journey;
  }
}

}  // namespace
}  // namespace peregrine
