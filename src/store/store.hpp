// A Store is the events of one workspace on disk: partitions of journeys, in journey order, published by a manifest.
// Reading works on Snapshots, which never change; writing is one Import at a time, visible all at once or not at all.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/fields.hpp"
#include "model/event_batch.hpp"
#include "model/journey.hpp"
#include "model/part_summary.hpp"
#include "store/links.hpp"

namespace peregrine::store {

/// What one import did with one source. Law: received = stored + quarantined + duplicates + joined + left_out.
struct Ledger {
  std::string source;  // name of the file, or "demo"
  std::string hash;    // of its bytes, 32 hexadecimal digits; empty when it is no file
  std::int64_t bytes = 0;
  std::int64_t received = 0;
  std::int64_t stored = 0;
  std::int64_t quarantined = 0;
  std::int64_t duplicates = 0;
  std::int64_t joined = 0;
  std::int64_t left_out = 0;
  std::map<std::string, std::int64_t> left_out_because;  // rows by reason; they add up to left_out
  std::string mapping;                                   // hash of the mapping file's meaning, or empty
  Time imported{};

  std::int64_t accounted() const { return stored + quarantined + duplicates + joined + left_out; }

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Ledger::source>("Where the events came from."),
        field<&Ledger::hash>("Hash of the file's bytes: the same file again is all duplicates."),
        field<&Ledger::bytes>("Size of the file."), field<&Ledger::received>("Rows that arrived."),
        field<&Ledger::stored>("Rows that became events of the store."),
        field<&Ledger::quarantined>("Rows that could not be understood and wait, with reason and raw text."),
        field<&Ledger::duplicates>("Rows that were here already."),
        field<&Ledger::joined>("Rows that went into the event of another row, as the mapping says."),
        field<&Ledger::left_out>("Rows that the mapping leaves out."),
        field<&Ledger::left_out_because>("Why, with how many rows for each reason."),
        field<&Ledger::mapping>("Hash of the mapping file that was used, or empty."),
        field<&Ledger::imported>("When."));
  }
};

/// A row that could not be understood.
struct Quarantined {
  std::string source;                 // file
  std::int64_t row = 0;               // 1 is the first row of data, after a header
  std::int64_t offset = -1;           // byte in the (uncompressed) file, or -1
  std::string code;                   // stable name of the reason, part of the API: "time_unreadable"
  std::string field;                  // column
  std::string sentence;               // for people: `time is not a date: "31/02/2026" (expected like 2026-02-28T13:05)`
  std::string raw;                    // the row as it came, at most 64 KiB
  std::string severity = "rejected";  // rejected, or `warning` and `stored_with_change` for rows that were stored too
  std::int64_t ledger = -1;           // place in Snapshot::ledgers(), set by the store; -1 when it cannot be known

  static constexpr auto fields() {
    return std::make_tuple(
        peregrine::field<&Quarantined::source>("File."), peregrine::field<&Quarantined::row>("Row of data, from 1."),
        peregrine::field<&Quarantined::offset>("Byte in the file, or -1."),
        peregrine::field<&Quarantined::code>("Reason."), peregrine::field<&Quarantined::field>("Column."),
        peregrine::field<&Quarantined::sentence>("Reason in words."),
        peregrine::field<&Quarantined::raw>("The row as it came."),
        peregrine::field<&Quarantined::severity>("rejected, stored_with_change or warning."));
  }
};

/// An event column of the store beside time, event and value.
struct ColumnEntry {
  std::string name;
  ColumnType type = ColumnType::text;
  std::int64_t values = 0;  // rows that have one
};

/// Something damaged that a repair took out of the store, so that the rest can be asked. Its files lie in set-aside/.
struct SetAside {
  std::string name;             // below set-aside/: a segment's folder or a file of quarantine
  std::int64_t partition = -1;  // of a segment, else -1
  std::int64_t events = 0;      // what the manifest said of a segment
  std::int64_t journeys = 0;
  std::int64_t rows = 0;  // what it said of a file of quarantine
  Time time{};

  static constexpr auto fields() {
    return std::make_tuple(
        field<&SetAside::name>("Name below set-aside/."), field<&SetAside::partition>("Partition, or -1."),
        field<&SetAside::events>("Events that are missing."), field<&SetAside::journeys>("Customers they are of."),
        field<&SetAside::rows>("Rows of quarantine that are missing."), field<&SetAside::time>("When."));
  }
};

/// How the rows of a source were read when some of them went to quarantine, in ingest's words.
struct KeptReading {
  std::int64_t ledger = 0;  // place in Snapshot::ledgers()
  std::string reading;

  static constexpr auto fields() {
    return std::make_tuple(field<&KeptReading::ledger>("Number of the source."),
                           field<&KeptReading::reading>("How its rows were read."));
  }
};

class Snapshot {
 public:
  virtual ~Snapshot() = default;

