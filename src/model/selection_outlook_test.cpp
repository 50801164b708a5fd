#include <gtest/gtest.h>

#include <random>

#include "model/memory_summary.hpp"
#include "model/selection_fixture.hpp"

namespace peregrine {
namespace {

/// A part of events with some of three names, two times, a value or none and a plan or none.
MemoryPart random_part(std::mt19937_64& random) {
  const std::vector<std::string> names{"Page Viewed", "Order Completed", "Refund"};
  std::vector<MemoryEvent> events(1 + random() % 4);
  for (auto& event : events) {
    event.customer = std::string(1, static_cast<char>('a' + random() % 2));
    event.time = time_of(random() % 2 == 0 ? "2026-01-01" : "2026-01-03");
    event.event = names[random() % names.size()];
    if (random() % 3 == 0) event.value = static_cast<std::int64_t>(random() % 3) * 1'000'000;
    if (random() % 3 == 0) event.properties["plan"] = std::string(1, static_cast<char>('p' + random() % 2));
    if (random() % 3 == 0) event.properties["trait.country"] = std::string(1, static_cast<char>('n' + random() % 2));
  }
  return MemoryPart::of(std::move(events));
}

std::string random_term(std::mt19937_64& random, int depth) {
  static const std::vector<std::string> terms{
      "event = \"Order Completed\"",
      "event != \"Refund\"",
      "event in (\"Refund\", \"Page Viewed\")",
      "event like \"Order%\"",
      "touchpoint = \"Refund\"",
      "role = \"buy\"",
      "role is null",
      "kind is not null",
      "time >= \"2026-01-02\"",
      "time < \"2026-01-02\"",
      "time > \"2026-01-03\"",
      "time <= \"2026-01-01\"",
      "time = \"2026-01-03\"",
      "value > 0.5",
      "value is null",
      "plan = \"p\"",
      "plan is null",
      "trait.country = \"n\"",
      "now.trait.country is null",
      "first.plan = \"p\"",
      "last.event = \"Refund\"",
      "did(\"Refund\")",
      "never(\"Order Completed\")",
      "count(\"Page Viewed\") >= 1",
      "count(\"Page Viewed\") < 1",
      "did(\"Refund\") before did(\"Order Completed\")",
      "never(\"Refund\") within 1 day after did(\"Order Completed\")",
      "count(\"Refund\") between did(\"Page Viewed\") and did(\"Order Completed\") = 0",
      "did(\"Order Completed\") between \"2026-01-01\" and \"2026-01-02\"",
  };
  if (depth == 0 || random() % 3 == 0) return terms[random() % terms.size()];
  const auto one = random_term(random, depth - 1);
  switch (random() % 3) {
    case 0: return "(" + one + " and " + random_term(random, depth - 1) + ")";
    case 1: return "(" + one + " or " + random_term(random, depth - 1) + ")";
    default: return "not (" + one + ")";
  }
}

TEST(SelectionOutlook, an_expression_that_holds_somewhere_was_never_ruled_out) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::size_t ruled_out = 0;
  std::size_t held_nowhere = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto part = random_part(random);
    const auto text = random_term(random, 2);
    auto selection = Selection::parse(text, "where");
    if (i % 2 == 0) selection.set_scope({.to = time_of("2026-01-02")});
    const auto mask = selection.mask(part);
    const bool holds = std::find(mask.begin(), mask.end(), 1) != mask.end();
    const bool may = selection.may_keep(summary_of(part));
    ASSERT_TRUE(may || !holds) << text;
    held_nowhere += holds ? 0 : 1;
    ruled_out += may ? 0 : 1;
  }
  EXPECT_GT(ruled_out, held_nowhere / 3);
}

bool may_keep(std::string_view text) {
  return Selection::parse(text, "where").may_keep(summary_of(one_journey()));
}

TEST(SelectionOutlook, names_that_do_not_occur_rule_a_part_out) {
  EXPECT_FALSE(may_keep("event = \"Refund\""));
  EXPECT_FALSE(may_keep("plan = \"pro\" and event = \"Refund\""));
  EXPECT_FALSE(may_keep("did(\"Refund\")"));
  EXPECT_FALSE(may_keep("never(\"Page Viewed\") before did(\"Refund\")"));
  EXPECT_FALSE(may_keep("not (event like \"%\")"));
  EXPECT_TRUE(may_keep("plan = \"gold\" or event = \"Page Viewed\""));
  EXPECT_TRUE(may_keep("never(\"Refund\")"));
  EXPECT_TRUE(may_keep("count(\"Refund\") = 0"));
  EXPECT_TRUE(may_keep("not (event = \"Page Viewed\")"));
}

TEST(SelectionOutlook, times_values_and_columns_that_do_not_occur_rule_a_part_out) {
  EXPECT_FALSE(may_keep("time > \"2026-01-04\""));
  EXPECT_FALSE(may_keep("time < \"2026-01-01\""));
  EXPECT_TRUE(may_keep("time >= \"2026-01-04\""));
  EXPECT_FALSE(may_keep("basket = \"full\""));
  EXPECT_FALSE(may_keep("first.basket = \"full\""));
  EXPECT_TRUE(may_keep("basket is null"));
  EXPECT_TRUE(may_keep("first.basket is null"));
  const auto plain = summary_of(MemoryPart::of({{.customer = "ann", .event = "Page Viewed"}}));
  EXPECT_FALSE(Selection::parse("value > 1", "where").may_keep(plain));
  EXPECT_FALSE(Selection::parse("value is null", "where").may_keep(summary_of(MemoryPart::of({}))));
}

}  // namespace
}  // namespace peregrine
