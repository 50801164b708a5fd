// The scripted run under every failing call and every loss of power: afterwards the store is in the state before or
// after the step, its check is clean, and the run goes on to its end.
#include "base/fault_stride.hpp"
#include "base/memory_env.hpp"
#include "store/scripted_run.hpp"

namespace peregrine::store {

namespace {

class SurvivalTest : public testing::Test {
 protected:
  using Lines = std::vector<std::string>;

  /// Does what is left of the run; `done` steps are known to be done. Returns when all are, or throws on.
  static void run_from(Env& env, std::size_t& done) {
    if (done == 0) {
      ScriptedRun::create(env);
      ++done;
    }
    for (; done <= ScriptedRun::steps; ++done) ScriptedRun::import(env, done - 1);
  }

  /// `done` steps were acknowledged on this disk, and the next may be.
  void expect_survived(MemoryEnv& disk, std::size_t done, const std::string& where) {
    const auto state = ScriptedRun::state(disk);
    const bool before = state == states_[done];
    const bool after = done + 1 < states_.size() && state == states_[done + 1];
    ASSERT_TRUE(before || after) << where << ": " << done << " steps were done";
    if (!before) ++done;
    if (ScriptedRun::is_made(state)) {
      ASSERT_EQ(ScriptedRun::damage(disk), Lines{}) << where;
    }
    const bool imports = done <= ScriptedRun::steps;
    run_from(disk, done);
    ASSERT_EQ(ScriptedRun::state(disk), states_.back()) << where << ": the run did not go on";
    if (imports) {
      ASSERT_EQ(ScriptedRun::leftovers(disk), 0u) << where << ": the next import removes them";
    }
    ++survived_;
  }

  void survive(Failure failure, bool for_ever, const FaultStride& stride) {
    for (std::size_t call = 1 + stride.start;; call += stride.step) {
      MemoryEnv disk;
      disk.make_directories("/shop");
      FaultEnv env(disk, {.at = call, .for_ever = for_ever, .failure = failure});
      std::size_t done = 0;
      bool failed = false;
      try {
        run_from(env, done);
      } catch (const Error& error) {
        failed = true;
        EXPECT_NE(error.kind(), ErrorKind::bug) << error.what();
        EXPECT_NE(error.kind(), ErrorKind::invalid) << error.what();
      } catch (const std::bad_alloc&) {
        failed = true;
        EXPECT_EQ(failure, Failure::memory);
      }
      const std::string where = "failure " + std::to_string(static_cast<int>(failure)) + " of call " +
                                std::to_string(call) + (for_ever ? " for ever" : " once") + ", " + stride.words();
      expect_survived(disk, std::min(done, ScriptedRun::steps + 1), where);
      if (HasFatalFailure()) return;
      failed_ += failed;
      if (env.calls() < call) break;
    }
  }

  const std::vector<Lines> states_ = ScriptedRun::states();
  std::size_t survived_ = 0;
  std::size_t failed_ = 0;
};

TEST_F(SurvivalTest, the_steps_of_the_script_differ) {
  ASSERT_EQ(states_.size(), ScriptedRun::steps + 2);
  for (std::size_t step = 2; step < states_.size(); ++step) EXPECT_NE(states_[step - 1], states_[step]);
  EXPECT_NE(std::find(states_[2].begin(), states_[2].end(), "lone? 2 Visit 5"), states_[2].end());
  EXPECT_NE(std::find(states_[3].begin(), states_[3].end(), "ann 2 Visit 5"), states_[3].end())
      << "the login moves an event that was published";
}

TEST_F(SurvivalTest, any_call_may_fail) {
  const auto stride = FaultStride::every(7);
  for (const auto failure :
       {Failure::device, Failure::disk_full, Failure::descriptors, Failure::short_write, Failure::memory}) {
    for (const bool for_ever : {false, true}) {
      survive(failure, for_ever, stride);
      if (HasFatalFailure()) return;
    }
  }
  std::printf("%zu faults, %zu seen by the run\n", survived_, failed_);
  EXPECT_GT(failed_, 200u);
}

TEST_F(SurvivalTest, the_power_may_fail_at_any_call) {
  std::vector<std::pair<Survival, std::uint64_t>> subsets{{Survival::nothing, 0}, {Survival::some, 1}};
  if (FaultStride::tries_all()) {
    subsets = {{Survival::nothing, 0},   {Survival::everything, 0}, {Survival::torn_512, 1}, {Survival::torn_512, 2},
               {Survival::torn_4096, 3}, {Survival::some, 4},       {Survival::some, 5},     {Survival::some, 6}};
  }
  for (std::size_t call = 1;; ++call) {
    MemoryEnv disk;
    disk.make_directories("/shop");
    disk.sync_directory("/");
    FaultEnv env(disk, {.at = call, .for_ever = true});
    std::size_t done = 0;
    try {
      run_from(env, done);
    } catch (const Error&) {
      // The power is off.
    }
    for (const auto& [survival, seed] : subsets) {
      const auto found = disk.after_power_loss(survival, seed * 1000 + call);
      expect_survived(*found, std::min(done, ScriptedRun::steps + 1),
                      "power lost at call " + std::to_string(call) + ", survival " +
                          std::to_string(static_cast<int>(survival)) + ", seed " + std::to_string(seed));
      if (HasFatalFailure()) return;
    }
    if (env.calls() < call) break;
  }
  std::printf("%zu losses of power\n", survived_);
  EXPECT_GT(survived_, 500u);
}

}  // namespace

}  // namespace peregrine::store
