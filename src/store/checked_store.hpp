// What a check knows of a store beyond its report: what a repair needs.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/check.hpp"
#include "store/manifest.hpp"

namespace peregrine::store {

/// The manifest that counts: CURRENT's, or the newest one that is sound when that cannot be had.
struct FoundManifest {
  std::optional<Manifest> manifest;
  std::vector<Finding> findings;  // why
};
/// Throws `not_found` when there is no store, `invalid` when a newer program wrote it.
FoundManifest find_manifest(Env& env, const std::string& directory);

struct CheckedStore {
  CheckReport report;
  bool links = false;                // the links between ids are damaged
  bool dictionary = false;           // it is damaged
  std::set<std::string> segments;    // names of damaged ones
  std::set<std::string> summaries;   // names of sound ones of which the manifest says wrong names or times
  std::set<std::string> quarantine;  // names of damaged files
};
CheckedStore check_manifest_and_below(Env& env, const std::string& directory, const Manifest& manifest,
                                      std::size_t threads);

}  // namespace peregrine::store
