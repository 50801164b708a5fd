// The matcher of `entry: rolling`: one pass in the order of time in which each step remembers the newest start that has
// got there. A newer one takes its place; the first to get to the furthest step is the journey's entry.
//
// Events at the same time are taken by the number of the step that they fill (step_order, strictly_later) or as they
// arrived. An excluded event ends the entry that waits at its step, and takes the journey out when that is the
// furthest; a clean entry that gets as far brings it back. An excluded event at the time of a step does nothing.
//
// With `any_choice` each step remembers the newest start over all choices of different events, not over the choice
// that was first: only events at one time can be chosen from, and there an assignment of events to steps is sought.
#pragma once

#include <span>
#include <vector>

#include "analyses/funnel/hits.hpp"
#include "analyses/funnel/rules.hpp"

namespace peregrine::funnel {

/// Owned by one thread: what it allocates is kept for the next journey.
class RollingMatcher {
 public:
  /// `hits` and `barriers` in row order, of one held value; hits without steps are events of no step. False when
  /// nothing fills the first step in range.
  bool match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, Match& found);

 private:
  enum class End : std::uint8_t { open, stopped, removed };
  /// The newest entry that got to a step.
  struct Level {
    bool filled = false;
    End end = End::open;
    std::int64_t start = 0;
    std::int64_t time = 0;  // of the last step filled
    std::array<std::uint64_t, max_steps> rows;
  };
  /// An event that can fill a step, among those of one time.
  struct Choice {
    unsigned step = 0;
    std::uint64_t row = 0;
  };
  /// The hits and barriers of one time.
  struct Moment {
    std::int64_t time = 0;
    std::span<const Hit> hits;
    std::span<const Barrier> barriers;
  };

  bool may_be_skipped(unsigned step) const { return ((rules_->optional >> step) & 1) != 0; }
  void take(const Moment& moment);
  void take_in_turn(const Moment& moment);
  void take_by_step(const Moment& moment);
  void take_event(const Moment& moment, const Hit& hit);
  void take_step(const Moment& moment, std::uint64_t row, unsigned step);
  void take_barrier(const Barrier& barrier);
  void take_other();
  bool must_not(unsigned step);
  void clear_but(std::uint64_t steps);
  int previous_of(unsigned step, std::int64_t time) const;
  void fill(const Level& level, unsigned step, std::int64_t time, std::uint64_t row);

  void take_choices(const Moment& moment);
  void list_choices(std::span<const Hit> hits);
  std::span<const Choice> choices_of(unsigned step) const;
  bool choose(const Moment& moment, unsigned step, std::uint64_t forced);
  bool assign_all(unsigned first, unsigned last, std::uint64_t forced);
  bool assign(unsigned step, unsigned first, unsigned last);

  const Rules* rules_ = nullptr;
  Match* best_ = nullptr;
  bool stopped_ = false;  // nothing after this counts
  std::vector<Level> levels_;
  Level started_;              // what goes on to its next step, when that is no level
  std::vector<Level> before_;  // any_choice: as they were before the present time
  std::vector<Choice> choices_;
  std::array<std::size_t, max_steps + 1> first_choice_{};
  std::array<std::uint64_t, max_steps> chosen_{};  // any_choice: the row of each step, no_row while open
  std::vector<std::uint64_t> tried_;
};

}  // namespace peregrine::funnel
