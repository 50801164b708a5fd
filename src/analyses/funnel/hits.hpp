// Hits are the events of one journey that can fill a step, and Barriers those that an exclusion names. A Match is what
// a matcher found in them. The matchers see nothing else of a journey.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "analyses/funnel/params.hpp"

namespace peregrine::funnel {

struct Hit {
  std::uint64_t row = 0;
  std::int64_t time = 0;
  std::uint64_t steps = 0;  // bit k: it can fill step k
  std::uint64_t held = 0;   // the value of the property that must stay the same
  std::uint64_t place = 0;  // in the journey: no other event lies between two hits whose places follow one another
};

struct Barrier {
  std::uint64_t row = 0;
  std::int64_t time = 0;
  std::uint32_t exclusions = 0;  // bit e: exclusion e names it
  bool for_all = true;           // it has no value of the property that must stay the same: it acts on every value
  std::uint64_t held = 0;
};

constexpr std::uint64_t no_row = ~std::uint64_t{0};

struct Match {
  unsigned depth = 0;          // the last step filled, counted from 1; 0: nothing was found
  bool clean = true;           // false: stopped by an exclusion that takes the entry out
  std::int64_t start = 0;      // time of the entry
  std::uint64_t last_row = 0;  // the latest of its events
  std::int64_t last_time = 0;
  std::array<std::uint64_t, max_steps> rows;  // of the steps below depth; no_row for one that was skipped
};

/// Which hits may begin an entry: those from index `first` on, before `last`.
struct Starts {
  std::size_t first = 0;
  std::size_t last = 0;
};

}  // namespace peregrine::funnel
