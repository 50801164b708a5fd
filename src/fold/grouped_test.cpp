#include "fold/grouped.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/refusal.hpp"
#include "fold/counting_fold.hpp"
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

/// Runs both passes over a part.
json::object grouped(const Part& part, std::string_view key, const std::vector<std::string>& events = {},
                     Meta* meta = nullptr) {
  auto first = group_by(GroupKey::parse(key, "by"), {}, {}, counting_fold(events));
  fold_whole(*first, part);
  const auto second = first->next();
  fold_whole(*second, part);
  Meta ignored;
  return second->finish(meta == nullptr ? ignored : *meta);
}

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

TEST(GroupAt, is_a_step_or_where_steps_lie) {
  const auto words = [](std::string_view text) { return GroupAt::parse(text, 3, "by_at").words(); };
  EXPECT_EQ(words("first"), "at the event of the first step");
  EXPECT_EQ(words("last"), "at the event of the last step that they reached");
  EXPECT_EQ(words("3"), "at the event of step 3");
  EXPECT_EQ(words("every"), "at the events of all steps, and stand in the group of each value there");
  EXPECT_EQ(GroupAt().words(), "at their first event in range");
  const auto refusal = [](std::string_view text, std::size_t anchors) {
    return refusal_of([&] { GroupAt::parse(text, anchors, "by_at"); });
  };
  for (const auto* text : {"4", "0", "-1", "2x", "second"}) {
    EXPECT_EQ(refusal(text, 3),
              "invalid | by_at: must be first, last, every or a step from 1 to 3 (got \"" + std::string(text) + "\")");
  }
  EXPECT_EQ(
      refusal("first", 0),
      "invalid | by_at: is not for this analysis (it is for funnels; others read groups at a journey's first event "
      "in range)");
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

TEST(GroupedFold, groups_come_by_size_then_by_name) {
  std::vector<MemoryEvent> events;
  for (const auto* each : {"1b", "2a", "3c", "4c"}) {
    events.push_back({.customer = {each[0]}, .event = "A", .properties = {{"plan", std::string(1, each[1])}}});
  }
  const auto groups = grouped(MemoryPart::of(events), "plan").at("groups").as_array();
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].at("group"), "c");
  EXPECT_EQ(groups[0].at("result").at("journeys"), 2);
  EXPECT_EQ(groups[1].at("group"), "a");
  EXPECT_EQ(groups[2].at("group"), "b");
}

TEST(GroupedFold, of_nothing_has_no_groups) {
  EXPECT_EQ(json::format(grouped(MemoryPart::of({}), "plan")), R"({"groups":[]})");
}

TEST(GroupedFold, says_the_rule_and_where_a_figure_is_missing) {
  Meta meta;
  grouped(MemoryPart::of({{.customer = "a", .event = "A"}}), "event", {}, &meta);
  ASSERT_EQ(meta.policy.size(), 2u);
  EXPECT_EQ(meta.policy[1].rule, "by");
  EXPECT_EQ(meta.policy[1].words, "journeys are grouped by event at their first event in range");
}

std::vector<MemoryEvent> random_events(std::mt19937_64& random) {
  std::vector<MemoryEvent> events(random() % 200);
  for (auto& event : events) {
    event.customer = "customer " + std::to_string(random() % 30);
    event.time = Time{static_cast<std::int64_t>(random() % 1000)};
    event.event = std::string(1, static_cast<char>('A' + random() % 3));
    if (random() % 2 == 0) event.value = static_cast<std::int64_t>(random() % 100) * 10'000;
    if (random() % 2 == 0) event.properties["plan"] = std::string(1, static_cast<char>('p' + random() % 4));
  }
  return events;
}

TEST(GroupedFold, equals_the_fold_over_each_group_alone) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; ++round) {
    const auto events = random_events(random);
    const auto part = MemoryPart::of(events);
    const auto key_of = keys_of(part, "plan");
    std::map<std::string, std::string> key_of_customer;
    for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
      key_of_customer[std::string(part.customer(journey))] = key_of[journey];
    }
    const auto result = grouped(part, "plan", {"A", "C"});
    std::int64_t journeys = 0;
    for (const auto& group : result.at("groups").as_array()) {
      std::vector<MemoryEvent> own;
      for (const auto& event : events) {
        if (key_of_customer[event.customer] == json::text_of(group.at("group").as_string())) own.push_back(event);
      }
      const auto alone = counting_fold({"A", "C"});
      fold_whole(*alone, MemoryPart::of(own));
      ASSERT_EQ(group.at("result"), json::value(finish(*alone)));
      journeys += group.at("result").at("journeys").as_int64();
    }
    ASSERT_EQ(static_cast<std::size_t>(journeys), part.journeys());
  }
}

