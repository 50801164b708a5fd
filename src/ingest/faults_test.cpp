// An import of files whose calls fail, with the reading child process: the store is as before or as after, its check is
// clean, and the import succeeds when it is repeated.
#include <gtest/gtest.h>

#include "base/fault_env.hpp"
#include "base/fault_stride.hpp"
#include "base/memory_env.hpp"
#include "ingest/ingest.hpp"
#include "store/check.hpp"

namespace peregrine::ingest {
namespace {

constexpr const char* events = "/shop/events";
constexpr std::string_view csv =
    "customer,anonymous_id,time,event\n"
    "ann,dev,2026-01-05 09:00:00,Product Viewed\n"
    ",dev,2026-01-05 10:00:00,Order Completed\n"
    "bob,,yesterday,Product Viewed\n"
    "bob,,2026-01-06 10:00:00,Product Viewed\n";

class IngestFaults : public testing::Test {
 protected:
  IngestFaults() {
    disk_.make_directories("/shop");
    disk_.create("/shop/file.csv")->append(csv);
    store::Store::create(disk_, events, 1);
  }
  static Imported import(Env& env) {
    const auto store = store::Store::open(env, events);
    ImportRequest request;
    request.files = {"/shop/file.csv"};
    request.threads = 1;
    request.memory_bytes = 1;
    return import_files(env, *store, request, {}, std::atomic<bool>{false});
  }
  static std::int64_t count(Env& env) { return store::Store::open(env, events)->snapshot()->events(); }

  MemoryEnv disk_;
};

TEST_F(IngestFaults, any_call_may_fail) {
  const auto stride = FaultStride::every(7);
  SCOPED_TRACE(stride.words());
  std::size_t failed = 0;
  for (const auto failure : {Failure::device, Failure::disk_full}) {
    for (std::size_t call = 1 + stride.start;; call += stride.step) {
      const auto disk = disk_.copy();
      FaultEnv env(*disk, {.at = call, .for_ever = false, .failure = failure});
      try {
        import(env);
      } catch (const Error& error) {
        ++failed;
        EXPECT_TRUE(error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::unavailable) << error.what();
      }
      const auto found = count(*disk);
      ASSERT_TRUE(found == 0 || found == 3) << call;
      ASSERT_FALSE(store::check(*disk, events, 1).damaged()) << call;
      import(*disk);
      ASSERT_EQ(count(*disk), 3) << call;
      ASSERT_EQ(store::check(*disk, events, 1).findings.size(), 0u) << call;
      EXPECT_EQ(import(*disk).ledgers[0].duplicates, 4) << call;
      if (env.calls() < call) break;
    }
  }
  EXPECT_GT(failed, 10u);
}

TEST_F(IngestFaults, a_full_disk_says_how_much_is_missing) {
  std::string words;
  for (std::size_t call = 1; words.empty(); ++call) {
    const auto disk = disk_.copy();
    FaultEnv env(*disk, {.at = call, .for_ever = true, .failure = Failure::short_write});
    try {
      import(env);
      break;
    } catch (const Error& error) {
      if (std::string_view(error.what()).find("are needed") != std::string_view::npos) words = error.what();
    }
  }
  EXPECT_EQ(words,
            "/shop/events: the disk is full, nothing was imported (about 1 MiB more are needed and 1 MiB are free)");
}

}  // namespace
}  // namespace peregrine::ingest
