// Whose the events of an import are: new links and logins are followed, and published events that they give to another
// customer are taken out of their segments.
#include <algorithm>

#include "base/threads.hpp"
#include "store/import.hpp"
#include "store/segment_rows.hpp"

namespace peregrine::store {

/// Takes out of new and published rows those that links give to another customer.
void BulkImport::follow_links(const Relinking& relinking, const std::atomic<bool>& cancelled) {
  resolved_.push_back(std::make_unique<Run>(env_, temporary("linked"), partitions(), memory_bytes_ / 16));
  Run& linked = *resolved_.back();
  LoadedRows loaded;
  for (const auto partition : relinking.new_partitions()) {
    expect_wanted(cancelled);
    direct_.load(partition, loaded);
    for (const auto& extent : loaded.extents) {
      const auto leaving = relinking.leaving_new(extent);
      if (!leaving.empty()) relinking.take(extent, leaving, linked);
    }
  }
  for (const auto partition : relinking.published_partitions()) {
    const auto& segment = base_->segment(partition);
    if (segment == nullptr) continue;
    expect_wanted(cancelled);
    const SegmentRows published(*segment, before().columns);
    relinking.reconsider_devices(published.rows, *identity_);
    moved_[partition] = relinking.leaving_published(published.rows);
    if (!moved_[partition].empty()) relinking.take(published.rows, moved_[partition], linked);
    segment->expect_intact();
  }
}

void BulkImport::observe_published(const std::atomic<bool>& cancelled) {
  for (std::size_t partition = 0; partition < partitions(); ++partition) {
    const auto& segment = base_->segment(partition);
    if (segment == nullptr || segment->entry().anonymous == 0) continue;
    expect_wanted(cancelled);
    const SegmentRows published(*segment, before().columns);
    identity_->observe_published(published.rows);
    const auto leaving = identity_->moved(published.rows);
    auto& moved = moved_[partition];
    if (moved.empty()) moved.resize(leaving.size());
    for (std::size_t row = 0; row < leaving.size(); ++row) moved[row] |= leaving[row];
    segment->expect_intact();
  }
}

void BulkImport::take_new_links() {
  const Joined joined_before(links_, before().identity.most_joined);
  new_links_.for_each([&](const Link& link) {
    if (!links_.add(link)) return;
    linked_now_.insert({link.previous, link.customer});
    identity_->reconsider(link.previous);
  });
  new_links_ = {};
  joined_ = Joined(links_, rules_.most_joined);
  relinking_.emplace(joined_before, joined_, partitions());
}

void BulkImport::resolve_identities(const std::atomic<bool>& cancelled) {
  take_new_links();
  if (rules_ != before().identity) identity_->reconsider_all();
  follow_links(*relinking_, cancelled);
  std::vector<Storm> storms;
  if (identity_->has_anonymous()) {
    observe_published(cancelled);
    for (std::size_t thread = 0; thread < threads_; ++thread) {
      resolved_.push_back(std::make_unique<Run>(env_, temporary("resolved-" + std::to_string(thread)), partitions(),
                                                memory_bytes_ / 16 / threads_));
    }
    const Ownership ownership{links_, joined_, rules_};
    std::vector<std::vector<Storm>> of_share(partitions());
    for_each_item(partitions(), threads_, [&](std::size_t share, std::size_t thread) {
      expect_wanted(cancelled);
      of_share[share] = identity_->resolve(share, ownership, *resolved_[1 + thread]);
    });
    for (auto& some : of_share) storms.insert(storms.end(), some.begin(), some.end());
    numbered_ = identity_->numbered();
  }
  identity_.reset();
  warn_of(std::move(storms));
}

/// A merge storm is said of devices whose events were looked at, and of ids that were linked now.
void BulkImport::warn_of(std::vector<Storm> storms) {
  std::sort(storms.begin(), storms.end(), [](const Storm& a, const Storm& b) { return a.device < b.device; });
  const auto warn = [&](std::string_view field, const std::string& id, std::int64_t others, std::string_view of) {
    Quarantined row;
    row.source = "identity";
    row.code = "merge_storm";
    row.severity = "warning";
    row.field = field;
    row.sentence = std::string(field) + " would be joined to " + std::to_string(others) + " " + std::string(of) +
                   " and was joined to none (expected at most " + std::to_string(rules_.most_joined) + ")";
    row.raw = id;
    quarantine_.add(std::move(row));
  };
  for (const auto& storm : storms) warn("anonymous_id", storm.device, storm.customers, "customers");
  for (const auto& [id, others] : joined_.storms()) {
    if (linked_now_.contains(id)) warn("previous_id", id, others, "ids");
  }
}

}  // namespace peregrine::store
