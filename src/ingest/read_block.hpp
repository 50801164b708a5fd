// A ReadBlock is what a reader made of some consecutive rows of a file: events, and the rows it found fault with.
// It travels from the reader to the import, which trusts nothing in it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/reason.hpp"
#include "model/event_batch.hpp"

namespace peregrine::ingest {

struct FoundRow {
  std::uint64_t row = 0;     // within the block, from 0
  std::int64_t offset = -1;  // byte in the uncompressed file, or -1
  Finding finding;
  std::string raw;  // see shorten_raw
};

struct ReadBlock {
  /// Rows as they lie in the file; events of rows that were joined; or, once more, rows whose joined event cannot be.
  enum class Pass : std::uint8_t { first, joined, again };

  Pass pass = Pass::first;
  std::uint64_t rows = 0;       // first: received. joined: those that the events come from and what lies between
  std::uint64_t first_row = 0;  // joined: where in the file the block begins
  std::uint64_t waiting = 0;    // first: rows that wait to be joined
  std::map<std::string, std::uint64_t> left_out;  // first: rows that the mapping leaves out, by its reason
  std::vector<FoundRow> found;
  std::map<std::string, std::uint64_t> mistyped;  // values beside their column's type, by column
  std::uint64_t beyond_names = 0;                 // values that went into the property for names beyond the bound
  std::uint64_t beyond_join = 0;                  // first: values without a column, in rows that wait to be joined
  EventBatch batch;                               // its first_row and source are set by the import
};

std::string write_block(const ReadBlock& block);
/// Throws `corrupt` for sizes that cannot be and for rows that do not add up.
ReadBlock read_block(std::string_view bytes);

/// At most 64 KiB: of more, the head and how long the whole is with its hash.
std::string shorten_raw(std::string_view raw);

}  // namespace peregrine::ingest
