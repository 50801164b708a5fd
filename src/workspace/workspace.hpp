// A Workspace is one directory opened: its settings, its events, and the questions that can be asked of them.
// It wires the layers together; the work is done in them.
//
//   shop/workspace.yaml      what people edit
//   shop/frameworks/*.yaml   frameworks of its own
//   shop/events/             the store
//   shop/answers/            answers kept, for questions asked again; may be removed at any time
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "ingest/ingest.hpp"
#include "model/vocabulary.hpp"
#include "store/check.hpp"
#include "store/store.hpp"
#include "workspace/prepared.hpp"
#include "workspace/settings.hpp"

namespace peregrine {

struct RunOptions {
  std::size_t threads = 0;  // 0: all cores
  std::size_t repeat = 0;   // not 0: ask that often, for measuring; `meta.seconds` is the median, `meta.runs` all
  std::function<void(std::size_t done, std::size_t all)> progress;
  const std::atomic<bool>* cancelled = nullptr;
  bool cache = true;  // false, or when measuring: nothing is taken from the answers kept, and nothing is added
};

class Workspace final : public Resources {
 public:
  /// Makes the directory with these settings and an empty store, or finishes what an init that was stopped began.
  /// Throws `conflict` when it is a workspace already or holds events.
  static void init(Env& env, const std::string& directory, const Settings& settings);
  /// Throws `not_found` when the directory is no workspace.
  static Workspace open(Env& env, const std::string& directory);
  /// Whether the directory has a workspace's settings.
  static bool is_one(Env& env, const std::string& directory);

  /// Reads every byte of a workspace, whole or not, and says what is wrong; with `repair` does something about it. See
  /// store/check.hpp.
  static store::CheckReport check(Env& env, const std::string& directory, bool repair);

  const std::string& directory() const { return directory_; }
  const Settings& settings() const { return settings_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  store::Store& store() { return *store_; }
  std::shared_ptr<const store::Snapshot> snapshot() const { return store_->snapshot(); }
  Time now() const { return env_->now(); }

  /// All questions in one scan, but for those whose answers were kept (`meta.cached`). Each answer is {"analysis",
  /// "params", "result", "meta"}.
  std::vector<json::object> run(const std::vector<Ask>& asks, const RunOptions& options) const;

  /// The customers behind a figure of the answer to `ask`, a row each: id, known, stage, events, value, first, last.
  struct Behind {
    json::object answer;  // to the question itself
    std::int64_t figure;  // its value there
    json::array customers;
  };
  Behind customers(const Ask& ask, std::string_view figure, const RunOptions& options) const;

  /// One customer's events in time order with stage, role and properties; throws `not_found` for an unknown id.
  json::object journey(std::string_view customer, std::string_view framework) const;

  /// Frameworks that can be asked for: the workspace's own first, then those that ship.
  std::vector<const Framework*> frameworks() const;
  const Framework& framework(std::string_view name, std::string_view where) const override;
  SessionRule session() const override { return settings_.session; }

  /// Changes the text of workspace.yaml, so that after a crash it is the old or the new one. `edit` gets the text and
  /// its path. Throws `conflict` while another process changes it. What was opened before keeps the settings it read.
  void edit_settings(const std::function<std::string(const std::string& text, const std::string& path)>& edit) const;

 private:
  Workspace(Env& env, std::string directory);

  std::vector<json::object> run_on(const store::Snapshot& snapshot, const std::vector<Ask>& asks,
                                   const RunOptions& options) const;
  std::vector<Prepared> prepare_all(const std::vector<Ask>& asks, const store::Snapshot& snapshot) const;
  std::vector<json::object> scan(const std::vector<const Prepared*>& questions, const store::Snapshot& snapshot,
                                 const RunOptions& options) const;
  json::object cache_key(const Prepared& question, const store::Snapshot& snapshot) const;

  Env* env_;
  std::string directory_;
  Settings settings_;
  std::string said_;  // hash of workspace.yaml and the workspace's frameworks, as they stand there
  std::vector<Framework> own_frameworks_;
  std::unique_ptr<Vocabulary> vocabulary_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace peregrine
