#include "store/snapshot.hpp"

#include <algorithm>
#include <map>

#include "base/check.hpp"
#include "base/error.hpp"
#include "store/layout.hpp"
#include "store/quarantine_file.hpp"
#include "store/run.hpp"

namespace peregrine::store {

namespace {

class EmptyPart final : public Part {
 public:
  ColumnView property(std::string_view) const override { return {}; }
  std::string_view customer(std::size_t) const override { return {}; }
  bool known(std::size_t) const override { return false; }
};

/// Labels by the codes of a segment from those by the codes of the store.
std::vector<Label> labels_of(const SegmentEntry& segment, Labels of_store) {
  if (!segment.names || of_store.empty()) return {of_store.begin(), of_store.end()};
  std::vector<Label> labels;
  for (const auto code : segment.names->codes()) labels.push_back(of_store[code]);
  return labels;
}

class SegmentPart final : public Part {
 public:
  SegmentPart(std::shared_ptr<const Segment> segment, const ColumnRequest& request,
              const std::vector<ColumnName>& columns, Labels of_store)
      : segment_(std::move(segment)), labels_(labels_of(segment_->entry(), of_store)) {
    labels = labels_;
    first = segment_->first();
    if (request.time) time = segment_->time();
    if (request.event) event = segment_->event();
    if (request.value) value = segment_->value();
    if (request.identities) {
      segment_->id(0);
      segment_->known(0);
    }
    load(request.properties, columns);
  }

  ColumnView property(std::string_view name) const override {
    const auto found = properties_.find(name);
    return found == properties_.end() ? ColumnView{} : found->second.view;
  }
  std::string_view customer(std::size_t journey) const override { return segment_->id(journey); }
  bool known(std::size_t journey) const override { return segment_->known(journey); }

 private:
  void load(const std::vector<std::string>& names, const std::vector<ColumnName>& columns) {
    std::map<std::size_t, std::vector<std::string>> by_file;
    for (const auto& column : segment_->entry().columns) {
      const auto& name = columns[static_cast<std::size_t>(column.column)].name;
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      by_file[static_cast<std::size_t>(column.file)].push_back(name);
    }
    for (const auto& [file, wanted] : by_file) {
      auto loaded = segment_->load(file, wanted);
      for (std::size_t i = 0; i < wanted.size(); ++i) properties_.emplace(wanted[i], std::move(loaded[i]));
    }
  }

