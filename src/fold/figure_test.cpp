#include "fold/figure.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

json::object result_of(std::string_view text) {
  return json::parse(text, "test").as_object();
}

const json::object answer = result_of(R"({
  "total": 7, "share": 0.5, "nothing": null, "a/b~c": 3, "empty": [], "list": [1, 2],
  "summary": {"buyers": 4},
  "steps": [{"name": "View", "journeys": 9}, {"name": "Buy", "journeys": 5}, {"name": "View", "journeys": 2}],
  "nodes": [{"step": 1, "name": "View", "journeys": 6}, {"step": 2, "name": "View", "journeys": 4}],
  "bins": [{"from_days": 0, "journeys": 3}, {"from_days": 1, "journeys": 8}]})");

std::string figure_refusal(std::string_view pointer) {
  return refusal_of([&] { Figure(answer, pointer); });
}

TEST(Figure, a_pointer_leads_to_a_count) {
  EXPECT_EQ(Figure(answer, "/total").value(), 7);
  EXPECT_EQ(Figure(answer, "/summary/buyers").value(), 4);
  EXPECT_EQ(Figure(answer, "/steps/1/journeys").value(), 5);
  EXPECT_EQ(Figure(answer, "/a~1b~0c").value(), 3);
}

TEST(Figure, a_pointer_that_leads_nowhere_is_refused) {
  const auto nowhere = [](std::string_view pointer, const std::string& expected) {
    return "invalid | figure: leads nowhere: \"" + std::string(pointer) + "\" (" + expected + ")";
  };
  EXPECT_EQ(figure_refusal("/totel"), nowhere("/totel", "did you mean \"total\"?"));
  EXPECT_EQ(figure_refusal("/steps/1/journey"), nowhere("/steps/1/journey", "did you mean \"journeys\"?"));
  EXPECT_EQ(figure_refusal("/summary/zzzzzz"), nowhere("/summary/zzzzzz", "one of buyers"));
  for (const auto* pointer : {"/steps/3/journeys", "/steps/x/journeys", "/steps/1x/journeys", "/steps/-1/journeys"}) {
    EXPECT_EQ(figure_refusal(pointer), nowhere(pointer, "a row from 0 to 2"));
  }
  EXPECT_EQ(figure_refusal("/list/0"), nowhere("/list/0", "a row from 0 to 1"));
  EXPECT_EQ(figure_refusal("/empty/0/journeys"), nowhere("/empty/0/journeys", "the list is empty"));
  EXPECT_EQ(figure_refusal("/total/more"), nowhere("/total/more", "it goes on behind a value"));
  EXPECT_EQ(figure_refusal(""), nowhere("", "such as /steps/1/journeys"));
  EXPECT_EQ(figure_refusal("total"), nowhere("total", "such as /steps/1/journeys"));
}

TEST(Figure, what_counts_no_customers_is_refused) {
  for (const auto* pointer : {"/share", "/nothing", "/steps", "/steps/1", "/steps/1/name", "/summary"}) {
    EXPECT_EQ(figure_refusal(pointer), "invalid | figure: counts no customers: \"" + std::string(pointer) +
                                           "\" (a whole number such as /steps/1/journeys)");
  }
}

}  // namespace
}  // namespace peregrine
