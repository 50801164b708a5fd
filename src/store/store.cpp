#include "store/store.hpp"

#include <bit>

#include "base/error.hpp"
#include "store/import.hpp"
#include "store/layout.hpp"
#include "store/published.hpp"

namespace peregrine::store {

namespace {

constexpr std::size_t most_partitions = 4096;

class DirectoryStore final : public Store {
 public:
  DirectoryStore(Env& env, const std::string& directory) : published_(std::make_shared<Published>(env, directory)) {}

  std::shared_ptr<const Snapshot> snapshot() const override { return published_->snapshot(); }
  std::unique_ptr<Import> begin_import(const ImportOptions& options) override {
    auto lock = published_->env().lock(join_path(published_->directory(), lock_name));
    return std::make_unique<BulkImport>(published_, std::move(lock), options);
  }

 private:
  std::shared_ptr<Published> published_;  // shared with imports, which may outlive the store
};

}  // namespace

std::vector<Quarantined> Snapshot::read_quarantine(std::size_t most) const {
  std::vector<Quarantined> rows;
  if (most == 0) return rows;
  for_each_quarantined([&](Quarantined row) {
    rows.push_back(std::move(row));
    return rows.size() < most;
  });
  return rows;
}

void Store::create(Env& env, const std::string& directory, std::size_t partitions) {
  if (!std::has_single_bit(partitions) || partitions > most_partitions) {
    throw Error(ErrorKind::invalid, directory, "cannot have " + std::to_string(partitions) + " partitions",
                "a power of two up to " + std::to_string(most_partitions));
  }
  if (env.exists(join_path(directory, current_name))) {
    throw Error(ErrorKind::conflict, directory, "holds events already");
  }
  if (env.exists(directory)) {
    if (const auto versions = list_manifests(env, directory); !versions.empty() && versions.back() > 0) {
      throw Error(ErrorKind::conflict, directory, "holds a damaged store", "see: peregrine check");
    }
  }
  for (const auto name : {segments_name, dictionary_name, identity_name, quarantine_name, temporary_name}) {
    env.make_directories(join_path(directory, name));
  }
  Manifest manifest;
  manifest.partitions = static_cast<std::int64_t>(partitions);
  write_manifest(env, directory, manifest);
  make_current(env, directory, manifest.version);
  env.sync_directory(parent_of(directory));
}

std::unique_ptr<Store> Store::open(Env& env, const std::string& directory) {
  return std::make_unique<DirectoryStore>(env, directory);
}

}  // namespace peregrine::store
