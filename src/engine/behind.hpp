// The customers behind a figure: the journeys which, observed alone under the same parameters, contribute to it.
// So the length of the list equals every figure that counts journeys.
#pragma once

#include <functional>
#include <span>

#include "engine/scan.hpp"

namespace peregrine::engine {

/// The journeys of a part, ascending; of the part that the task's filter made of the partition.
using FoundBehind = std::function<void(std::size_t partition, const Part& part, std::span<const std::size_t> journeys)>;

/// `task` has run: its fold is in its last pass, and `figure` is of its result. Calls `found` once for each partition
/// that has journeys behind the figure, from any thread, several at a time and in any order. It reads the columns of
/// `also`. `threads` 0 are all cores.
void for_each_behind(const store::Snapshot& snapshot, Labels labels, const Task& task, const ColumnRequest& also,
                     const Figure& figure, std::size_t threads, const FoundBehind& found);

}  // namespace peregrine::engine
