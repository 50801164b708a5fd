// Rules are a funnel's parameters as the matchers use them: numbers and bit masks, steps counted from 0.
// Plain facts, made once for each State, never changed.
#pragma once

#include <array>
#include <cstdint>

#include "analyses/funnel/params.hpp"
#include "base/elapsed.hpp"
#include "model/journey.hpp"

namespace peregrine::funnel {

constexpr std::int64_t never = Time::latest().micros;

/// The nearest multiple of `unit`, halves up. `unit` > 0.
std::int64_t rounded(std::int64_t time, std::int64_t unit);

struct Rules {
  /// An excluded event acts after a journey has filled `from` steps and until it has filled `until` (counted from 1).
  struct Excluded {
    unsigned from = 0;
    unsigned until = 0;
    bool removes = false;
  };

  Rules(const Params& params, const Scope& scope);

  unsigned steps = 0;
  std::int64_t window = 0;
  std::int64_t gap = 0;
  std::int64_t tolerance = 0;
  Order order = Order::ordered;
  SameTime same_time = SameTime::arrival;
  Entry entry = Entry::best;
  Count count = Count::journeys;
  bool from_previous = false;  // the window is measured from the previous step
  bool reuse = false;
  bool held = false;
  std::uint64_t optional = 0;   // bit k: step k may be skipped
  std::uint64_t direct = 0;     // bit k: no event may lie between the step before and step k
  std::uint64_t apart = 0;      // bit k: no event can fill both step k and another one
  bool round = false;           // times are rounded
  bool everybody = false;       // every entry counts as matured
  bool stop_at_other = false;   // rolling: what comes after an event of no step, or of a later one, does not count
  bool stop_at_repeat = false;  // rolling: what comes after a repeated step does not count
  bool ignore_early = false;    // rolling: with stop_at_other, an event of a later step stops nothing
  bool any_choice = false;      // rolling: every choice of different events is tried, not the first that fits
  std::uint64_t movable = 0;    // bit k: step k may be filled by an event before the latest one, within the tolerance
  bool prefix_decides = false;  // ordered: with which events an entry first gets somewhere, no later event changes
  unsigned excluded_count = 0;
  std::array<Excluded, max_exclusions> excluded{};

  std::int64_t from = 0;  // the entry lies in [from, to)
  std::int64_t to = 0;
  std::int64_t end = 0;      // events at or after this do not count
  std::int64_t horizon = 0;  // an entry is matured when its window has ended by then

  bool matured(std::int64_t start) const { return everybody || (start <= never - window && start + window <= horizon); }
  /// Events that can fill no step matter.
  bool sees_others() const { return entry == Entry::rolling && (stop_at_other || order == Order::strict); }
  bool may_start(std::int64_t time) const { return from <= time && time < to; }
  /// The last moment at which an entry that began at `start` can go on.
  std::int64_t deadline(std::int64_t start) const { return from_previous ? never : later(start, window); }
  bool is_direct(unsigned step) const { return ((direct >> step) & 1) != 0; }
  /// Nothing that comes later can belong to an entry that began at `start`.
  std::int64_t latest_end(std::int64_t start) const;
  /// The exclusions that forbid going from `before` filled (last filled step, from 1) to step `next` (from 1).
  std::uint32_t between(unsigned before, unsigned next) const;
  /// The exclusions that act after an entry has got to step `depth` (from 1) and no further.
  std::uint32_t after(unsigned depth) const;
  std::uint32_t removing() const;
};

}  // namespace peregrine::funnel
