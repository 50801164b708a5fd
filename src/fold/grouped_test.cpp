#include "fold/grouped.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/refusal.hpp"
#include "fold/counting_fold.hpp"
#include "model/memory_part.hpp"

namespace peregrine {
namespace {

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
    const auto at_first = [](std::uint64_t begin, std::uint64_t, auto& rows) { rows.push_back(begin); };
    const auto keys = GroupKey::parse("plan", "by").keys(part, {}, at_first);
    std::map<std::string, std::string> key_of_customer;
    for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
      key_of_customer[std::string(part.customer(journey))] = keys.names[keys.of(journey).front()];
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
