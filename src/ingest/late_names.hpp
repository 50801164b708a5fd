// LateNames are the properties of one file that its first rows did not have, each with the type of its first value.
// What is in does not depend on threads or blocks: names are settled in the order of the file, up to a bound that the
// columns of the plan count towards; every further name goes into one property that holds JSON. Safe for all threads.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "model/column.hpp"

namespace peregrine::ingest {

/// Names of properties that one file can bring; 2,000 are promised.
constexpr std::size_t max_names = 2048;
constexpr std::size_t max_name_bytes = 256;
/// The property that holds the rest, as a JSON object by name.
constexpr std::string_view rest_property = "other_properties";

class LateNames {
 public:
  /// `planned` names are taken already.
  /// `known` types hold whatever the first value is; they must outlive this.
  LateNames(std::size_t planned, const std::map<std::string, ColumnType>& known)
      : left_(planned < max_names ? max_names - planned : 0), known_(known) {}

  std::optional<ColumnType> find(std::string_view name) const {
    const std::lock_guard hold(mutex_);
    const auto found = types_.find(name);
    return found == types_.end() ? std::nullopt : std::optional(found->second);
  }

  /// The type that the name has from now on, or nothing: it goes into the rest. In the order of the file.
  std::optional<ColumnType> settle(std::string_view name, ColumnType type) {
    const std::lock_guard hold(mutex_);
    if (const auto found = types_.find(name); found != types_.end()) return found->second;
    if (types_.size() == left_) {
      full_ = true;
      return std::nullopt;
    }
    const std::string key(name);
    const auto known = known_.find(key);
    return types_.emplace(key, known == known_.end() ? type : known->second).first->second;
  }

  /// From now on every name that is not in goes into the rest.
  bool full() const { return full_; }
  /// How many more names there is room for.
  std::size_t room() const {
    const std::lock_guard hold(mutex_);
    return left_ - types_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ColumnType, std::less<>> types_;
  std::size_t left_;
  const std::map<std::string, ColumnType>& known_;
  std::atomic<bool> full_{false};
};

}  // namespace peregrine::ingest
