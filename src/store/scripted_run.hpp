// A scripted run of a store, for tests that let every call of it fail: made, filled, filled again with news and logins,
// with rows in quarantine. Also what such a test may ask of a store afterwards.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/memory_env.hpp"
#include "store/check.hpp"
#include "store/store_fixture.hpp"

namespace peregrine::store {

class ScriptedRun {
 public:
  static constexpr const char* directory = "/shop/events";
  static constexpr std::size_t steps = 3;

  /// Makes the store.
  static void create(Env& env) { Store::create(env, directory, 2); }

  /// The first import, the second with news of the same customers, logins that move published events, and duplicates,
  /// the third with nothing but bad rows. `memory_bytes` 1 spills everything.
  static void import(Env& env, std::size_t step) {
    const auto store = Store::open(env, directory);
    const auto import = store->begin_import({.memory_bytes = 1, .threads = 1});
    const auto file = file_of(step);
    import->add(batch_of(file, 0, 0, file.events.size()));
    auto ledger = ledger_of(file);
    ledger.received += bad_rows(step);
    ledger.quarantined = bad_rows(step);
    for (int row = 0; row < bad_rows(step); ++row) import->quarantine(bad_row(file.name, row));
    import->publish({ledger}, {}, std::atomic<bool>{false});
  }

  /// All that a store shows: events, rows in quarantine, ledgers.
  static std::vector<std::string> state(Env& env) {
    if (!env.exists(join_path(directory, "CURRENT"))) return {"no store"};
    const auto snapshot = Store::open(env, directory)->snapshot();
    auto lines = lines_of(*snapshot);
    snapshot->for_each_quarantined([&](const Quarantined& row) {
      lines.push_back("quarantine " + row.source + " " + std::to_string(row.row) + " " + row.code);
      return true;
    });
    for (const auto& ledger : snapshot->ledgers()) {
      EXPECT_EQ(ledger.accounted(), ledger.received) << ledger.source;
      lines.push_back("source " + ledger.source + " " + std::to_string(ledger.stored));
    }
    return lines;
  }
  static bool is_made(const std::vector<std::string>& state) { return state.empty() || state.front() != "no store"; }

  /// `state` after each step: none, created, first import, ...
  static std::vector<std::vector<std::string>> states() {
    MemoryEnv env;
    env.make_directories("/shop");
    std::vector<std::vector<std::string>> states{state(env)};
    create(env);
    states.push_back(state(env));
    for (std::size_t step = 0; step < steps; ++step) {
      import(env, step);
      states.push_back(state(env));
    }
    return states;
  }

  /// What a check finds apart from leftovers.
  static std::vector<std::string> damage(Env& env) {
    std::vector<std::string> found;
    for (const auto& finding : check(env, directory, 1).findings) {
      if (finding.severity != Severity::leftover) found.push_back(finding.file + ": " + finding.code);
    }
    return found;
  }
  static std::size_t leftovers(Env& env) { return check(env, directory, 1).findings.size(); }

 private:
  static TestFile file_of(std::size_t step) {
    switch (step) {
      case 0:
        return {"first",
                {{.customer = "ann", .anonymous = "dev", .second = 1, .texts = {{"plan", "pro"}}},
                 {.anonymous = "lone", .second = 2, .value = 5},
                 {.customer = "cid", .second = 2, .numbers = {{"score", 7}}, .booleans = {{"new", true}}},
                 {.customer = "dan", .second = 9, .message = "m0"}}};
      case 1:
        return {"second",
                {{.customer = "bob", .event = "Buy", .second = 3, .value = 9, .message = "m1"},
                 {.customer = "bob", .event = "Buy", .second = 3, .value = 9, .message = "m1"},
                 {.customer = "bob", .event = "Buy", .second = 4, .value = 9, .message = "m1"},
                 {.customer = "ann", .anonymous = "lone", .event = "Login", .second = 5},
                 {.customer = "dan", .second = 9, .message = "m0"}}};
      default: return {"third", {{.customer = "eve", .event = "Visit", .second = 6}}};
    }
  }
  static int bad_rows(std::size_t step) { return step == 1 ? 0 : 3; }
  static Quarantined bad_row(const std::string& source, int row) {
    return {.source = source,
            .row = row + 100,
            .code = "time_unreadable",
            .field = "when",
            .sentence = "time is not a date",
            .raw = std::string(static_cast<std::size_t>(row) * 1000, 'x')};
  }
};

}  // namespace peregrine::store
