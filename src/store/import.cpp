#include "store/import.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"
#include "base/error.hpp"
#include "base/threads.hpp"
#include "store/layout.hpp"
#include "store/segment_rows.hpp"

namespace peregrine::store {

namespace {

constexpr std::string_view previous_property = "previous_id";

EventDictionary copy_of(NameList names) {
  EventDictionary dictionary;
  for (const auto name : names) dictionary.code(name);
  return dictionary;
}

}  // namespace

// Shares of the memory bound: 3/8 rows on their way, 1/8 rows that wait for identity, 1/16 each linked and resolved
// ones, 3/8 merging.
BulkImport::BulkImport(std::shared_ptr<Published> published, std::unique_ptr<Lock> lock, const ImportOptions& options)
    : published_(std::move(published)),
      env_(published_->env()),
      lock_(std::move(lock)),
      base_(published_->snapshot()),
      memory_bytes_(options.memory_bytes),
      threads_(options.threads == 0 ? available_cores() : options.threads),
      version_(before().version + 1),
      dictionary_(copy_of(base_->event_names())),
      columns_(before().columns),
      rules_(options.identity.value_or(before().identity)),
      direct_(env_, temporary("rows"), partitions(), memory_bytes_ / 8 * 3),
      identity_(std::make_unique<Identity>(env_, temporary("anonymous"), partitions(), memory_bytes_ / 8)),
      moved_(partitions()),
      quarantine_(env_, temporary("quarantine")) {
  env_.make_directories(join_path(published_->directory(), temporary_name));
  sweep(env_, published_->directory(), before());
  if (before().links) links_ = Links::read(env_, published_->directory(), *before().links);
}

void BulkImport::expect_wanted(const std::atomic<bool>& cancelled) {
  if (cancelled) throw Error(ErrorKind::unavailable, "import", "was cancelled");
}

BulkImport::~BulkImport() {
  if (lock_ == nullptr) return;  // published and swept; what lies there now may be another import's
  try {
    const bool old = read_current(env_, published_->directory()) == before().version;
    if (old) sweep(env_, published_->directory(), before());
  } catch (const std::exception&) {
    // What stays is swept when the next import begins.
  }
}

std::string BulkImport::temporary(std::string_view name) const {
  return join_path(join_path(published_->directory(), temporary_name), name);
}

void BulkImport::add(const EventBatch& batch) {
  if (batch.size() == 0) return;
  sources_ = std::max(sources_, batch.source + 1);
  add_rows(batch, static_cast<std::uint32_t>(before().ledgers.size()) + batch.source);
}

void BulkImport::add_rows(const EventBatch& batch, std::uint32_t source) {
  const Incoming incoming(batch, source, dictionary_, columns_);
  const Rows& rows = incoming.rows;
  partition_of_row_.assign(rows.size, no_partition);
  if (rows.customer.exists()) {
    std::vector<std::uint32_t> partition_of_name;
    partition_of_name.reserve(rows.customer.names.size());
    for (const auto id : rows.customer.names) partition_of_name.push_back(partition_of(hash64(id), partitions()));
    for (std::size_t row = 0; row < rows.size; ++row) {
      const auto code = rows.customer.codes[row];
      if (code != no_text) partition_of_row_[row] = partition_of_name[code];
    }
  }
  direct_.add(rows, partition_of_row_);
  identity_->observe(rows);
  take_aliases(batch);
}

void BulkImport::take_aliases(const EventBatch& batch) {
  const auto found = batch.properties.find(std::string(previous_property));
  if (found == batch.properties.end() || found->second.type != ColumnType::text) return;
  const auto& previous = found->second.texts;
  for (std::size_t row = 0; row < std::min(previous.size(), batch.customer.size()); ++row) {
    if (!previous.has(row) || !batch.customer.has(row)) continue;
    new_links_.add({std::string(previous.text(row)), std::string(batch.customer.text(row)), Time{batch.time[row]}});
  }
}

void BulkImport::quarantine(Quarantined row) {
  quarantine_.add(std::move(row));
}

void BulkImport::keep_reading(std::uint32_t source, std::string reading) {
  readings_.push_back({static_cast<std::int64_t>(before().ledgers.size() + source), std::move(reading)});
}

void BulkImport::release(std::vector<std::uint64_t> places, const std::vector<EventBatch>& events) {
  std::size_t rows = 0;
  for (const auto& batch : events) rows += batch.size();
  PEREGRINE_CHECK(released_.empty() && rows == places.size() && std::is_sorted(places.begin(), places.end()));
  released_ = std::move(places);
  for (const auto& batch : events) {
    PEREGRINE_CHECK(batch.source < before().ledgers.size());
    if (batch.size() > 0) add_rows(batch, batch.source);
  }
}

MergeRules BulkImport::rules(const std::vector<Ledger>& ledgers) const {
  MergeRules rules;
  rules.first_new_source = before().ledgers.size();
  rules.event_names = dictionary_.names();
  rules.columns = &columns_.columns();
  rules.ledgers = &ledgers;
  // Equal times are ordered by the bytes of the file, so that it does not matter which file came first.
  std::vector<std::uint32_t> order(ledgers.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tie(ledgers[a].hash, ledgers[a].source, a) < std::tie(ledgers[b].hash, ledgers[b].source, b);
  });
  rules.source_rank.resize(ledgers.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) rules.source_rank[order[rank]] = rank;
  rules.numbered.resize(ledgers.size());
  std::copy(numbered_.begin(), numbered_.end(), rules.numbered.begin());
  for (const auto source : before().numbered) rules.numbered[static_cast<std::size_t>(source)] = 1;
  // Rows that may leave quarantine later must find their places among those of their file.
  for (std::size_t source = rules.first_new_source; source < ledgers.size(); ++source) {
    if (ledgers[source].quarantined > 0) rules.numbered[source] = 1;
  }
  return rules;
}

