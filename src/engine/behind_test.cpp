#include "engine/behind.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <random>
#include <set>

#include "engine/memory_snapshot.hpp"
#include "fold/counting_fold.hpp"
#include "fold/grouped.hpp"
#include "fold/sliced.hpp"

namespace peregrine::engine {
namespace {

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
      std::mutex one_at_a_time;
      for_each_behind(snapshot, snapshot.labels(), tasks.front(), {.event = false, .identities = true}, figure, 2,
                      [&](std::size_t, const Part& part, std::span<const std::size_t> journeys) {
                        const std::lock_guard hold(one_at_a_time);
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

TEST_F(Behind, the_list_is_as_long_as_the_figure_of_a_period_and_its_groups) {
  const auto first_half = Scope{.to = Time{500}};
  const auto second_half = Scope{.from = Time{500}};
  const auto key = GroupKey::parse("plan", "by");
  ColumnRequest columns{.value = true};
  columns.add(key.columns());
  std::vector<std::unique_ptr<RunningFold>> folds;
  for (const auto& scope : {first_half, second_half}) {
    folds.push_back(group_by(key, {}, scope, counting_fold({"A", "B"}, scope)));
  }
  auto fold = fold_over(Bucket::day, {{"first", first_half}, {"second", second_half}}, std::move(folds));
  expect_the_law({.fold = std::move(fold), .columns = columns, .where = {}},
                 {"/slices/0/result/groups/0/result/journeys", "/slices/1/result/groups/1/result/counts/1/journeys"});
}

TEST_F(Behind, few_of_many_are_found) {
  events_.clear();
  for (int i = 0; i < 5'000; ++i) {
    events_.push_back({.customer = "customer " + std::to_string(i), .event = i % 1'000 == 7 ? "A" : "B"});
  }
  expect_the_law({.fold = counting_fold({"A", "B"}), .columns = {.value = true}, .where = {}},
                 {"/counts/0/journeys", "/counts/1/journeys"});
}

TEST_F(Behind, nobody_is_behind_a_figure_of_another_group_than_there_are) {
  const MemorySnapshot snapshot(events_, 8);
  const auto fold = group_by(GroupKey::parse("plan", "by"), {}, {}, counting_fold({"A"}))->next();
  const auto lists = [&](const char* answer, const char* pointer) {
    bool any = false;
    const Task task{.fold = fold->empty(), .columns = {.value = true, .properties = {"plan"}}, .where = {}};
    for_each_behind(snapshot, snapshot.labels(), task, {}, Figure(json::parse(answer, "test").as_object(), pointer), 1,
                    [&](std::size_t, const Part&, std::span<const std::size_t>) { any = true; });
    return any;
  };
  EXPECT_FALSE(lists(R"({"groups": [{"group": "zebra", "result": {"journeys": 1}}]})", "/groups/0/result/journeys"));
  EXPECT_FALSE(lists(R"({"journeys": 1})", "/journeys"));
}

}  // namespace
}  // namespace peregrine::engine
