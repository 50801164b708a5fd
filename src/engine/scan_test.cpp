#include "engine/scan.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/refusal.hpp"
#include "engine/extent.hpp"
#include "engine/memory_snapshot.hpp"
#include "fold/counting_fold.hpp"
#include "fold/grouped.hpp"

namespace peregrine::engine {
namespace {

std::vector<MemoryEvent> some_events(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<MemoryEvent> events(300);
  for (auto& event : events) {
    event.customer = "customer " + std::to_string(random() % 40);
    event.time = Time{static_cast<std::int64_t>(random() % 1000)};
    event.event = std::string(1, static_cast<char>('A' + random() % 4));
    if (random() % 2 == 0) event.value = static_cast<std::int64_t>(random() % 100) * 10'000;
    if (random() % 2 == 0) event.properties["plan"] = std::string(1, static_cast<char>('p' + random() % 4));
  }
  return events;
}

/// The tasks of the tests, by number: plain, filtered, filtered the same way, grouped, in a range, an extent.
constexpr std::size_t task_kinds = 6;
Task task_of(std::size_t kind) {
  const ColumnRequest columns{.value = true};
  const auto where = Selection::parse("plan = \"p\" or event = \"B\"", "where");
  switch (kind) {
    case 0: return {.fold = counting_fold({"A"}), .columns = columns, .where = {}};
    case 1: return {.fold = counting_fold({"B"}), .columns = columns, .where = where};
    case 2: return {.fold = counting_fold({"C"}), .columns = columns, .where = where};
    case 3: {
      const auto key = GroupKey::parse("plan", "by");
      auto with_key = columns;
      with_key.add(key.columns());
      return {.fold = group_by(key, {}, {}, counting_fold({"A", "B"})), .columns = with_key, .where = {}};
    }
    case 4: {
      const Scope scope{.from = Time{200}, .to = Time{500}};
      return {
          .fold = counting_fold({"A"}, scope), .columns = columns, .where = Selection::parse("value > 0.5", "where")};
    }
    default:
      return {.fold = std::make_unique<Extent>(Scope{.from = Time{100}}), .columns = {.event = false}, .where = {}};
  }
}

std::string answer_of(const MemorySnapshot& snapshot, std::size_t kind, std::size_t threads = 1) {
  std::vector<Task> tasks;
  tasks.push_back(task_of(kind));
  scan(snapshot, snapshot.labels(), tasks, {.threads = threads});
  return json::format(finish(*tasks.front().fold));
}

TEST(Scan, several_tasks_in_one_scan_equal_each_alone) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const MemorySnapshot snapshot(some_events(seed), 8);
  std::vector<Task> tasks;
  for (std::size_t kind = 0; kind < task_kinds; ++kind) tasks.push_back(task_of(kind));
  scan(snapshot, snapshot.labels(), tasks, {.threads = 4});
  for (std::size_t kind = 0; kind < task_kinds; ++kind) {
    EXPECT_EQ(json::format(finish(*tasks[kind].fold)), answer_of(snapshot, kind)) << kind;
  }
}

TEST(Scan, answers_do_not_depend_on_threads_or_partitions) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const auto events = some_events(seed);
  const MemorySnapshot one(events, 1);
  const MemorySnapshot many(events, 64);  // more than there are customers: some are empty
  for (std::size_t kind = 0; kind < task_kinds; ++kind) {
    const auto answer = answer_of(one, kind);
    for (const std::size_t threads : {1u, 2u, 16u}) EXPECT_EQ(answer_of(many, kind, threads), answer) << kind;
  }
}

TEST(Scan, a_filtered_task_equals_a_scan_of_the_kept_events) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const auto events = some_events(seed);
  std::vector<MemoryEvent> kept;
  for (const auto& event : events) {
    const auto plan = event.properties.find("plan");
    const bool p = plan != event.properties.end() && std::get<std::string>(plan->second) == "p";
    if (p || event.event == "B") kept.push_back(event);
  }
  std::vector<Task> tasks;
  tasks.push_back({.fold = counting_fold({"B"}), .columns = {.value = true}, .where = {}});
  const MemorySnapshot only(kept, 3);
  scan(only, only.labels(), tasks, {});
  EXPECT_EQ(answer_of(MemorySnapshot(events, 5), 1), json::format(finish(*tasks.front().fold)));
}

