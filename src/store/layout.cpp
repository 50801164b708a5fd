#include "store/layout.hpp"

#include <cstdio>
#include <set>

namespace peregrine::store {

std::string segment_name(std::size_t partition, std::int64_t version) {
  char name[48];
  std::snprintf(name, sizeof name, "p%02zu-%06lld", partition, static_cast<long long>(version));
  return name;
}

namespace {

using Names = std::set<std::string, std::less<>>;

void add_others(Env& env, const std::string& directory, std::string_view folder, const Names& named,
                std::vector<std::string>& found) {
  const auto path = join_path(directory, folder);
  if (!env.exists(path)) return;
  for (const auto& name : env.list(path)) {
    if (!named.contains(name)) found.push_back(join_path(folder, name));
  }
}

}  // namespace

std::vector<std::string> leftovers(Env& env, const std::string& directory, const Manifest& manifest) {
  Names segments, dictionaries, identity, quarantine;
  for (const auto& segment : manifest.segments) segments.insert(segment.name);
  if (manifest.dictionary) dictionaries.insert(manifest.dictionary->name);
  if (manifest.links) identity.insert(manifest.links->name);
  for (const auto& entry : manifest.quarantine) quarantine.insert(entry.file.name);
  // Manifests first: one that is still there must not name what is gone.
  std::vector<std::string> found;
  for (const auto& name : env.list(directory)) {
    const bool other_manifest = name.starts_with("MANIFEST-") && name != manifest_name(manifest.version);
    if (other_manifest || name == std::string(current_name) + ".new") found.push_back(name);
  }
  add_others(env, directory, segments_name, segments, found);
  add_others(env, directory, dictionary_name, dictionaries, found);
  add_others(env, directory, identity_name, identity, found);
  add_others(env, directory, quarantine_name, quarantine, found);
  add_others(env, directory, temporary_name, {}, found);
  return found;
}

void sweep(Env& env, const std::string& directory, const Manifest& manifest) {
  bool manifests = false;
  for (const auto& name : leftovers(env, directory, manifest)) {
    const bool below = name.find('/') != std::string::npos;
    if (below && manifests) env.sync_directory(directory);  // else a loss of power might bring them back, without files
    manifests = !below;
    env.remove_all(join_path(directory, name));
  }
}

}  // namespace peregrine::store
