// The general matcher of funnels whose steps have an order. It finds the furthest depth, then the earliest start that
// reaches it, then the earliest events for each step, under every rule of the parameters.
//
// For a depth d it computes backwards, for each step k and each hit h, the earliest hit with which step d can be filled
// when step k was filled by h (with any order of equal times: when h is the latest event so far). What may follow a hit
// is a contiguous range of later hits whose ends only move forward, so the minimum over it is a sliding window: each
// step costs one pass over the hits. Going forward again, the first event from which the deadline can still be met is
// taken.
//
// The plan of a depth does not depend on the start, so one for each depth tells of every hit how far an entry from
// there gets (survey). Which events fill the steps is then sought among the hits of the entry alone: entries laid end
// to end look at each hit a few times, however many there are.
#pragma once

#include <span>
#include <vector>

#include "analyses/funnel/hits.hpp"
#include "analyses/funnel/rules.hpp"

namespace peregrine::funnel {

/// How far the entry that begins at a hit gets.
struct Reach {
  /// Whether an exclusion takes the entry out. `late`: not one that ends with the hit `end`, but perhaps others before
  /// it; `perhaps`: only a look at its whole window can tell.
  enum class Removed : std::uint8_t { no, late, perhaps, yes };

  unsigned depth = 0;     // the last step filled, counted from 1; 0: no entry may begin here
  std::uint32_t end = 0;  // the hit with which it gets there first, not being taken out if that can be told
  Removed removed = Removed::no;
};

/// Owned by one thread: what it allocates is kept for the next journey.
class ChainMatcher {
 public:
  /// `hits` and `barriers` in row order, of one held value. False when no hit among `starts` is a first step in range.
  bool match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, Starts starts,
             Match& found);

  /// The reach of each hit. Valid until the next call of survey or match.
  std::span<const Reach> survey(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers);
  /// The entry that begins at a hit whose reach, of the same hits and barriers, is no 0.
  void enter(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, std::size_t start,
             const Reach& reach, Match& found);

 private:
  using Removed = Reach::Removed;

  bool may_start(std::size_t hit) const { return (hits_[hit].steps & 1) != 0 && rules_->may_start(hits_[hit].time); }
  bool movable(unsigned step) const { return ((rules_->movable >> step) & 1) != 0; }
  bool matches(std::size_t hit, unsigned step) const { return ((hits_[hit].steps >> step) & 1) != 0; }
  std::uint32_t& earliest(unsigned step, std::size_t hit) { return earliest_[step * hits_.size() + hit]; }

  void look_at(std::span<const Hit> hits, std::span<const Barrier> barriers);
  bool has_steps_up_to(unsigned last) const;
  template <class MayEnd>
  void plan(unsigned last, MayEnd&& may_end);
  void plan_back(unsigned last);
  void plan_all(unsigned last);
  void plan_latest(unsigned last);
  void plan_clean(unsigned last, std::int64_t deadline);
  void follow(unsigned step, unsigned next);
  bool reaches(std::size_t start);
  void choose(unsigned last, std::size_t start, Match& found);
  void find_reach(unsigned last, Starts starts);
  void judge(unsigned last, Starts starts);
  bool may_be_removed(unsigned last) const;
  bool is_removed(unsigned last, std::size_t hit, std::int64_t deadline, std::size_t& stop) const;
  void list_stops(unsigned last);
  std::size_t last_fill(std::int64_t deadline) const;
  bool enter_clean(std::span<const Hit> hits, std::span<const Barrier> barriers, std::size_t start, const Reach& reach,
                   Match& found);
  std::size_t look_at_entry(std::span<const Hit> hits, std::span<const Barrier> barriers, std::size_t start,
                            std::size_t last);

  const Rules* rules_ = nullptr;
  std::span<const Hit> hits_;
  std::span<const Barrier> barriers_;
  std::uint64_t present_ = 0;            // the steps that some hit can fill
  std::vector<std::uint32_t> earliest_;  // by step, then hit: a hit, or nothing
  std::vector<std::uint32_t> window_;    // hits of the sliding window, their earliest ends ascending
  std::vector<Reach> reach_;             // by hit
  std::vector<std::uint32_t> fills_;     // the hits that can fill the last step of the plan
  std::vector<std::uint32_t> stops_;     // the barriers that stop an entry after it
};

}  // namespace peregrine::funnel
