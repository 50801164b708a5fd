// The general matcher of funnels whose steps have an order. It finds the furthest depth, then the earliest start that
// reaches it, then the earliest events for each step, under every rule of the parameters.
//
// For a depth d it computes backwards, for each step k and each hit h, the earliest time at which step d can be filled
// when step k was filled by h (with any order of equal times: when h is the latest event so far). What may follow a hit
// is a contiguous range of later hits whose ends only move forward, so the minimum over it is a sliding window: each
// step costs one pass over the hits. Going forward again, the first event from which the deadline can still be met is
// taken.
#pragma once

#include <span>
#include <vector>

#include "analyses/funnel/hits.hpp"
#include "analyses/funnel/rules.hpp"

namespace peregrine::funnel {

/// Owned by one thread: what it allocates is kept for the next journey.
class ChainMatcher {
 public:
  /// `hits` and `barriers` in row order, of one held value. False when no hit among `starts` is a first step in range.
  bool match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, Starts starts,
             Match& found);

  /// True when after the last stop until `deadline` nothing fills step `last`, and each stop takes entries out: no
  /// chain to there that could go on until then is clean. Of the rules of the last match.
  bool all_removed_by(unsigned last, std::span<const Hit> hits, std::span<const Barrier> barriers,
                      std::int64_t deadline) const;

 private:
  bool may_start(std::size_t hit) const { return (hits_[hit].steps & 1) != 0 && rules_->may_start(hits_[hit].time); }
  bool movable(unsigned step) const { return ((rules_->movable >> step) & 1) != 0; }
  bool matches(std::size_t hit, unsigned step) const { return ((hits_[hit].steps >> step) & 1) != 0; }
  std::int64_t& earliest(unsigned step, std::size_t hit) { return earliest_[step * hits_.size() + hit]; }

  void look_at(std::span<const Hit> hits, std::span<const Barrier> barriers);
  template <class MayEnd>
  void plan(unsigned last, MayEnd&& may_end);
  void follow(unsigned step, unsigned next);
  bool reaches(std::size_t start) {
    const auto end = earliest(0, start);
    return end != never && end <= rules_->deadline(hits_[start].time);
  }
  std::size_t first_reaching(Starts starts);
  void choose(unsigned last, std::size_t start, Match& found);
  bool find_clean(unsigned last, Starts starts, Match& found);
  bool is_removed(unsigned last, std::size_t hit, std::int64_t deadline, std::size_t& stop) const;
  bool find_clean_by_start(unsigned last, Starts starts, Match& found);

  const Rules* rules_ = nullptr;
  std::span<const Hit> hits_;
  std::span<const Barrier> barriers_;
  std::vector<std::int64_t> earliest_;  // by step, then hit
  std::vector<std::uint32_t> window_;   // hits of the sliding window, their earliest times ascending
  std::vector<std::size_t> candidates_;
};

}  // namespace peregrine::funnel
