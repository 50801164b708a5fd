// The event dictionary gives each event name of a workspace its code, for ever: names are only ever added at the end.
// One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/env.hpp"
#include "model/column.hpp"
#include "store/manifest.hpp"

namespace peregrine::store {

class EventDictionary {
 public:
  EventDictionary() = default;
  EventDictionary(EventDictionary&&) = default;
  EventDictionary& operator=(EventDictionary&&) = default;

  /// Throws `corrupt` when the file is not what `entry` says.
  static EventDictionary read(Env& env, const std::string& directory, const FileEntry& entry);
  /// Returns when the file is on stable storage.
  FileEntry write(Env& env, const std::string& directory, std::int64_t version) const;

  std::uint32_t code(std::string_view name);
  NameList names() const { return names_; }

 private:
  std::deque<std::string> texts_;  // stay where they are
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::uint32_t> code_of_;
};

}  // namespace peregrine::store
