// A scan runs several folds over every journey of a snapshot, once, on all cores. Each column is read once, whatever
// the number of folds. States are merged in the order of the partitions, so answers do not depend on threads.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "fold/running_fold.hpp"
#include "model/selection.hpp"
#include "store/store.hpp"

namespace peregrine::engine {

/// One fold of a scan, and the events it sees.
struct Task {
  std::unique_ptr<RunningFold> fold;  // empty before, the whole answer after
  ColumnRequest columns;              // what the fold reads
  std::optional<Selection> where;     // nothing: every event
  Time to = Time::latest();           // a customer whose events are all at or after it changes nothing
  std::size_t skipped = 0;            // set by scan: partitions that its last pass could do without
};

/// False when no event of such a part can matter to tasks of this selection (null: every event) and end.
bool may_concern(const PartSummary& part, const Selection* where, Time to);

struct ScanOptions {
  std::size_t threads = 0;  // 0: all cores
  /// Called from any thread after each partition, one call at a time.
  std::function<void(std::size_t done, std::size_t all)> progress;
  const std::atomic<bool>* cancelled = nullptr;
};

/// Runs the tasks; a fold that has a `next` is replaced by it and the events are read again, until none has. What the
/// summary of a partition shows not to concern a task is not read for it.
/// `labels` has one entry for each of the snapshot's event names. Throws `unavailable` when cancelled.
void scan(const store::Snapshot& snapshot, Labels labels, std::vector<Task>& tasks, const ScanOptions& options);

/// Events handed to a fold at a time: their columns stay in the cache while each fold reads them.
constexpr std::size_t batch_events = 32 * 1024;

/// Calls `visit(batch)` for batches that together are all journeys of the part, in order. `first_journey` is set.
template <class Visit>
void for_each_batch(const Part& part, Visit&& visit) {
  const auto journeys = part.journeys();
  for (std::size_t begin = 0; begin < journeys;) {
    const auto limit = part.first[begin] + batch_events;
    std::size_t end = begin + 1;
    while (end < journeys && part.first[end + 1] <= limit) ++end;
    visit(JourneyBatch{.size = end - begin,
                       .begin = part.first.data() + begin,
                       .end = part.first.data() + begin + 1,
                       .journeys = nullptr,
                       .first_journey = begin});
    begin = end;
  }
}

}  // namespace peregrine::engine
