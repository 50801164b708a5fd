#include "fold/group_key.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"
#include "fold/filtered_part.hpp"
#include "model/memory_part.hpp"

namespace peregrine {
namespace {

Time time_of(std::string_view text) {
  return {parse_time(text).value().micros};
}

/// The key of each journey, read at its first event in range; `-` where there is none.
std::vector<std::string> keys_of(const Part& part, std::string_view key, const Scope& scope = {}) {
  const auto first_in_range = [&](std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& rows) {
    for (auto row = begin; row < end && rows.empty(); ++row) {
      if (scope.contains(part.time[row])) rows.push_back(row);
    }
  };
  const auto keys = GroupKey::parse(key, "by").keys(part, scope, first_in_range);
  std::vector<std::string> out;
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    out.push_back(keys.of(journey).empty() ? "-" : keys.names[keys.of(journey).front()]);
  }
  return out;
}
using Keys = std::vector<std::string>;

MemoryPart three_journeys() {
  return MemoryPart::of({
      {.customer = "ann",
       .time = time_of("2026-01-31T23:30"),
       .event = "Page Viewed",
       .properties = {{"trait.country", "NL"}}},
      {.customer = "ann",
       .time = time_of("2026-02-10"),
       .event = "Order Completed",
       .value = 12'500'000,
       .properties = {{"plan", "pro"}, {"score", 9.0}, {"gift", true}}},
      {.customer = "ann",
       .time = time_of("2026-02-11"),
       .event = "Page Viewed",
       .properties = {{"trait.country", "BE"}}},
      {.customer = "bob", .time = time_of("2026-02-10"), .event = "Something Else", .properties = {{"plan", "free"}}},
      {.customer = "cat", .known = false, .time = time_of("2026-03-29T22:30"), .event = "Order Completed"},
  });
}
const Scope from_february{.from = time_of("2026-02-01")};

TEST(GroupKey, a_column_is_read_at_the_first_event_in_range) {
  const auto part = three_journeys();
  EXPECT_EQ(keys_of(part, "plan"), (Keys{"(none)", "free", "(none)"}));
  EXPECT_EQ(keys_of(part, "plan", from_february), (Keys{"pro", "free", "(none)"}));
  EXPECT_EQ(keys_of(part, "property.plan", from_february), (Keys{"pro", "free", "(none)"}));
  EXPECT_EQ(keys_of(part, "score", from_february), (Keys{"9", "(none)", "(none)"}));
  EXPECT_EQ(keys_of(part, "gift", from_february), (Keys{"true", "(none)", "(none)"}));
}

TEST(GroupKey, a_journey_without_an_event_in_range_has_none) {
  EXPECT_EQ(keys_of(three_journeys(), "plan", {.from = time_of("2026-02-11")}), (Keys{"(none)", "-", "(none)"}));
  EXPECT_EQ(keys_of(three_journeys(), "known", {.to = time_of("2026-02-10")}), (Keys{"true", "-", "-"}));
}

TEST(GroupKey, a_trait_is_read_as_of_the_anchor_and_now_at_the_end) {
  const auto part = three_journeys();
  EXPECT_EQ(keys_of(part, "trait.country", from_february), (Keys{"NL", "(none)", "(none)"}));
  EXPECT_EQ(keys_of(part, "then.trait.country", from_february), (Keys{"NL", "(none)", "(none)"}));
  EXPECT_EQ(keys_of(part, "now.trait.country"), (Keys{"BE", "(none)", "(none)"}));
}

TEST(GroupKey, the_first_and_the_last_word_are_said_before_the_end_of_the_range) {
  const auto part = three_journeys();
  EXPECT_EQ(keys_of(part, "first.plan"), (Keys{"pro", "free", "(none)"}));
  EXPECT_EQ(keys_of(part, "last.trait.country"), (Keys{"BE", "(none)", "(none)"}));
  EXPECT_EQ(keys_of(part, "last.trait.country", {.to = time_of("2026-02-11")}), (Keys{"NL", "(none)", "-"}));
}

TEST(GroupKey, a_trait_that_a_filter_hides_is_still_known) {
  const auto whole = three_journeys();
  const FilteredPart part(whole, Selection::parse("event = \"Order Completed\"", "where"), {});
  EXPECT_EQ(keys_of(part, "trait.country"), (Keys{"NL", "-", "(none)"}));
  EXPECT_EQ(keys_of(part, "now.trait.country"), (Keys{"BE", "-", "(none)"}));
  EXPECT_EQ(keys_of(part, "first.trait.country"), (Keys{"NL", "-", "(none)"}));
  EXPECT_EQ(keys_of(part, "plan"), (Keys{"pro", "-", "(none)"}));
  EXPECT_EQ(keys_of(part, "event"), (Keys{"Order Completed", "-", "Order Completed"}));
}

TEST(GroupKey, an_event_and_its_labels_can_be_keys) {
  const auto part = three_journeys();
  EXPECT_EQ(keys_of(part, "event"), (Keys{"Page Viewed", "Something Else", "Order Completed"}));
  EXPECT_EQ(keys_of(part, "role"), (Keys{"visit", "(none)", "buy"}));
  EXPECT_EQ(keys_of(part, "touchpoint")[1], "Something Else");
  EXPECT_EQ(keys_of(part, "kind")[1], "(none)");
  EXPECT_EQ(keys_of(part, "known"), (Keys{"true", "true", "false"}));
}

TEST(GroupKey, cohorts_are_cut_in_the_zone) {
  const auto part = three_journeys();
  const Scope amsterdam{.zone = Zone::find("Europe/Amsterdam", "timezone")};
  EXPECT_EQ(keys_of(part, "cohort.month"), (Keys{"2026-01", "2026-02", "2026-03"}));
  EXPECT_EQ(keys_of(part, "cohort.month", amsterdam), (Keys{"2026-02", "2026-02", "2026-03"}));
  EXPECT_EQ(keys_of(part, "cohort.day", amsterdam), (Keys{"2026-02-01", "2026-02-10", "2026-03-30"}));
  EXPECT_EQ(keys_of(part, "cohort.week", amsterdam), (Keys{"2026-01-26", "2026-02-09", "2026-03-30"}));
  EXPECT_EQ(keys_of(part, "cohort.day")[2], "2026-03-29");
}

TEST(GroupKey, a_cohort_day_at_a_change_of_the_clock_has_23_or_25_hours) {
  std::vector<MemoryEvent> events;
  for (int hour = 0; hour < 24; ++hour) {
    events.push_back({.customer = std::string(1, static_cast<char>('a' + hour)),
                      .time = Time{time_of("2026-10-24T22:00").micros + hour * 3'600'000'000},
                      .event = "A"});
    events.push_back({.customer = std::string(1, static_cast<char>('A' + hour)),
                      .time = Time{time_of("2026-03-28T23:00").micros + hour * 3'600'000'000},
                      .event = "A"});
  }
  const auto keys = keys_of(MemoryPart::of(events), "cohort.day", {.zone = Zone::find("Europe/Amsterdam", "timezone")});
  EXPECT_EQ(std::count(keys.begin(), keys.end(), "2026-10-25"), 24);  // of 25
  EXPECT_EQ(std::count(keys.begin(), keys.end(), "2026-03-29"), 23);
  EXPECT_EQ(std::count(keys.begin(), keys.end(), "2026-03-30"), 1);
}

TEST(GroupKey, asks_for_the_columns_it_reads) {
  EXPECT_EQ(GroupKey::parse("now.trait.country", "by").columns().properties, std::vector<std::string>{"trait.country"});
  EXPECT_TRUE(GroupKey::parse("role", "by").columns().event);
  EXPECT_FALSE(GroupKey::parse("plan", "by").columns().event);
  EXPECT_TRUE(GroupKey::parse("cohort.day", "by").columns().time);
  EXPECT_TRUE(GroupKey::parse("known", "by").columns().properties.empty());
}

TEST(GroupKey, an_unknown_column_is_refused_with_a_proposal) {
  const std::vector<KnownColumn> columns{{"plan"}, {"trait.country"}};
  const auto refusal = [&](std::string_view key) {
    return refusal_of([&] { GroupKey::parse(key, "by").check({.events = {}, .columns = columns}); });
  };
  EXPECT_EQ(refusal("plam"), "invalid | by: there is no column \"plam\" (did you mean \"plan\"?)");
  EXPECT_EQ(refusal("now.trait.contry"),
            "invalid | by: there is no column \"trait.contry\" (did you mean \"trait.country\"?)");
  EXPECT_EQ(refusal("cohort.dya"), "invalid | by: there is no column \"cohort.dya\" (did you mean \"cohort.day\"?)");
  for (const auto* key : {"plan", "property.plan", "then.trait.country", "event", "known", "cohort.month"}) {
    EXPECT_EQ(refusal(key), "nothing was thrown") << key;
  }
}

TEST(GroupKey, a_name_must_follow_a_prefix) {
  for (const auto* key : {"", "now.", "then.", "property.", "now.property."}) {
    EXPECT_EQ(refusal_of([&] { GroupKey::parse(key, "by"); }), "invalid | by: names no column (such as channel)")
        << key;
  }
}

}  // namespace
}  // namespace peregrine
