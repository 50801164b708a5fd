// The layout of a store's directory: which name lies where, and what may be swept out of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "store/manifest.hpp"

namespace peregrine::store {

constexpr std::string_view current_name = "CURRENT";
constexpr std::string_view lock_name = "LOCK";
constexpr std::string_view segments_name = "segments";
constexpr std::string_view dictionary_name = "dictionary";
constexpr std::string_view quarantine_name = "quarantine";
constexpr std::string_view identity_name = "identity";
constexpr std::string_view temporary_name = "tmp";
constexpr std::string_view set_aside_name = "set-aside";

/// `p03-000012`: the segment of partition 3 that manifest 12 brought.
std::string segment_name(std::size_t partition, std::int64_t version);

/// What lies in `directory` that `manifest` does not name, as paths below it: what an import that did not end left.
std::vector<std::string> leftovers(Env& env, const std::string& directory, const Manifest& manifest);

/// Removes the leftovers. Only for the holder of the lock.
void sweep(Env& env, const std::string& directory, const Manifest& manifest);

}  // namespace peregrine::store
