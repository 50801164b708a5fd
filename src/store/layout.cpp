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

void remove_others(Env& env, const std::string& directory, const Names& kept) {
  for (const auto& name : env.list(directory)) {
    if (!kept.contains(name)) env.remove_all(join_path(directory, name));
  }
}

}  // namespace

void sweep(Env& env, const std::string& directory, const Manifest& manifest) {
  Names segments, dictionaries, identity, quarantine;
  for (const auto& segment : manifest.segments) segments.insert(segment.name);
  if (manifest.dictionary) dictionaries.insert(manifest.dictionary->name);
  for (const auto& entry : manifest.quarantine) quarantine.insert(entry.file.name);
  remove_others(env, join_path(directory, segments_name), segments);
  remove_others(env, join_path(directory, dictionary_name), dictionaries);
  if (manifest.links) identity.insert(manifest.links->name);
  remove_others(env, join_path(directory, quarantine_name), quarantine);
  remove_others(env, join_path(directory, identity_name), identity);
  remove_others(env, join_path(directory, temporary_name), {});
  for (const auto& name : env.list(directory)) {
    if (name.starts_with("MANIFEST-") && name != manifest_name(manifest.version)) {
      env.remove_file(join_path(directory, name));
    }
    if (name == std::string(current_name) + ".new") env.remove_file(join_path(directory, name));
  }
}

}  // namespace peregrine::store
