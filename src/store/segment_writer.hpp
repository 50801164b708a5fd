// A segment is the events of one partition in journey order, in Arrow IPC files: journeys, hot and cold.
// SegmentContents is one on its way to disk; nothing of it outlives the writing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/hash.hpp"
#include "model/column.hpp"
#include "store/manifest.hpp"

namespace peregrine::store {

/// Columns of cold files that the store keeps for itself. Their names begin with a colon.
namespace kept {
constexpr std::string_view anonymous_id = ":anonymous_id";
constexpr std::string_view customer_id = ":customer_id";        // what the event came with, where links made it another
constexpr std::string_view came_anonymous = ":came_anonymous";  // true: the event came without a customer id
constexpr std::string_view sequence = ":sequence";
constexpr std::string_view source = ":source";          // place in Manifest::ledgers
constexpr std::string_view row = ":row";                // place in the source
constexpr std::string_view message_id = ":message_id";  // XXH3-128 of the text
}  // namespace kept

/// Bits, lowest first, as Arrow has them.
using Bits = std::vector<std::uint8_t>;

inline void set_bit(Bits& bits, std::size_t i) {
  bits[i >> 3] = static_cast<std::uint8_t>(bits[i >> 3] | (1U << (i & 7)));
}

/// A column without rows does not exist.
struct StoredColumn {
  std::string name;
  ColumnType type = ColumnType::text;
  std::size_t column = 0;  // place in Manifest::columns, for properties
  std::size_t rows = 0;
  std::size_t values = 0;            // rows that have one
  Bits validity;                     // empty: every row has one
  std::vector<std::uint32_t> codes;  // which vector is used follows from the type
  std::vector<std::string_view> names;
  std::vector<double> numbers;
  Bits booleans;
  std::vector<std::int64_t> integers;
};

struct SegmentContents {
  std::vector<std::string_view> ids;  // by journey
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint64_t> first;  // journeys + 1
  Bits known;
  std::size_t known_count = 0;

  std::vector<std::int64_t> time;     // by event
  std::vector<std::uint32_t> names;   // of the events, as codes of the store, ascending
  std::vector<std::uint16_t> narrow;  // places in `names`: one of the two
  std::vector<std::uint32_t> wide;
  StoredColumn value;
  std::vector<StoredColumn> properties;

  StoredColumn anonymous;
  StoredColumn came_anonymous;
  StoredColumn came_as;
  StoredColumn sequence;
  std::int64_t source = -1;  // of every event, when `sources` is empty
  std::vector<std::uint32_t> sources;
  std::vector<std::uint64_t> rows;  // empty when no source keeps them
  std::vector<Hash128> messages;    // zero: none; empty when no event has one
};

/// Writes the files of a segment into `directory`, which exists, and returns when they are on stable storage.
/// `event_names` are the store's, by code. Fills in all but `partition` and `name`.
/// Lengthens columns of `contents` up to a multiple of 64 bytes.
SegmentEntry write_segment(Env& env, const std::string& directory, SegmentContents& contents, NameList event_names);

}  // namespace peregrine::store