TEST(Scan, every_partition_is_read_once_a_pass_whatever_the_number_of_tasks) {
  const MemorySnapshot snapshot(some_events(1), 8);
  std::vector<Task> tasks;
  for (const std::size_t kind : {0u, 1u, 2u, 5u}) tasks.push_back(task_of(kind));
  scan(snapshot, snapshot.labels(), tasks, {.threads = 2});
  EXPECT_EQ(snapshot.reads(), 8);
  tasks.push_back(task_of(3));  // groups take a second pass
  for (std::size_t i = 0; i < 4; ++i) tasks[i].fold = tasks[i].fold->empty();
  scan(snapshot, snapshot.labels(), tasks, {.threads = 2});
  EXPECT_EQ(snapshot.reads(), 24);
}

TEST(Scan, partitions_that_cannot_matter_are_not_read_and_nothing_changes) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  auto events = some_events(seed);
  for (auto& event : events) {
    if (random() % 30 == 0) event.event = "rare " + std::to_string(random() % 3);
  }
  const MemorySnapshot summed(events, 16);
  MemorySnapshot unknown(events, 16);
  unknown.forget_summaries();
  const std::vector<std::string> wheres{"event = \"rare 0\"",
                                        "did(\"rare 1\")",
                                        "plan = \"p\" and event like \"rare%\"",
                                        "time >= \"1970-01-01 00:00:01\"",
                                        "event = \"A\"",
                                        "not (event = \"A\")"};
  for (const auto& where : wheres) {
    std::vector<std::string> answers;
    for (const MemorySnapshot* snapshot : std::initializer_list<const MemorySnapshot*>{&summed, &unknown}) {
      std::vector<Task> tasks;
      const auto key = GroupKey::parse("plan", "by");
      ColumnRequest columns{.value = true};
      columns.add(key.columns());
      tasks.push_back(
          {.fold = counting_fold({"A", "rare 0"}), .columns = columns, .where = Selection::parse(where, "where")});
      tasks.push_back(
          {.fold = group_by(key, {}, {}, counting_fold({"A"})), .columns = columns, .where = tasks[0].where});
      tasks.push_back({.fold = counting_fold({"A"}, {.to = Time{2}}), .columns = columns, .where = {}, .to = Time{2}});
      scan(*snapshot, snapshot->labels(), tasks, {.threads = 2});
      for (const auto& task : tasks) answers.push_back(json::format(finish(*task.fold)));
      if (snapshot == &unknown) {
        for (const auto& task : tasks) EXPECT_EQ(task.skipped, 0u);
      }
      if (snapshot == &summed && where == wheres[3]) {
        EXPECT_EQ(tasks[0].skipped, 16u) << "no event is that late";
        EXPECT_GT(tasks[2].skipped, 0u);
      }
    }
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(answers[i], answers[i + 3]) << where;
  }
}

