// A merge makes one segment of all that belongs into a partition: it groups rows into journeys, orders them, drops
// duplicates, and gathers every column. The answer does not depend on the order in which the rows come.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/gather.hpp"
#include "store/journeys.hpp"
#include "store/merge_rules.hpp"
#include "store/row_order.hpp"
#include "store/segment_writer.hpp"

namespace peregrine::store {

/// What became of the rows of each source; `stored` counts down for rows of earlier imports that are dropped now.
struct Tally {
  std::int64_t stored = 0;
  std::int64_t duplicates = 0;
  std::int64_t quarantined = 0;
};

/// Told of each row that has the message id of another event.
using OnConflict = std::function<void(Quarantined)>;

/// What merges leave behind for the next one of the same thread: memory, and nothing that is read.
struct MergeSpace {
  Journeys journeys;
  RowOrder order;
  GatherSpace gathering;
  SegmentContents contents;
};

/// Merges the rows that are not to be skipped. The contents look into the memory of `parts` and stay until the space is
/// used again; without any row they have no events. `tally` is by source.
SegmentContents& merge(const std::vector<const Rows*>& parts, const MergeRules& rules, std::vector<Tally>& tally,
                       const OnConflict& on_conflict, MergeSpace& space);

}  // namespace peregrine::store