  virtual std::int64_t events() const = 0;
  virtual std::int64_t journeys() const = 0;
  virtual std::int64_t known_customers() const = 0;
  /// Oldest and newest event; both are 0 in an empty store.
  virtual Time oldest() const = 0;
  virtual Time newest() const = 0;
  /// Names by event code, the workspace's append-only dictionary.
  virtual NameList event_names() const = 0;
  virtual const std::vector<ColumnEntry>& properties() const = 0;
  virtual const std::vector<Ledger>& ledgers() const = 0;
  virtual std::int64_t quarantined() const = 0;
  /// Calls `take` with the rows in quarantine, oldest import first, until it returns false.
  virtual void for_each_quarantined(const std::function<bool(Quarantined)>& take) const = 0;
  /// The first of them.
  std::vector<Quarantined> read_quarantine(std::size_t most) const;
  /// Of every source that has rows in quarantine and was imported with one.
  virtual std::vector<KeptReading> kept_readings() const { return {}; }
  /// What is missing here, oldest first.
  virtual std::vector<SetAside> set_aside() const { return {}; }
  /// Ids that are one customer, and what people took back; and the rules by which events were given to customers.
  virtual std::vector<Link> links() const { return {}; }
  virtual IdentityRules identity() const { return {}; }
  /// Of all that is published: what a kept answer belongs to. Empty where nothing is kept.
  virtual std::string fingerprint() const { return {}; }
  /// Changes with every publish.
  virtual std::uint64_t version() const = 0;

  virtual std::size_t partitions() const = 0;
  /// The partition with the columns asked for, with codes and labels of its own for the names that occur in it.
  /// `labels` are those of event_names; what they point to must outlive it. Thread-safe.
  /// Columns are mapped or decompressed here, and checked against the manifest on first touch: throws `corrupt`.
  virtual std::unique_ptr<Part> part(std::size_t partition, const ColumnRequest& request, Labels labels) const = 0;
  /// What is known of it without reading it; nothing when that is not kept.
  virtual std::optional<PartSummary> summary(std::size_t /*partition*/, Labels /*labels*/) const { return {}; }
  /// The one partition in which this customer may be; nothing when it may be any.
  virtual std::optional<std::size_t> partition_of(std::string_view /*customer*/) const { return {}; }
  /// To be called after parts were read and before what was read is believed: throws `corrupt`, naming the file, when
  /// bytes were lost meanwhile (decision 8).
  virtual void expect_intact() const {}
};

struct ImportOptions {
  std::size_t memory_bytes = std::size_t{1} << 30;  // bound of what the import holds; files are split to stay within
  std::size_t threads = 0;                          // 0: all cores
  std::optional<IdentityRules> identity = {};       // as before when not said; other ones hold for the past too
};

/// One bulk import: batches are spilled to temporary runs, then every partition is sorted and published in one step.
/// Used by one thread. Destroying it without publish leaves the store as it was and removes the temporary files.
class Import {
 public:
  virtual ~Import() = default;

  /// An event with a customer and the text property `previous_id` is an alias: it links that id to the customer.
  virtual void add(const EventBatch& batch) = 0;
  virtual void link(const Link& link) = 0;
  virtual void quarantine(Quarantined row) = 0;

  /// Keeps how a source is read for as long as rows of it wait in quarantine, so that they can be read again.
  virtual void keep_reading(std::uint32_t /*source*/, std::string /*reading*/) {}
  /// Rows that leave quarantine, by their places in the order of Snapshot::for_each_quarantined, ascending, and the
  /// events that they became: there `source` is the place of their ledger in Snapshot::ledgers(). Their ledgers are
  /// corrected in the same publish.
  virtual void release(std::vector<std::uint64_t> places, const std::vector<EventBatch>& events) = 0;

  struct Progress {
    std::size_t partitions_done = 0;
    std::size_t partitions = 0;
  };
  /// Sorts, writes and makes visible. `ledgers` are the sources with received and quarantined filled in, indexed by
  /// EventBatch::source; stored and duplicates are set here. Throws `unavailable` when `cancelled` becomes true.
  virtual std::vector<Ledger> publish(std::vector<Ledger> ledgers, const std::function<void(Progress)>& progress,
                                      const std::atomic<bool>& cancelled) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  /// Makes an empty store in `directory`, which must not hold one. `partitions` is a power of two.
  static void create(Env& env, const std::string& directory, std::size_t partitions = 64);
  /// Throws `not_found` when there is none, `corrupt` when its manifest cannot be trusted.
  static std::unique_ptr<Store> open(Env& env, const std::string& directory);

  /// What is published now.
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;  // shared by every scan that still reads it
  /// Throws `conflict` when another import is under way, in this process or another.
  virtual std::unique_ptr<Import> begin_import(const ImportOptions& options) = 0;
};

}  // namespace peregrine::store
