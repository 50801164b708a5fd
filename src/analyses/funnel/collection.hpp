// The matcher of unordered funnels: how many different steps an entry has within its window, one event for each.
//
// Events are taken in order; one that can fill a further step, perhaps after those before it change places (an
// augmenting path), adds to the depth. Only the first few events of each step can matter: as many as there are steps
// that share events.
#pragma once

#include <span>
#include <vector>

#include "analyses/funnel/hits.hpp"
#include "analyses/funnel/rules.hpp"

namespace peregrine::funnel {

/// Owned by one thread: what it allocates is kept for the next journey.
class CollectionMatcher {
 public:
  /// As ChainMatcher::match; every hit in range may begin an entry.
  bool match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, Starts starts,
             Match& found);

 private:
  void list(const Rules& rules, std::span<const Hit> hits);
  void collect(std::size_t start, Match& found);
  bool place(std::size_t candidate, std::uint64_t& tried);
  void stop(Match& found) const;

  const Rules* rules_ = nullptr;
  std::span<const Hit> hits_;
  std::span<const Barrier> barriers_;
  unsigned shared_ = 1;                              // events of a step that can matter
  std::vector<std::vector<std::uint32_t>> of_step_;  // hits of each step
  std::vector<std::size_t> next_of_step_;            // the first of them at or after the start
  std::vector<std::uint32_t> candidates_;
  std::array<std::uint32_t, max_steps> filled_by_{};
};

}  // namespace peregrine::funnel
