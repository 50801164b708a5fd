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
  std::uint64_t rows = 0;  // received: taken and rejected
  std::vector<FoundRow> found;
  std::map<std::string, std::uint64_t> mistyped;  // values beside their column's type, by column
  std::uint64_t beyond_names = 0;                 // values that went into the property for names beyond the bound
  EventBatch batch;                               // its first_row and source are set by the import
};

std::string write_block(const ReadBlock& block);
/// Throws `corrupt` for sizes that cannot be and for rows that do not add up.
ReadBlock read_block(std::string_view bytes);

/// At most 64 KiB: of more, the head and how long the whole is with its hash.
std::string shorten_raw(std::string_view raw);

}  // namespace peregrine::ingest
