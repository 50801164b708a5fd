// A Manifest is all that is published of a store at one version: its segments, dictionary, ledgers and their checksums.
// It never changes once written; the next version is another file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/fields.hpp"
#include "store/code_set.hpp"
#include "store/store.hpp"

namespace peregrine::store {

/// XXH3-64 of every block of a file; in JSON 16 hexadecimal digits a block, one after another.
struct Checksums {
  std::vector<std::uint64_t> hashes;
};

}  // namespace peregrine::store

template <>
struct peregrine::JsonType<peregrine::store::Checksums> {
  static store::Checksums read(const json::value& value, std::string_view where, const Limits&);
  static json::value write(const store::Checksums& checksums);
  static json::object schema(const Limits&) { return {{"type", "string"}}; }
};

namespace peregrine::store {

struct FileEntry {
  std::string name;
  std::int64_t bytes = 0;
  std::string hash;
  Checksums blocks;

  static constexpr auto fields() {
    return std::make_tuple(field<&FileEntry::name>("Name below its folder."), field<&FileEntry::bytes>("Size."),
                           field<&FileEntry::hash>("XXH3-128 of the hashes of its blocks."),
                           field<&FileEntry::blocks>("XXH3-64 of every block of 1 MiB."));
  }
};

/// One column of the workspace's events beside the fixed ones. Its place in Manifest::columns is its number for ever.
struct ColumnName {
  std::string name;      // what questions say, unique: `plan`, or `plan:number` for the second type of `plan`
  std::string property;  // what events say
  ColumnType type = ColumnType::text;

  static constexpr auto fields() {
    return std::make_tuple(field<&ColumnName::name>("Name in questions."),
                           field<&ColumnName::property>("Name in events."), field<&ColumnName::type>("Type."));
  }
};

/// A column as one segment has it.
struct SegmentColumn {
  std::int64_t column = 0;  // place in Manifest::columns
  std::int64_t file = 0;    // place in SegmentEntry::cold
  std::int64_t values = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&SegmentColumn::column>("Number of the column."),
                           field<&SegmentColumn::file>("Which cold file holds it."),
                           field<&SegmentColumn::values>("Rows that have a value."));
  }
};

struct SegmentEntry {
  std::int64_t partition = 0;
  std::string name;  // folder below segments/
  std::int64_t events = 0;
  std::int64_t journeys = 0;
  std::int64_t known = 0;   // journeys of known customers
  std::int64_t oldest = 0;  // µs UTC
  std::int64_t newest = 0;
  std::int64_t values = 0;       // events with a value
  std::int64_t anonymous = 0;    // events that carry an anonymous id
  std::int64_t linked = 0;       // events that links gave to another customer than they came with
  std::int64_t source = -1;      // ledger of every event, or -1 when a column says it
  std::optional<CodeSet> names;  // of its events, by the store's codes: code k of the segment is the k-th. None before
                                 // format 3: the segment's codes are the store's
  std::vector<FileEntry> files;  // journeys, hot
  std::vector<FileEntry> cold;   // the first for most columns, then one for each with a large dictionary
  std::vector<SegmentColumn> columns;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&SegmentEntry::partition>("Which partition this is."), field<&SegmentEntry::name>("Folder."),
        field<&SegmentEntry::events>("Events."), field<&SegmentEntry::journeys>("Journeys."),
        field<&SegmentEntry::known>("Journeys of known customers."), field<&SegmentEntry::oldest>("First time."),
        field<&SegmentEntry::newest>("Last time."), field<&SegmentEntry::values>("Events with a value."),
        field<&SegmentEntry::anonymous>("Events with an anonymous id."),
        field<&SegmentEntry::linked>("Events that links gave to another customer than they came with."),
        field<&SegmentEntry::source>("Ledger of all its events, or -1."),
        field<&SegmentEntry::names>("Which event names occur."),
        field<&SegmentEntry::files>("The files journeys and hot."), field<&SegmentEntry::cold>("Further files."),
        field<&SegmentEntry::columns>("Columns that have values here."));
  }
};

struct QuarantineEntry {
  FileEntry file;
  std::int64_t rows = 0;
  std::int64_t first_ledger = -1;     // of the import that brought the rows; -1 in format 1
  std::int64_t ledgers = 0;           // that it brought
  std::vector<KeptReading> readings;  // of those with rejected rows here

  static constexpr auto fields() {
    return std::make_tuple(field<&QuarantineEntry::file>("File below quarantine/."),
                           field<&QuarantineEntry::rows>("Rows."),
                           field<&QuarantineEntry::first_ledger>("First source of the import, or -1."),
                           field<&QuarantineEntry::ledgers>("Sources of the import."),
                           field<&QuarantineEntry::readings>("How their rows were read."));
  }
};

struct Manifest {
  std::string checksum;  // of the file it was read from; not a field
  // Of the store this was written by: 2 since ledgers, quarantine and repairs tell more, 3 since each segment has codes
  // of its own for event names.
  std::int64_t format = 3;
  std::int64_t reader = 3;  // oldest reader that understands it
  std::int64_t version = 0;
  std::int64_t partitions = 64;
  std::optional<FileEntry> dictionary;  // event names by code, below dictionary/; none while there are none
  IdentityRules identity;               // by which the segments were made
  std::optional<FileEntry> links;       // below identity/; none while there are none
  std::vector<ColumnName> columns;
  std::vector<Ledger> ledgers;              // every source ever imported; its place is the source's number
  std::vector<std::int64_t> numbered;       // sources whose events keep their row numbers (see identity.hpp)
  std::vector<SegmentEntry> segments;       // by partition, at most one each
  std::vector<QuarantineEntry> quarantine;  // oldest first
  std::vector<SetAside> set_aside;          // oldest first

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Manifest::format>("Version of the format."),
        field<&Manifest::reader>("Oldest reader that understands this."),
        field<&Manifest::version>("Number of this manifest."),
        field<&Manifest::partitions>("Partitions, a power of two."), field<&Manifest::dictionary>("Event names."),
        field<&Manifest::identity>("Rules by which anonymous events have their customers."),
        field<&Manifest::links>("Ids that are one customer."), field<&Manifest::columns>("Columns."),
        field<&Manifest::ledgers>("Sources."), field<&Manifest::numbered>("Sources that keep row numbers."),
        field<&Manifest::segments>("Segments."), field<&Manifest::quarantine>("Quarantine files."),
        field<&Manifest::set_aside>("What repairs took out."));
  }
};

/// Writes MANIFEST-<version> and returns when it is on stable storage. Nothing reads it until CURRENT names it.
void write_manifest(Env& env, const std::string& directory, const Manifest& manifest);
/// Makes a written manifest the current one, for readers that come from now on.
void make_current(Env& env, const std::string& directory, std::int64_t version);

/// The version CURRENT names. Throws `not_found` when there is no store.
std::int64_t read_current(Env& env, const std::string& directory);
/// Throws `corrupt` when the manifest is damaged, `invalid` when a newer program wrote it for newer readers only. What
/// such a program added without need for a newer reader is passed over.
Manifest read_manifest(Env& env, const std::string& directory, std::int64_t version);

/// The place among the ledgers of the source of a row in a file of quarantine: what the row says itself, or else by its
/// name, which is unique within an import. -1 when it is neither, as a conflict with an earlier import in format 2.
std::int64_t find_ledger(const Manifest& manifest, const QuarantineEntry& entry, const Quarantined& row);

std::string manifest_name(std::int64_t version);
/// The versions whose manifests lie in `directory`, current or not, ascending.
std::vector<std::int64_t> list_manifests(Env& env, const std::string& directory);

}  // namespace peregrine::store
