// A published version of a store, opened: its manifest, its event names, and its segments mapped. Never changes; any
// number of threads. Files that a later import removes stay readable here, because they are mapped.
#pragma once

#include <memory>
#include <string>

#include "base/env.hpp"
#include "store/event_dictionary.hpp"
#include "store/manifest.hpp"
#include "store/segment_reader.hpp"
#include "store/store.hpp"

namespace peregrine::store {

class PublishedSnapshot final : public Snapshot {
 public:
  /// Opens what CURRENT names.
  static std::shared_ptr<const PublishedSnapshot> open(Env& env, const std::string& directory);

  PublishedSnapshot(Env& env, std::string directory, Manifest manifest);

  std::int64_t events() const override;
  std::int64_t journeys() const override;
  std::int64_t known_customers() const override;
  Time oldest() const override;
  Time newest() const override;
  NameList event_names() const override { return dictionary_.names(); }
  const std::vector<ColumnEntry>& properties() const override { return properties_; }
  const std::vector<Ledger>& ledgers() const override { return manifest_.ledgers; }
  std::int64_t quarantined() const override;
  void for_each_quarantined(const std::function<bool(Quarantined)>& take) const override;
  std::vector<KeptReading> kept_readings() const override;
  std::vector<SetAside> set_aside() const override { return manifest_.set_aside; }
  std::vector<Link> links() const override;
  IdentityRules identity() const override { return manifest_.identity; }
  std::string fingerprint() const override { return manifest_.checksum; }
  std::uint64_t version() const override { return static_cast<std::uint64_t>(manifest_.version); }
  std::size_t partitions() const override { return static_cast<std::size_t>(manifest_.partitions); }
  std::unique_ptr<Part> part(std::size_t partition, const ColumnRequest& request, Labels labels) const override;
  std::optional<PartSummary> summary(std::size_t partition, Labels labels) const override;
  std::optional<std::size_t> partition_of(std::string_view customer) const override;
  void expect_intact() const override;

  const Manifest& manifest() const { return manifest_; }
  /// Null when the partition has no events.
  const std::shared_ptr<const Segment>& segment(std::size_t partition) const { return segments_[partition]; }

 private:
  std::int64_t sum(std::int64_t SegmentEntry::*member) const;

  Env& env_;
  std::string directory_;
  Manifest manifest_;
  EventDictionary dictionary_;
  std::vector<ColumnEntry> properties_;
  std::vector<std::shared_ptr<const Segment>> segments_;  // by partition; shared with the Parts made of them
};

}  // namespace peregrine::store