TEST(Scan, a_partition_is_read_for_those_whom_it_concerns) {
  const MemorySnapshot snapshot({{.customer = "a", .event = "A"}, {.customer = "b", .event = "B"}}, 2);
  const auto counted = [&](std::vector<std::string> wheres) {
    std::vector<Task> tasks;
    for (const auto& where : wheres) {
      tasks.push_back(
          {.fold = counting_fold({"A"}), .columns = {.value = true}, .where = Selection::parse(where, "where")});
    }
    const auto before = snapshot.reads();
    scan(snapshot, snapshot.labels(), tasks, {.threads = 1});
    std::vector<std::size_t> skipped{static_cast<std::size_t>(snapshot.reads() - before)};
    for (const auto& task : tasks) skipped.push_back(task.skipped);
    return skipped;
  };
  EXPECT_EQ(counted({"event = \"C\""}), (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(counted({"event = \"A\""}), (std::vector<std::size_t>{1, 1}));
  EXPECT_EQ(counted({"event = \"A\"", "event = \"B\""}), (std::vector<std::size_t>{2, 1, 1}));
}

TEST(Scan, progress_counts_the_partitions_of_each_pass) {
  const MemorySnapshot snapshot(some_events(1), 8);
  for (const std::size_t threads : {1u, 4u}) {
    std::vector<std::size_t> counted;
    std::vector<Task> tasks;
    tasks.push_back(task_of(3));
    scan(snapshot, snapshot.labels(), tasks, {.threads = threads, .progress = [&](std::size_t done, std::size_t all) {
                                                EXPECT_EQ(all, 8u);
                                                counted.push_back(done);
                                              }});
    EXPECT_EQ(counted, (std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}));
  }
}

TEST(Scan, is_cancelled_before_the_next_partition) {
  const MemorySnapshot snapshot(some_events(1), 8);
  std::atomic<bool> cancelled{false};
  std::vector<Task> tasks;
  tasks.push_back(task_of(0));
  EXPECT_EQ(refusal_of([&] {
              scan(snapshot, snapshot.labels(), tasks,
                   {.threads = 1,
                    .progress = [&](std::size_t done, std::size_t) { cancelled = done == 3; },
                    .cancelled = &cancelled});
            }),
            "unavailable | scan: was cancelled");
  EXPECT_EQ(snapshot.reads(), 3);
}

TEST(Scan, of_no_tasks_reads_nothing) {
  const MemorySnapshot snapshot(some_events(1), 8);
  std::vector<Task> none;
  scan(snapshot, snapshot.labels(), none, {});
  EXPECT_EQ(snapshot.reads(), 0);
}

TEST(Scan, a_failure_to_read_is_thrown_on) {
  const MemorySnapshot snapshot({{.customer = "a", .event = "A"}}, 2);
  class Broken final : public RunningFold {
   public:
    std::unique_ptr<RunningFold> empty() const override { return std::make_unique<Broken>(); }
    void enter(const Part&) override { throw Error(ErrorKind::corrupt, "segment", "was changed"); }
    void observe(const JourneyBatch&) noexcept override {}
    void leave() override {}
    void merge(const RunningFold&) override {}
    json::object finish(Meta&) const override { return {}; }
    void save(Writer&) override {}
    void load(Reader&) override {}
  };
  std::vector<Task> tasks;
  tasks.push_back({.fold = std::make_unique<Broken>(), .columns = {}, .where = {}});
  EXPECT_EQ(refusal_of([&] { scan(snapshot, snapshot.labels(), tasks, {.threads = 2}); }),
            "corrupt | segment: was changed");
}

TEST(Batches, are_together_all_journeys_in_order_and_no_larger_than_they_must) {
  std::vector<MemoryEvent> events;
  const auto add = [&](std::string customer, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) events.push_back({.customer = customer, .event = "A"});
  };
  add("a", batch_events);
  add("b", 1);
  add("c", batch_events + 5);
  add("d", batch_events / 2);
  add("e", batch_events / 2);
  add("f", 1);
  const auto part = MemoryPart::of(std::move(events));
  std::vector<std::size_t> sizes;
  std::size_t next = 0;
  for_each_batch(part, [&](const JourneyBatch& batch) {
    sizes.push_back(batch.size);
    for (std::size_t i = 0; i < batch.size; ++i, ++next) {
      EXPECT_EQ(batch.journey(i), next);
      EXPECT_EQ(batch.begin[i], part.first[next]);
      EXPECT_EQ(batch.end[i], part.first[next + 1]);
    }
  });
  EXPECT_EQ(next, part.journeys());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 1, 1, 2, 1}));
  for_each_batch(MemoryPart::of({}), [](const JourneyBatch&) { FAIL() << "there are no journeys"; });
}

TEST(Extent, counts_events_and_journeys_in_range) {
  const auto part = MemoryPart::of({{.customer = "a", .time = Time{10}, .event = "A"},
                                    {.customer = "a", .time = Time{20}, .event = "A"},
                                    {.customer = "b", .time = Time{9}, .event = "A"},
                                    {.customer = "c", .time = Time{19}, .event = "A"}});
  Extent extent(Scope{.from = Time{10}, .to = Time{20}});
  fold_whole(extent, part);
  EXPECT_EQ(extent.events(), 2);
  EXPECT_EQ(extent.journeys(), 2);
  Writer out;
  extent.save(out);
  Extent loaded(Scope{});
  Reader in(out.bytes(), "state");
  loaded.load(in);
  loaded.merge(extent);
  EXPECT_EQ(json::format(finish(loaded)), R"({"events":4,"journeys":4,"guessed":0})");
  EXPECT_EQ(json::format(finish(*loaded.empty())), R"({"events":0,"journeys":0,"guessed":0})");
}

TEST(Extent, counts_the_events_in_range_whose_label_is_a_guess) {
  const Vocabulary vocabulary(std::vector<TouchpointRule>{{.pattern = "Guessed", .role = Role::read, .guess = true}});
  const auto part = MemoryPart::of({{.customer = "a", .time = Time{10}, .event = "Sure"},
                                    {.customer = "a", .time = Time{11}, .event = "Guessed"},
                                    {.customer = "b", .time = Time{12}, .event = "Guessed"},
                                    {.customer = "b", .time = Time{20}, .event = "Guessed"}},
                                   {.vocabulary = &vocabulary});
  Extent extent(Scope{.from = Time{10}, .to = Time{20}});
  fold_whole(extent, part);
  EXPECT_EQ(extent.events(), 3);
  EXPECT_EQ(extent.guessed(), 2);
}

}  // namespace
}  // namespace peregrine::engine
