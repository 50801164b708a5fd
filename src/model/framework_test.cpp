#include "model/framework.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"

namespace peregrine {
namespace {

std::string complaint_about(std::string_view yaml) {
  try {
    parse_framework(yaml, "mine.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

constexpr std::string_view mine = R"(
name: mine
title: My way
monotone: true
note: A word more.
stages:
  - {name: Looking, phase: buyer, enter: [visit, read], metrics: [reach], content: [guides]}
  - name: Ours
    phase: customer
    enter:
      - buy
      - {event: "Fan Club Joined"}
      - {role: rate, survey: nps, at_least: 9, at_most: 10}
)";

TEST(Framework, a_file_is_read_whole) {
  const auto framework = parse_framework(mine, "mine.yaml");
  EXPECT_EQ(framework.name, "mine");
  EXPECT_EQ(framework.title, "My way");
  EXPECT_TRUE(framework.monotone);
  ASSERT_EQ(framework.stages.size(), 2u);
  EXPECT_EQ(framework.stages[0].enter[1].role, Role::read);
  EXPECT_EQ(framework.stages[0].content, std::vector<std::string>{"guides"});
  EXPECT_EQ(framework.stages[1].phase, Phase::customer);
  EXPECT_EQ(framework.stages[1].enter[1].event, "Fan Club Joined");
  EXPECT_EQ(framework.stages[1].enter[1].role, Role::none);
  EXPECT_EQ(framework.stages[1].enter[2].survey, Survey::nps);
  EXPECT_EQ(framework.stages[1].enter[2].at_least, 9);
  EXPECT_EQ(framework.stages[1].enter[2].at_most, 10);
}

TEST(Framework, a_file_without_a_title_is_called_by_its_name) {
  EXPECT_EQ(parse_framework("{name: a, stages: [{name: A, phase: buyer, enter: [visit]}]}", "a.yaml").title, "a");
}

TEST(Framework, an_unknown_role_is_refused_with_the_nearest_right_one) {
  const auto text = complaint_about(R"(
name: a
stages:
  - {name: A, phase: buyer, enter: [notice]}
  - {name: B, phase: buyer, enter: [read]}
  - {name: C, phase: buyer, enter: [visitt]}
)");
  EXPECT_TRUE(text.starts_with("mine.yaml: stages[2].enter[0]: must be one of notice, visit, ")) << text;
  EXPECT_TRUE(text.ends_with("(did you mean \"visit\"?)")) << text;
}

TEST(Framework, none_is_no_role_to_enter_by) {
  const auto text = complaint_about("{name: a, stages: [{name: A, phase: buyer, enter: [none]}]}");
  EXPECT_TRUE(text.starts_with("mine.yaml: stages[0].enter[0]: must be one of notice, ")) << text;
}

TEST(Framework, what_makes_no_sense_is_refused_where_it_stands) {
  const std::vector<std::pair<std::string_view, std::string_view>> complaints = {
      {"{name: a, stages: []}", "mine.yaml: stages: must list at least 1 (got 0)"},
      {"{name: a}", "mine.yaml: stages: is missing (the stages in order)"},
      {"{name: a, stage: []}", "mine.yaml: has no parameter \"stage\" (did you mean \"stages\"?)"},
      {"{name: a, stages: [{name: A, phase: buyer, enter: [visit]}], titl: A}",
       "mine.yaml: has no parameter \"titl\" (did you mean \"title\"?)"},
      {"{name: a, stages: [{name: A, phase: buyer, entr: [visit], enter: [visit]}]}",
       "mine.yaml: stages[0]: has no parameter \"entr\" (did you mean \"enter\"?)"},
      {"{name: a, stages: [{name: A, phase: bier, enter: [visit]}]}",
       "mine.yaml: stages[0].phase: must be one of buyer, customer (got \"bier\")"},
      {"{name: a, stages: [{name: A, phase: buyer, enter: []}]}",
       "mine.yaml: stages[0].enter: must list at least 1 (got 0)"},
      {"{name: a, stages: [{name: A, phase: buyer, enter: [3]}]}",
       "mine.yaml: stages[0].enter[0]: must be a name or an object (got 3)"},
      {"{name: a, stages: [{name: A, phase: buyer, enter: [{survey: nps}]}]}",
       "mine.yaml: stages[0].enter[0]: must name a role or an event (one of the two)"},
      {"{name: a, stages: [{name: A, phase: buyer, enter: [{role: visit, event: V}]}]}",
       "mine.yaml: stages[0].enter[0]: must name a role or an event (one of the two)"},
      {"{name: a, stages: [{name: A, phase: buyer, enter: [{role: rate, at_least: 9, at_most: 1}]}]}",
       "mine.yaml: stages[0].enter[0]: must have at_least no larger than at_most"},
      {"{name: a, stages: [{name: A, phase: buyer, enter: [visit]}, {name: A, phase: buyer, enter: [read]}]}",
       "mine.yaml: stages[1].name: must be the only one of its name (\"A\" stands twice)"},
      {"{name: a, stages: [{name: A, phase: customer, enter: [buy]}, {name: B, phase: buyer, enter: [read]}]}",
       "mine.yaml: stages[1].phase: must not be buyer after a stage of the customer phase"},
      {"{name: A way, stages: [{name: A, phase: buyer, enter: [visit]}]}",
       "mine.yaml: name: must be made of small letters, digits and _ (got \"A way\")"},
      {"{name: a, shares: [0.5, 0.5], stages: [{name: A, phase: buyer, enter: [visit]}]}",
       "mine.yaml: shares: must list one share a stage (got 2)"},
      {"{name: a, cut: quantiles, shares: [0.5], stages: [{name: A, phase: buyer, enter: [visit]}]}",
       "mine.yaml: shares: must be positive and add up to 1"},
  };
  for (const auto& [yaml, expected] : complaints) EXPECT_EQ(complaint_about(yaml), expected) << yaml;
}

TEST(Framework, those_that_ship_are_sorted_and_hold_the_default) {
  const auto& shipped = shipped_frameworks();
  EXPECT_EQ(shipped.size(), 21u);
  EXPECT_TRUE(std::is_sorted(shipped.begin(), shipped.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  const auto found =
      std::find_if(shipped.begin(), shipped.end(), [](auto& each) { return each.name == default_framework; });
  ASSERT_NE(found, shipped.end());
  ASSERT_EQ(found->stages.size(), 7u);
  EXPECT_EQ(found->stages[3].name, "Onboarding");
  EXPECT_EQ(found->stages[6].enter[2].at_least, 9);
}

TEST(Framework, those_that_ship_say_where_they_come_from) {
  for (const auto& framework : shipped_frameworks()) {
    EXPECT_FALSE(framework.title.empty()) << framework.name;
    EXPECT_FALSE(framework.summary.empty()) << framework.name;
    EXPECT_FALSE(framework.source.empty()) << framework.name;
    for (const auto& stage : framework.stages) {
      EXPECT_FALSE(stage.metrics.empty()) << framework.name << ": " << stage.name;
      EXPECT_FALSE(stage.content.empty()) << framework.name << ": " << stage.name;
    }
  }
}

}  // namespace
}  // namespace peregrine
