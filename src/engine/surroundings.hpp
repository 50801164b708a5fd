// Counts where the events of some names stand in journeys: which roles come before and after them, early or late, once
// or often. What an unknown name means is guessed from it (model/role_guess.hpp).
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "model/role_guess.hpp"
#include "store/store.hpp"

namespace peregrine::engine {

/// The group of an event code whose events are not counted.
constexpr std::uint32_t no_group = std::numeric_limits<std::uint32_t>::max();

/// One Surroundings a group. `group_of` has the group of each of the labels, below `groups`, or no_group; `labels` says
/// which roles stand around. Reads every event once, on the calling thread.
std::vector<Surroundings> count_surroundings(const store::Snapshot& snapshot, Labels labels,
                                             std::span<const std::uint32_t> group_of, std::size_t groups);

}  // namespace peregrine::engine
