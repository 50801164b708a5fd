#include "engine/behind.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/refusal.hpp"
#include "engine/memory_snapshot.hpp"
#include "fold/counting_fold.hpp"
#include "fold/grouped.hpp"

namespace peregrine::engine {
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
bool counts(std::string_view pointer, std::string_view result) {
  return Figure(answer, pointer).counts_in(result_of(result));
}

TEST(Figure, a_pointer_leads_to_a_count) {
  EXPECT_EQ(Figure(answer, "/total").value(), 7);
  EXPECT_EQ(Figure(answer, "/summary/buyers").value(), 4);
  EXPECT_EQ(Figure(answer, "/steps/1/journeys").value(), 5);
  EXPECT_EQ(Figure(answer, "/a~1b~0c").value(), 3);
}

TEST(Figure, a_row_is_found_by_its_texts_wherever_it_stands) {
  EXPECT_TRUE(counts("/steps/1/journeys", R"({"steps": [{"name": "Buy", "journeys": 1}]})"));
  EXPECT_FALSE(counts("/steps/1/journeys", R"({"steps": [{"name": "View", "journeys": 1}]})"));
  EXPECT_FALSE(counts("/steps/1/journeys", R"({"steps": [{"name": "Buy", "journeys": 0}]})"));
  EXPECT_FALSE(counts("/steps/1/journeys", R"({"steps": []})"));
}

TEST(Figure, the_second_of_two_rows_with_the_same_texts_is_the_second) {
  const auto* once =
      R"({"steps": [{"name": "View", "journeys": 1}, {"name": "Buy", "journeys": 1}, {"name": "View", "journeys": 0}]})";
  EXPECT_TRUE(counts("/steps/0/journeys", once));
  EXPECT_FALSE(counts("/steps/2/journeys", once));
}

TEST(Figure, whole_numbers_before_the_texts_belong_to_the_row) {
  const auto* second = R"({"nodes": [{"step": 2, "name": "View", "journeys": 1}]})";
  EXPECT_FALSE(counts("/nodes/0/journeys", second));
  EXPECT_TRUE(counts("/nodes/1/journeys", second));
}

TEST(Figure, a_text_behind_a_figure_belongs_to_the_figure) {
  const auto paid = result_of(R"({"steps": [{"name": "Buy", "lost": 2, "value": 5, "currency": "EUR"}]})");
  const auto lost = result_of(R"({"steps": [{"name": "Buy", "lost": 1, "value": 0, "currency": null}]})");
  EXPECT_TRUE(Figure(paid, "/steps/0/lost").counts_in(lost));
}

TEST(Figure, a_row_without_texts_is_known_by_its_place) {
  const auto* second = R"({"bins": [{"from_days": 0, "journeys": 0}, {"from_days": 1, "journeys": 1}]})";
  EXPECT_FALSE(counts("/bins/0/journeys", second));
  EXPECT_TRUE(counts("/bins/1/journeys", second));
}

TEST(Figure, what_a_journey_alone_does_not_have_does_not_count) {
  EXPECT_FALSE(counts("/total", "{}"));
  EXPECT_FALSE(counts("/total", R"({"total": null})"));
  EXPECT_FALSE(counts("/summary/buyers", R"({"summary": null, "buyers": 1})"));
  EXPECT_FALSE(counts("/steps/1/journeys", R"({"steps": null})"));
  EXPECT_FALSE(counts("/steps/1/journeys", R"({"steps": [5]})"));
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

class Behind : public testing::Test {
 protected:
  Behind() : seed_(std::random_device()()), trace_(__FILE__, __LINE__, "seed " + std::to_string(seed_)) {
    std::mt19937_64 random(seed_);
    events_.resize(400);
    for (auto& event : events_) {
      event.customer = "customer " + std::to_string(random() % 90);
      event.time = Time{static_cast<std::int64_t>(random() % 1000)};
      event.event = std::string(1, static_cast<char>('A' + random() % 4));
      if (random() % 3 == 0) event.properties["plan"] = std::string(1, static_cast<char>('p' + random() % 3));
    }
  }

  /// Runs the task, then lists the customers behind each pointer: their number must be the figure.
  void expect_the_law(Task task, const std::vector<std::string>& pointers) {
    const MemorySnapshot snapshot(events_, 8);
    std::vector<Task> tasks;
    tasks.push_back(std::move(task));
    scan(snapshot, snapshot.labels(), tasks, {.threads = 2});
    const auto whole = finish(*tasks.front().fold);
    for (const auto& pointer : pointers) {
      const Figure figure(whole, pointer);
      std::set<std::string> customers;
      std::size_t listed = 0;
      for_each_behind(snapshot, snapshot.labels(), tasks.front(), {.event = false, .identities = true}, figure,
                      [&](const Part& part, std::span<const std::size_t> journeys) {
                        EXPECT_FALSE(journeys.empty());
                        EXPECT_TRUE(std::is_sorted(journeys.begin(), journeys.end()));
                        for (const auto journey : journeys) customers.emplace(part.customer(journey));
                        listed += journeys.size();
                      });
      EXPECT_GT(figure.value(), 0) << pointer;
      EXPECT_EQ(static_cast<std::int64_t>(listed), figure.value()) << pointer;
      EXPECT_EQ(customers.size(), listed) << pointer;
    }
  }

  std::uint64_t seed_;
  testing::ScopedTrace trace_;
  std::vector<MemoryEvent> events_;
};

const std::vector<std::string> journeys_of_rows{"/journeys", "/counts/0/journeys", "/counts/1/journeys"};

TEST_F(Behind, the_list_is_as_long_as_the_figure) {
  expect_the_law({.fold = counting_fold({"A", "B"}), .columns = {.value = true}, .where = {}}, journeys_of_rows);
}

TEST_F(Behind, the_list_is_as_long_as_the_figure_in_a_range_and_where) {
  const Scope scope{.from = Time{100}, .to = Time{700}};
  expect_the_law({.fold = counting_fold({"A", "B"}, scope),
                  .columns = {.value = true},
                  .where = Selection::parse("plan is not null", "where")},
                 journeys_of_rows);
}

TEST_F(Behind, the_list_is_as_long_as_the_figure_of_a_group) {
  const auto key = GroupKey::parse("plan", "by");
  ColumnRequest columns{.value = true};
  columns.add(key.columns());
  expect_the_law({.fold = group_by(key, {}, {}, counting_fold({"A"})), .columns = columns, .where = {}},
                 {"/groups/0/result/journeys", "/groups/1/result/counts/0/journeys"});
}

}  // namespace
}  // namespace peregrine::engine
