// What an import does to quarantine: the rows that it puts there, and those that may leave because they are events now.
#include <algorithm>

#include "base/check.hpp"
#include "store/import.hpp"
#include "store/layout.hpp"

namespace peregrine::store {

void BulkImport::let_out(Manifest& next) {
  if (released_.empty()) return;
  std::uint64_t first = 0;  // place of the file's first row
  for (auto& entry : next.quarantine) {
    const auto rows = static_cast<std::uint64_t>(entry.rows);
    const auto begin = std::lower_bound(released_.begin(), released_.end(), first);
    const auto end = std::lower_bound(begin, released_.end(), first + rows);
    if (begin != end) let_out_of(entry, {begin, end}, first, next);
    first += rows;
  }
  std::erase_if(next.quarantine, [](const auto& entry) { return entry.rows == 0; });
  env_.sync_directory(join_path(published_->directory(), quarantine_name));
}

/// Writes the file without the rows at `places`, and moves those from quarantined to stored in their ledgers; what the
/// merge finds to be duplicates among them it moves on.
void BulkImport::let_out_of(QuarantineEntry& entry, std::span<const std::uint64_t> places, std::uint64_t first,
                            Manifest& next) {
  const std::string folder = join_path(published_->directory(), quarantine_name);
  const std::string name = "q-" + std::to_string(version_) + "-" + std::to_string(first) + ".arrow";
  QuarantineWriter left(env_, temporary(name));
  std::uint64_t place = first;
  read_quarantine_file(env_, join_path(folder, entry.file.name), entry.file, [&](Quarantined row) {
    if (!std::binary_search(places.begin(), places.end(), place++)) {
      left.add(std::move(row));
      return true;
    }
    const auto ledger = find_ledger(before(), entry, row);
    PEREGRINE_CHECK(ledger >= 0);
    --next.ledgers[static_cast<std::size_t>(ledger)].quarantined;
    ++next.ledgers[static_cast<std::size_t>(ledger)].stored;
    return true;
  });
  entry.rows = left.rows();
  if (entry.rows == 0) return;
  entry.file = left.finish(name);
  env_.rename(temporary(name), join_path(folder, name));
}

void BulkImport::finish_quarantine(Manifest& next) {
  if (quarantine_.rows() == 0) return;
  const std::string name = "q-" + std::to_string(version_) + ".arrow";
  QuarantineEntry entry;
  entry.rows = quarantine_.rows();
  entry.first_ledger = static_cast<std::int64_t>(before().ledgers.size());
  entry.ledgers = static_cast<std::int64_t>(next.ledgers.size()) - entry.first_ledger;
  for (auto& kept : readings_) {
    if (next.ledgers[static_cast<std::size_t>(kept.ledger)].quarantined > 0) entry.readings.push_back(std::move(kept));
  }
  entry.file = quarantine_.finish(name);
  const std::string folder = join_path(published_->directory(), quarantine_name);
  env_.rename(temporary("quarantine"), join_path(folder, name));
  env_.sync_directory(folder);
  next.quarantine.push_back(std::move(entry));
}

}  // namespace peregrine::store
