// The combinator `by`: any fold, once for each group of journeys. A journey's group is read at its first event in
// range, or where `by_at` says: at one of the events that the fold's figures stand on. Two passes: the first counts
// keys, the second folds the 10,000 groups with most journeys (then by name); all others are the group "other".
// Journeys without a key are the group "(none)".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fold/group_key.hpp"
#include "fold/running_fold.hpp"

namespace peregrine {

/// Which event of a journey its key is read at.
struct GroupAt {
  enum class Is : std::uint8_t { first_in_range, first, last, step, every };
  Is is = Is::first_in_range;
  std::size_t step = 0;  // from 0

  /// Reads `first`, `last`, `every` or the number of a step, of which there are `anchors`; 0: the fold names none.
  static GroupAt parse(std::string_view text, std::size_t anchors, std::string_view where);
  /// In words: "at the event of step 2".
  std::string words() const;
};

constexpr std::size_t max_groups = 10'000;

/// The first pass over `inner`; its `next()` is the second.
std::unique_ptr<RunningFold> group_by(GroupKey key, GroupAt at, const Scope& scope, std::unique_ptr<RunningFold> inner);

}  // namespace peregrine
