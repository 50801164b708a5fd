// A merge makes one segment of all that belongs into a partition: it groups rows into journeys, orders them, drops
// duplicates, and gathers every column. The answer does not depend on the order in which the rows come.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/rows.hpp"
#include "store/segment_writer.hpp"

namespace peregrine::store {

/// What all merges of an import share. Outlives them.
struct MergeRules {
  std::vector<std::uint32_t> source_rank;  // by source: equal times are ordered by it, not by arrival
  std::vector<std::uint8_t> numbered;      // by source: 1 when its rows keep their places
  std::size_t first_new_source = 0;        // those from here on came with this import
  NameList event_names;
  const std::vector<ColumnName>* columns = nullptr;
  const std::vector<Ledger>* ledgers = nullptr;
};

/// What became of the rows of each source; `stored` counts down for rows of earlier imports that are dropped now.
struct Tally {
  std::int64_t stored = 0;
  std::int64_t duplicates = 0;
  std::int64_t quarantined = 0;
};

/// Told of each row that has the message id of another event.
using OnConflict = std::function<void(Quarantined)>;

/// Merges the rows that are not to be skipped. The contents look into the memory of `parts`; without any row they have
/// no events. `tally` is by source.
SegmentContents merge(const std::vector<const Rows*>& parts, const MergeRules& rules, std::vector<Tally>& tally,
                      const OnConflict& on_conflict);

}  // namespace peregrine::store
