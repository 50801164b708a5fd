#include "model/vocabulary.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace peregrine {
namespace {

std::string complaint_about(std::string_view yaml) {
  try {
    read_touchpoints(json::parse_yaml(yaml, "workspace.yaml"), "workspace.yaml: touchpoints");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Pattern, a_star_stands_for_any_run_and_all_else_for_itself) {
  EXPECT_TRUE(matches("Viewed * Page", "Viewed Home Page"));
  EXPECT_TRUE(matches("Viewed * Page", "Viewed  Page"));
  EXPECT_FALSE(matches("Viewed * Page", "Viewed Page"));
  EXPECT_FALSE(matches("Viewed * Page", "Viewed Home Pages"));
  EXPECT_FALSE(matches("Viewed * Page", "viewed Home Page"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(matches("a*b*c", "aXc"));
  EXPECT_TRUE(matches("**x", "x"));
  EXPECT_FALSE(matches("", "x"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("a.c", "abc"));
}

TEST(Pattern, many_stars_do_not_take_for_ever) {
  const std::string text(5000, 'a');
  EXPECT_FALSE(matches("*a*a*a*a*a*a*a*a*b", text));
}

TEST(Vocabulary, a_name_of_segment_has_its_touchpoint_role_and_kind) {
  const Vocabulary vocabulary;
  const auto label = vocabulary.label("Order Completed");
  EXPECT_EQ(label.event, "Order Completed");
  EXPECT_EQ(label.touchpoint, "Order");
  EXPECT_EQ(label.role, Role::buy);
  EXPECT_EQ(label.kind, Kind::online);
  EXPECT_TRUE(label.labelled);
}

TEST(Vocabulary, without_a_touchpoint_the_touchpoint_is_named_like_the_event) {
  EXPECT_EQ(Vocabulary().label("Product Viewed").touchpoint, "Product Viewed");
}

TEST(Vocabulary, a_name_may_be_known_and_say_nothing_of_the_journey) {
  const auto label = Vocabulary().label("session_start");
  EXPECT_TRUE(label.labelled);
  EXPECT_EQ(label.role, Role::none);
}

TEST(Vocabulary, an_unknown_name_is_its_own_touchpoint_without_a_role) {
  const auto label = Vocabulary().label("Frobnicated");
  EXPECT_FALSE(label.labelled);
  EXPECT_EQ(label.touchpoint, "Frobnicated");
  EXPECT_EQ(label.role, Role::none);
  EXPECT_EQ(label.kind, Kind::none);
}

TEST(Vocabulary, case_counts) {
  EXPECT_FALSE(Vocabulary().label("order completed").labelled);
}

TEST(Vocabulary, surveys_are_named_with_their_events) {
  EXPECT_EQ(Vocabulary().label("NPS Answered").survey, Survey::nps);
  EXPECT_EQ(Vocabulary().label("Survey Answered").survey, Survey::none);
}

TEST(Vocabulary, the_workspace_s_own_touchpoints_come_first) {
  const Vocabulary vocabulary(
      std::vector<TouchpointRule>{{.pattern = "Order Completed", .touchpoint = "Till", .role = Role::use}});
  EXPECT_EQ(vocabulary.label("Order Completed").touchpoint, "Till");
  EXPECT_EQ(vocabulary.label("Order Completed").role, Role::use);
  EXPECT_EQ(vocabulary.label("Order Refunded").role, Role::return_);
}

TEST(Vocabulary, the_first_entry_wins_between_exact_names_and_patterns) {
  const Vocabulary pattern_first(
      {{.pattern = "Order *", .role = Role::read}, {.pattern = "Order Completed", .role = Role::use}});
  EXPECT_EQ(pattern_first.label("Order Completed").role, Role::read);
  const Vocabulary exact_first(
      {{.pattern = "Order Completed", .role = Role::use}, {.pattern = "Order *", .role = Role::read}});
  EXPECT_EQ(exact_first.label("Order Completed").role, Role::use);
  EXPECT_EQ(exact_first.label("Order Updated").role, Role::read);
  const Vocabulary twice({{.pattern = "A", .role = Role::use}, {.pattern = "A", .role = Role::read}});
  EXPECT_EQ(twice.label("A").role, Role::use);
}

TEST(Vocabulary, a_purchase_at_a_rival_is_no_purchase_here) {
  const auto label = Vocabulary().label("Competitor Order Placed");
  EXPECT_EQ(label.kind, Kind::competitor);
  EXPECT_EQ(label.role, Role::compare);
}

TEST(Vocabulary, labels_outlive_a_move_of_the_vocabulary) {
  Vocabulary first(std::vector<TouchpointRule>{{.pattern = "Mine", .touchpoint = "T"}});
  const auto label = first.label("Mine");
  const Vocabulary second = std::move(first);
  EXPECT_EQ(label.touchpoint, "T");
  EXPECT_EQ(second.label("Mine").touchpoint, "T");
}

TEST(Vocabulary, fifty_thousand_names_are_labelled_in_order) {
  std::vector<std::string> names;
  for (int i = 0; i < 50'000; ++i)
    names.push_back(i % 2 == 0 ? "Event " + std::to_string(i) : "Rival " + std::to_string(i));
  const std::vector<std::string_view> views(names.begin(), names.end());
  const Vocabulary vocabulary;
  const auto labels = vocabulary.label(views);
  ASSERT_EQ(labels.size(), names.size());
  EXPECT_EQ(labels[41'998].event, "Event 41998");
  EXPECT_FALSE(labels[41'998].labelled);
  EXPECT_EQ(labels[41'999].kind, Kind::competitor);
}

TEST(Vocabulary, thousands_of_patterns_do_not_slow_it_down) {
  std::vector<TouchpointRule> rules;
  for (int i = 0; i < 5'000; ++i) {
    rules.push_back({.pattern = "Page " + std::to_string(i) + " *", .role = Role::read});
    rules.push_back({.pattern = "* of shop " + std::to_string(i), .role = Role::visit});
  }
  const Vocabulary vocabulary(std::move(rules));
  std::vector<std::string> names;
  for (int i = 0; i < 50'000; ++i) names.push_back("Page " + std::to_string(i % 5'000) + " seen " + std::to_string(i));
  names.push_back("Page 7 of shop 4");
  names.push_back("Door of shop 4999");
  names.push_back("Page 5000 seen");
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto labels = vocabulary.label(views);  // tried one by one, these would be 500 million comparisons
  EXPECT_EQ(labels[49'999].role, Role::read);
  EXPECT_EQ(labels[50'000].role, Role::visit);  // "* of shop 4" stands before "Page 7 *"
  EXPECT_EQ(labels[50'001].role, Role::visit);
  EXPECT_FALSE(labels[50'002].labelled);
}

TEST(Vocabulary, an_origin_says_who_labelled_a_name) {
  const Vocabulary vocabulary(
      {{.pattern = "Order Completed", .role = Role::use}, {.pattern = "Foo *", .role = Role::read, .guess = true}});
  EXPECT_EQ(vocabulary.origin("Order Completed"), "workspace");
  EXPECT_EQ(vocabulary.origin("Foo Seen"), "guess");
  EXPECT_EQ(vocabulary.origin("Order Refunded"), "segment");
  EXPECT_EQ(vocabulary.origin("closedwon"), "hubspot");
  EXPECT_EQ(vocabulary.origin("Bar"), "none");
  EXPECT_TRUE(vocabulary.label("Foo Seen").guessed);
  EXPECT_FALSE(vocabulary.label("Order Completed").guessed);
  EXPECT_FALSE(vocabulary.label("Bar").guessed);
}

TEST(Touchpoints, a_guess_is_read_like_any_other) {
  const auto rules = read_touchpoints(
      json::parse_yaml("[{event: A *, touchpoint: T, role: visit, kind: in_store, survey: ces, guess: true}]", "w"),
      "w");
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].pattern, "A *");
  EXPECT_EQ(rules[0].kind, Kind::in_store);
  EXPECT_EQ(rules[0].survey, Survey::ces);
  EXPECT_TRUE(rules[0].guess);
}

TEST(Touchpoints, what_is_wrong_is_said_where_it_stands) {
  EXPECT_EQ(
      complaint_about("[{event: A}, {event: B, kind: shop}]"),
      "workspace.yaml: touchpoints[1].kind: must be one of none, marketing, sales, product, service, in_store, online, "
      "word_of_mouth, competitor (got \"shop\")");
  EXPECT_TRUE(complaint_about("[{event: A, role: vist}]").ends_with("(did you mean \"visit\"?)"));
  EXPECT_EQ(complaint_about("[{role: visit}]"),
            "workspace.yaml: touchpoints[0].event: is missing (name of an event, with * for any run of characters)");
  EXPECT_EQ(complaint_about("[{event: ''}]"), "workspace.yaml: touchpoints[0].event: must not be empty");
}

}  // namespace
}  // namespace peregrine