std::vector<std::size_t> BulkImport::partitions_with_news() const {
  std::vector<std::size_t> found;
  for (std::size_t partition = 0; partition < partitions(); ++partition) {
    const bool news =
        direct_.rows(partition) > 0 || !moved_[partition].empty() ||
        std::any_of(resolved_.begin(), resolved_.end(), [&](const auto& run) { return run->rows(partition) > 0; });
    if (news) found.push_back(partition);
  }
  return found;
}

/// As many as leave every merge its memory: the rows as they come, once more in order, and what sorting needs.
std::size_t BulkImport::merging_threads(const std::vector<std::size_t>& partitions) const {
  constexpr std::size_t sorting_bytes = 48;  // a row
  constexpr std::size_t unpacking = 4;       // a compressed byte becomes some bytes, twice
  std::size_t largest = 1;
  for (const auto partition : partitions) {
    std::size_t bytes = 2 * direct_.bytes(partition) + sorting_bytes * direct_.rows(partition);
    for (const auto& run : resolved_) bytes += 2 * run->bytes(partition) + sorting_bytes * run->rows(partition);
    if (const auto& segment = base_->segment(partition)) {
      bytes += sorting_bytes * static_cast<std::size_t>(segment->entry().events);
      for (const auto& file : segment->entry().files) bytes += static_cast<std::size_t>(file.bytes);
      for (const auto& file : segment->entry().cold) bytes += unpacking * static_cast<std::size_t>(file.bytes);
    }
    largest = std::max(largest, bytes);
  }
  return std::clamp<std::size_t>(memory_bytes_ / 8 * 3 / largest, 1, threads_);
}

std::optional<SegmentEntry> BulkImport::rewrite(std::size_t partition, const MergeRules& rules,
                                                std::vector<Tally>& tally, Merging& merging) {
  auto& loaded = merging.loaded;
  loaded.resize(1 + resolved_.size());
  direct_.load(partition, loaded[0]);
  for (std::size_t i = 0; i < resolved_.size(); ++i) resolved_[i]->load(partition, loaded[i + 1]);
  std::optional<SegmentRows> published;
  std::vector<const Rows*> parts;
  if (const auto& segment = base_->segment(partition)) {
    published.emplace(*segment, before().columns);
    if (!moved_[partition].empty()) published->rows.skip = moved_[partition].data();
    parts.push_back(&published->rows);
  }
  merging.elsewhere.clear();
  if (relinking_->new_partitions().contains(partition)) {
    for (auto& extent : loaded[0].extents) {
      auto& elsewhere = merging.elsewhere.emplace_back(relinking_->leaving_new(extent));
      if (!elsewhere.empty()) extent.skip = elsewhere.data();
    }
  }
  for (const auto& rows : loaded) {
    for (const auto& extent : rows.extents) parts.push_back(&extent);
  }
  const auto on_conflict = [&](Quarantined row) {
    const std::lock_guard hold(conflicts_);
    quarantine_.add(std::move(row));
  };
  auto& contents = merge(parts, rules, tally, on_conflict, merging.space);
  if (published) base_->segment(partition)->expect_intact();
  if (contents.time.empty()) return std::nullopt;
  const std::string name = segment_name(partition, version_);
  const std::string folder = temporary(name);
  env_.make_directories(folder);
  auto entry = write_segment(env_, folder, contents, rules.event_names);
  env_.sync_directory(folder);
  entry.partition = static_cast<std::int64_t>(partition);
  entry.name = name;
  env_.rename(folder, join_path(join_path(published_->directory(), segments_name), name));
  return entry;
}

