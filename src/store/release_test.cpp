// Rows that leave quarantine: their events come in, their ledgers are corrected, all in one publish or not at all.
#include "base/memory_env.hpp"
#include "store/scripted_run.hpp"

namespace peregrine::store {

namespace {

class ReleaseTest : public testing::Test {
 protected:
  using Lines = std::vector<std::string>;

  ReleaseTest() {
    disk_.make_directories("/shop");
    ScriptedRun::create(disk_);
    for (std::size_t step = 0; step < ScriptedRun::steps; ++step) ScriptedRun::import(disk_, step);
  }
  /// Lets rows of the first import out, which are its places 0, 1 and 2, as events of the customer `fay`.
  static void release(Env& env, std::vector<std::uint64_t> places, const std::string& message = {}) {
    const auto store = Store::open(env, ScriptedRun::directory);
    const auto import = store->begin_import({.memory_bytes = 1, .threads = 1});
    TestFile file{"first", {}};
    for (const auto place : places) {
      file.events.push_back({.customer = "fay", .second = static_cast<std::int64_t>(place) + 20, .message = message});
    }
    const auto batch = batch_of(file, 0, 0, file.events.size());
    import->release(std::move(places), {batch});
    import->publish({}, {}, std::atomic<bool>{false});
  }
  static Lines waiting(Env& env, const std::string& source) {
    Lines rows;
    for (const auto& row : Store::open(env, ScriptedRun::directory)->snapshot()->read_quarantine(100)) {
      if (row.source == source) rows.push_back(std::to_string(row.row));
    }
    return rows;
  }
  static Ledger ledger(Env& env, std::size_t source) {
    return Store::open(env, ScriptedRun::directory)->snapshot()->ledgers()[source];
  }

  MemoryEnv disk_;
};

TEST_F(ReleaseTest, a_row_becomes_an_event_of_its_source) {
  release(disk_, {1});
  EXPECT_EQ(journey_of(*Store::open(disk_, ScriptedRun::directory)->snapshot(), "fay"), Lines{"21 Visit -"});
  EXPECT_EQ(waiting(disk_, "first"), (Lines{"100", "102"}));
  EXPECT_EQ(ledger(disk_, 0).stored, 5);
  EXPECT_EQ(ledger(disk_, 0).quarantined, 2);
  EXPECT_EQ(ledger(disk_, 0).received, 7);
  EXPECT_EQ(ScriptedRun::damage(disk_), Lines{});
}

TEST_F(ReleaseTest, the_last_row_takes_its_file_along) {
  release(disk_, {0, 1, 2});
  EXPECT_EQ(waiting(disk_, "first"), Lines{});
  EXPECT_EQ(waiting(disk_, "third").size(), 3u);
  EXPECT_EQ(ledger(disk_, 0).quarantined, 0);
  EXPECT_EQ(ScriptedRun::damage(disk_), Lines{});
}

TEST_F(ReleaseTest, a_row_with_the_message_of_another_event_is_a_duplicate_or_a_conflict) {
  release(disk_, {0, 1}, "m9");  // of two times: the second is a conflict, and waits again
  EXPECT_EQ(ledger(disk_, 0).stored, 5);
  EXPECT_EQ(ledger(disk_, 0).quarantined, 2);
  EXPECT_EQ(ledger(disk_, 0).accounted(), ledger(disk_, 0).received);
  EXPECT_EQ(ScriptedRun::damage(disk_), Lines{});
}

TEST_F(ReleaseTest, rows_say_the_ledger_they_count_in) {
  std::vector<std::int64_t> ledgers;
  for (const auto& row : Store::open(disk_, ScriptedRun::directory)->snapshot()->read_quarantine(100)) {
    ledgers.push_back(row.ledger);
  }
  EXPECT_EQ(ledgers, (std::vector<std::int64_t>{0, 0, 0, 1, 2, 2, 2}));
}

TEST_F(ReleaseTest, how_a_source_is_read_stays_while_rows_of_it_wait) {
  const auto store = Store::open(disk_, ScriptedRun::directory);
  const auto import = store->begin_import({.threads = 1});
  import->keep_reading(0, "with a semicolon");
  import->keep_reading(1, "with a comma");
  import->quarantine({.source = "b", .row = 1, .code = "time_missing"});
  Ledger a, b;
  a.source = "a";
  b.source = "b";
  b.received = b.quarantined = 1;
  import->publish({a, b}, {}, std::atomic<bool>{false});
  const auto kept = store->snapshot()->kept_readings();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].ledger, 4);
  EXPECT_EQ(kept[0].reading, "with a comma");
}

TEST_F(ReleaseTest, any_call_may_fail_and_the_power_with_it) {
  const auto before = ScriptedRun::state(disk_);
  const auto done = disk_.copy();
  release(*done, {0, 2});
  const auto after = ScriptedRun::state(*done);
  ASSERT_NE(before, after);
  for (std::size_t call = 1;; call += 3) {
    const auto disk = disk_.copy();
    FaultEnv env(*disk, {.at = call, .for_ever = true});
    try {
      release(env, {0, 2});
    } catch (const Error&) {
      // Found out below.
    }
    for (const auto survival : {Survival::everything, Survival::some}) {
      const auto found = disk->after_power_loss(survival, call);
      const auto state = ScriptedRun::state(*found);
      ASSERT_TRUE(state == before || state == after) << call;
      ASSERT_EQ(ScriptedRun::damage(*found), Lines{}) << call;
    }
    if (env.calls() < call) break;
  }
}

}  // namespace

}  // namespace peregrine::store