  std::shared_ptr<const Segment> segment_;  // shared with the Snapshot
  std::vector<Label> labels_;
  std::map<std::string, LoadedColumn, std::less<>> properties_;
};

std::vector<ColumnEntry> property_entries(const Manifest& manifest) {
  std::vector<ColumnEntry> entries;
  for (const auto& column : manifest.columns) entries.push_back({column.name, column.type, 0});
  for (const auto& segment : manifest.segments) {
    for (const auto& column : segment.columns) entries[static_cast<std::size_t>(column.column)].values += column.values;
  }
  std::erase_if(entries, [](const auto& entry) { return entry.values == 0; });
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

}  // namespace

std::shared_ptr<const PublishedSnapshot> PublishedSnapshot::open(Env& env, const std::string& directory) {
  // Another process may publish meanwhile and remove what the older manifest names: then look again. While CURRENT
  // stays the same nothing that it leads to is removed.
  while (true) {
    const auto version = read_current(env, directory);
    try {
      auto snapshot = std::make_shared<PublishedSnapshot>(env, directory, read_manifest(env, directory, version));
      if (read_current(env, directory) == version) return snapshot;
    } catch (const Error& error) {
      if (read_current(env, directory) != version) continue;
      if (error.kind() != ErrorKind::not_found) throw;
      throw Error(ErrorKind::corrupt, error.where(), "is missing", std::string(current_name) + " names it");
    }
  }
}

PublishedSnapshot::PublishedSnapshot(Env& env, std::string directory, Manifest manifest)
    : env_(env),
      directory_(std::move(directory)),
      manifest_(std::move(manifest)),
      properties_(property_entries(manifest_)),
      segments_(static_cast<std::size_t>(manifest_.partitions)) {
  if (manifest_.dictionary) dictionary_ = EventDictionary::read(env_, directory_, *manifest_.dictionary);
  const std::string folder = join_path(directory_, segments_name);
  for (const auto& entry : manifest_.segments) {
    if (entry.names && entry.names->end() > dictionary_.names().size()) {
      throw Error(ErrorKind::corrupt, join_path(directory_, manifest_name(manifest_.version)),
                  "names events that the dictionary lacks");
    }
    segments_[static_cast<std::size_t>(entry.partition)] = Segment::open(env_, join_path(folder, entry.name), entry);
  }
}

std::int64_t PublishedSnapshot::sum(std::int64_t SegmentEntry::*member) const {
  std::int64_t sum = 0;
  for (const auto& segment : manifest_.segments) sum += segment.*member;
  return sum;
}

std::int64_t PublishedSnapshot::events() const {
  return sum(&SegmentEntry::events);
}
std::int64_t PublishedSnapshot::journeys() const {
  return sum(&SegmentEntry::journeys);
}
std::int64_t PublishedSnapshot::known_customers() const {
  return sum(&SegmentEntry::known);
}

Time PublishedSnapshot::oldest() const {
  if (manifest_.segments.empty()) return {};
  Time oldest = Time::latest();
  for (const auto& segment : manifest_.segments) oldest = std::min(oldest, Time{segment.oldest});
  return oldest;
}

Time PublishedSnapshot::newest() const {
  if (manifest_.segments.empty()) return {};
  Time newest = Time::earliest();
  for (const auto& segment : manifest_.segments) newest = std::max(newest, Time{segment.newest});
  return newest;
}

std::int64_t PublishedSnapshot::quarantined() const {
  std::int64_t rows = 0;
  for (const auto& ledger : manifest_.ledgers) rows += ledger.quarantined;
  return rows;
}

std::vector<KeptReading> PublishedSnapshot::kept_readings() const {
  std::vector<KeptReading> readings;
  for (const auto& entry : manifest_.quarantine) {
    readings.insert(readings.end(), entry.readings.begin(), entry.readings.end());
  }
  return readings;
}

void PublishedSnapshot::for_each_quarantined(const std::function<bool(Quarantined)>& take) const {
  bool wanted = true;
  for (const auto& entry : manifest_.quarantine) {
    if (!wanted) break;
    const std::string path = join_path(join_path(directory_, quarantine_name), entry.file.name);
    read_quarantine_file(env_, path, entry.file, [&](Quarantined row) {
      row.ledger = find_ledger(manifest_, entry, row);
      return wanted = take(std::move(row));
    });
  }
}

std::vector<Link> PublishedSnapshot::links() const {
  return manifest_.links ? Links::read(env_, directory_, *manifest_.links).all() : std::vector<Link>();
}

std::unique_ptr<Part> PublishedSnapshot::part(std::size_t partition, const ColumnRequest& request,
                                              Labels labels) const {
  PEREGRINE_CHECK(partition < segments_.size());
  if (segments_[partition] == nullptr) return std::make_unique<EmptyPart>();
  return std::make_unique<SegmentPart>(segments_[partition], request, manifest_.columns, labels);
}

std::optional<PartSummary> PublishedSnapshot::summary(std::size_t partition, Labels labels) const {
  PEREGRINE_CHECK(partition < segments_.size());
  PartSummary summary;
  if (segments_[partition] == nullptr) return summary;
  const auto& entry = segments_[partition]->entry();
  summary.events = static_cast<std::size_t>(entry.events);
  summary.oldest = Time{entry.oldest};
  summary.newest = Time{entry.newest};
  summary.labels = labels_of(entry, labels);
  summary.values = entry.values > 0;
  for (const auto& column : entry.columns) {
    summary.columns.insert(manifest_.columns[static_cast<std::size_t>(column.column)].name);
  }
  return summary;
}

std::optional<std::size_t> PublishedSnapshot::partition_of(std::string_view customer) const {
  return store::partition_of(hash64(customer), partitions());
}

void PublishedSnapshot::expect_intact() const {
  for (const auto& segment : segments_) {
    if (segment != nullptr) segment->expect_intact();
  }
}

}  // namespace peregrine::store