std::vector<SegmentEntry> BulkImport::rewrite_all(const MergeRules& rules, std::vector<Tally>& tally,
                                                  const std::function<void(Progress)>& progress,
                                                  const std::atomic<bool>& cancelled) {
  const auto news = partitions_with_news();
  unwritten_ = news;
  std::vector<std::optional<SegmentEntry>> entries(partitions());
  for (const auto& segment : before().segments) entries[static_cast<std::size_t>(segment.partition)] = segment;
  std::mutex mutex;
  std::size_t done = 0;
  if (progress) progress({0, news.size()});
  std::vector<Merging> merging(merging_threads(news));
  for_each_item(news.size(), merging.size(), [&](std::size_t item, std::size_t thread) {
    expect_wanted(cancelled);
    std::vector<Tally> own(tally.size());
    entries[news[item]] = rewrite(news[item], rules, own, merging[thread]);
    const std::lock_guard hold(mutex);
    std::erase(unwritten_, news[item]);
    for (std::size_t source = 0; source < own.size(); ++source) {
      tally[source].stored += own[source].stored;
      tally[source].duplicates += own[source].duplicates;
      tally[source].quarantined += own[source].quarantined;
    }
    if (progress) progress({++done, news.size()});
  });
  env_.sync_directory(join_path(published_->directory(), segments_name));
  std::vector<SegmentEntry> segments;
  for (auto& entry : entries) {
    if (entry) segments.push_back(std::move(*entry));
  }
  return segments;
}

void BulkImport::make_visible(const Manifest& next) {
  write_manifest(env_, published_->directory(), next);
  make_current(env_, published_->directory(), next.version);
  try {
    sweep(env_, published_->directory(), next);
  } catch (const Error&) {
    // The import is published; what could not be removed is swept when the next one begins.
  }
}

/// What the partitions `left` may still write, about: rows of runs shrink a little, those of segments stay.
std::uint64_t BulkImport::bytes_to_write(std::span<const std::size_t> left) const {
  std::uint64_t bytes = 0;
  for (const auto partition : left) {
    bytes += direct_.bytes(partition);
    for (const auto& run : resolved_) bytes += run->bytes(partition);
    if (const auto& segment = base_->segment(partition)) {
      for (const auto* files : {&segment->entry().files, &segment->entry().cold}) {
        for (const auto& file : *files) bytes += static_cast<std::uint64_t>(file.bytes);
      }
    }
  }
  return bytes;
}

std::vector<Ledger> BulkImport::publish(std::vector<Ledger> ledgers, const std::function<void(Progress)>& progress,
                                        const std::atomic<bool>& cancelled) {
  try {
    return publish_all(std::move(ledgers), progress, cancelled);
  } catch (const SystemError& error) {
    if (!error.is_disk_full()) throw;
    const auto mebibytes = [](std::uint64_t bytes) { return std::to_string((bytes >> 20) + 1) + " MiB"; };
    throw Error(ErrorKind::unavailable, published_->directory(), "the disk is full, nothing was imported",
                "about " + mebibytes(bytes_to_write(unwritten_)) + " more are needed and " +
                    mebibytes(env_.free_bytes(published_->directory())) + " are free");
  }
}

std::vector<Ledger> BulkImport::publish_all(std::vector<Ledger> ledgers, const std::function<void(Progress)>& progress,
                                            const std::atomic<bool>& cancelled) {
  if (std::exchange(ended_, true)) throw Error(ErrorKind::bug, "import", "was published before");
  if (ledgers.size() < sources_) throw Error(ErrorKind::bug, "import", "has events of a source without a ledger");
  expect_wanted(cancelled);
  resolve_identities(cancelled);

  Manifest next = before();
  next.version = version_;
  next.columns = columns_.columns();
  let_out(next);
  next.ledgers.insert(next.ledgers.end(), ledgers.begin(), ledgers.end());
  const MergeRules shared = rules(next.ledgers);
  next.numbered.clear();
  for (std::size_t source = 0; source < shared.numbered.size(); ++source) {
    if (shared.numbered[source] != 0) next.numbered.push_back(static_cast<std::int64_t>(source));
  }
  std::vector<Tally> tally(next.ledgers.size());
  next.segments = rewrite_all(shared, tally, progress, cancelled);
  const Time now = env_.now();
  for (std::size_t source = 0; source < tally.size(); ++source) {
    auto& ledger = next.ledgers[source];
    ledger.stored += tally[source].stored;
    ledger.duplicates += tally[source].duplicates;
    ledger.quarantined += tally[source].quarantined;
    if (source >= shared.first_new_source) ledger.imported = now;
  }
  finish_quarantine(next);
  next.identity = rules_;
  if (!linked_now_.empty()) next.links = links_.write(env_, published_->directory(), version_);
  if (dictionary_.names().size() != base_->event_names().size()) {
    next.dictionary = dictionary_.write(env_, published_->directory(), version_);
  }
  make_visible(next);
  lock_.reset();
  return {next.ledgers.begin() + static_cast<std::ptrdiff_t>(shared.first_new_source), next.ledgers.end()};
}

}  // namespace peregrine::store
