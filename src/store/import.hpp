// A BulkImport takes events in any order and publishes the next version of the store. Used by one thread; publish works
// on several of its own.
//
//   add ─ rows with a customer ──────────────▶ run by customer ─┬───────────────┐
//       │                                    Relinking ─▶ linked run ────────────┤
//       └ rows without, and logins ─▶ Identity ─▶ resolved runs ─────────────────┼─▶ merge ─▶ segment, for each
//                      segments published before ────────────────────────────────┘            partition with news
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "store/event_dictionary.hpp"
#include "store/identity.hpp"
#include "store/incoming.hpp"
#include "store/merge.hpp"
#include "store/published.hpp"
#include "store/quarantine_file.hpp"
#include "store/relinking.hpp"
#include "store/run.hpp"
#include "store/store.hpp"

namespace peregrine::store {

class BulkImport final : public Import {
 public:
  /// `published` is shared with the Store. `lock` is that of the directory.
  BulkImport(std::shared_ptr<Published> published, std::unique_ptr<Lock> lock, const ImportOptions& options);
  ~BulkImport() override;

  void add(const EventBatch& batch) override;
  void link(const Link& link) override { new_links_.add(link); }
  void quarantine(Quarantined row) override;
  void keep_reading(std::uint32_t source, std::string reading) override;
  void release(std::vector<std::uint64_t> places, const std::vector<EventBatch>& events) override;
  std::vector<Ledger> publish(std::vector<Ledger> ledgers, const std::function<void(Progress)>& progress,
                              const std::atomic<bool>& cancelled) override;

 private:
  /// Memory of one thread that merges.
  struct Merging {
    std::vector<LoadedRows> loaded;                    // by run
    std::vector<std::vector<std::uint8_t>> elsewhere;  // by extent: new rows that links gave to others
    MergeSpace space;
  };

  const Manifest& before() const { return base_->manifest(); }
  std::size_t partitions() const { return base_->partitions(); }
  std::string temporary(std::string_view name) const;

  MergeRules rules(const std::vector<Ledger>& ledgers) const;
  static void expect_wanted(const std::atomic<bool>& cancelled);
  void take_aliases(const EventBatch& batch);
  void follow_links(const Relinking& relinking, const std::atomic<bool>& cancelled);
  void observe_published(const std::atomic<bool>& cancelled);
  void take_new_links();
  void resolve_identities(const std::atomic<bool>& cancelled);
  void warn_of(std::vector<Storm> storms);
  std::vector<std::size_t> partitions_with_news() const;
  std::size_t merging_threads(const std::vector<std::size_t>& partitions) const;
  /// Nothing when the partition is left without events.
  std::optional<SegmentEntry> rewrite(std::size_t partition, const MergeRules& rules, std::vector<Tally>& tally,
                                      Merging& merging);
  std::vector<SegmentEntry> rewrite_all(const MergeRules& rules, std::vector<Tally>& tally,
                                        const std::function<void(Progress)>& progress,
                                        const std::atomic<bool>& cancelled);
  std::uint64_t bytes_to_write(std::span<const std::size_t> left) const;
  std::vector<Ledger> publish_all(std::vector<Ledger> ledgers, const std::function<void(Progress)>& progress,
                                  const std::atomic<bool>& cancelled);
  void add_rows(const EventBatch& batch, std::uint32_t source);
  void let_out(Manifest& next);
  void let_out_of(QuarantineEntry& entry, std::span<const std::uint64_t> places, std::uint64_t first, Manifest& next);
  void finish_quarantine(Manifest& next);
  void make_visible(const Manifest& next);

  std::shared_ptr<Published> published_;  // shared with the Store
  Env& env_;
  std::unique_ptr<Lock> lock_;
  std::shared_ptr<const PublishedSnapshot> base_;  // shared with scans
  std::size_t memory_bytes_;
  std::size_t threads_;
  std::int64_t version_;
  EventDictionary dictionary_;
  ColumnNumbers columns_;
  IdentityRules rules_;
  Links links_;                       // as published; with the new ones once all rows are here
  Links new_links_;                   // empty from then on
  std::set<std::string> linked_now_;  // ids of links that are new, or other than before
  Joined joined_;
  std::optional<Relinking> relinking_;  // once all rows are here
  Run direct_;
  std::unique_ptr<Identity> identity_;  // gone once identities are resolved
  std::vector<std::uint8_t> numbered_;
  std::vector<std::unique_ptr<Run>> resolved_;    // of links first, then of identity by thread
  std::vector<std::vector<std::uint8_t>> moved_;  // by partition: rows of its segment that links and identity took
  QuarantineWriter quarantine_;
  std::mutex conflicts_;  // guards quarantine_ while merges run
  std::vector<std::uint32_t> partition_of_row_;
  std::vector<KeptReading> readings_;
  std::vector<std::uint64_t> released_;  // places in quarantine, ascending
  std::vector<std::size_t> unwritten_;   // partitions with news whose segment is not written yet
  std::uint32_t sources_ = 0;
  bool ended_ = false;
};

}  // namespace peregrine::store
