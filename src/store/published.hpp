// What a store publishes, as this process sees it. The Store and the Import made by it own it together.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/env.hpp"
#include "store/snapshot.hpp"

namespace peregrine::store {

class Published {
 public:
  Published(Env& env, std::string directory)
      : env_(env), directory_(std::move(directory)), snapshot_(PublishedSnapshot::open(env_, directory_)) {}

  Env& env() const { return env_; }
  const std::string& directory() const { return directory_; }

  /// The current version, opened anew when this or another process has published. Thread-safe.
  std::shared_ptr<const PublishedSnapshot> snapshot() {
    const std::lock_guard hold(mutex_);
    if (read_current(env_, directory_) != snapshot_->manifest().version) {
      snapshot_ = PublishedSnapshot::open(env_, directory_);
    }
    return snapshot_;
  }

 private:
  Env& env_;
  std::string directory_;
  std::mutex mutex_;
  std::shared_ptr<const PublishedSnapshot> snapshot_;  // shared with every scan that still reads it
};

}  // namespace peregrine::store