TEST(GroupedFold, parts_merged_and_saved_agree_with_the_whole) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto events = random_events(random);
  std::vector<MemoryEvent> halves[2];
  for (const auto& event : events) halves[event.customer.back() % 2].push_back(event);
  const MemoryPart parts[] = {MemoryPart::of(halves[0]), MemoryPart::of(halves[1])};
  auto pass = group_by(GroupKey::parse("plan", "by"), {}, {}, counting_fold({"A"}));
  for (int number = 0; number < 2; ++number) {
    for (const auto& part : parts) {
      const auto partial = pass->empty();
      fold_whole(*partial, part);
      Writer out;
      partial->save(out);
      const auto loaded = pass->empty();
      Reader in(out.bytes(), "state");
      loaded->load(in);
      in.expect_end();
      pass->merge(*loaded);
    }
    if (number == 0) pass = pass->next();
  }
  EXPECT_EQ(pass->next(), nullptr);
  EXPECT_EQ(finish(*pass), grouped(MemoryPart::of(events), "plan", {"A"}));
}

TEST(GroupedFold, a_fold_beside_another_sees_the_same_groups) {
  const auto part = three_journeys();
  auto counted = group_by(GroupKey::parse("plan", "by"), {}, {}, counting_fold({}));
  const auto beside_count = counted->empty();
  counted->enter(part);
  beside_count->enter_beside(*counted);
  counted->observe(part.batch());
  counted->leave();
  beside_count->observe(part.batch(1, 1));
  beside_count->leave();
  EXPECT_EQ(finish(*beside_count->next()).at("groups").as_array().size(), 1u);

  const auto leader = counted->next();
  const auto beside = leader->empty();
  leader->enter(part);
  beside->enter_beside(*leader);
  beside->observe(part.batch(1, 1));
  beside->leave();
  const auto groups = finish(*beside).at("groups").as_array();
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].at("group"), "(none)");
  EXPECT_EQ(groups[0].at("result").at("journeys"), 0);
  EXPECT_EQ(groups[1].at("result").at("journeys"), 1);
}

std::vector<MemoryEvent> many_groups(std::size_t groups) {
  std::vector<MemoryEvent> events;
  for (std::size_t i = 0; i < groups; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "key %05zu", i);
    events.push_back({.customer = name, .event = "A", .properties = {{"plan", std::string(name)}}});
  }
  return events;
}

TEST(GroupedFold, beyond_ten_thousand_groups_the_rest_is_other) {
  auto events = many_groups(10'003);
  events.push_back({.customer = "twice", .event = "A", .properties = {{"plan", "key 10002"}}});
  const auto groups = grouped(MemoryPart::of(events), "plan").at("groups").as_array();
  ASSERT_EQ(groups.size(), max_groups + 1);
  EXPECT_EQ(groups.front().at("group"), "key 10002");  // the only one of two journeys
  EXPECT_EQ(groups[max_groups - 1].at("group"), "key 09998");
  EXPECT_EQ(groups.back().at("group"), "other");
  EXPECT_EQ(groups.back().at("result").at("journeys"), 3);
}

TEST(GroupedFold, up_to_ten_thousand_groups_there_is_no_other) {
  const auto groups = grouped(MemoryPart::of(many_groups(10'000)), "plan").at("groups").as_array();
  ASSERT_EQ(groups.size(), max_groups);
  EXPECT_EQ(groups.back().at("group"), "key 09999");
}

TEST(GroupedFold, a_key_that_is_called_other_shares_its_group_with_the_rest) {
  auto events = many_groups(10'001);
  events.push_back({.customer = "x", .event = "A", .properties = {{"plan", "other"}}});
  events.push_back({.customer = "y", .event = "A", .properties = {{"plan", "other"}}});
  const auto groups = grouped(MemoryPart::of(events), "plan").at("groups").as_array();
  ASSERT_EQ(groups.size(), max_groups);
  EXPECT_EQ(groups.front().at("group"), "other");
  EXPECT_EQ(groups.front().at("result").at("journeys"), 4);
}

}  // namespace
}  // namespace peregrine
