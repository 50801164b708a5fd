// The combinator `over`: any fold, once for each period of the range, in one scan. A slice is the fold asked of its
// period alone: its anchors lie in the period, and what came before is context.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fold/running_fold.hpp"
#include "model/calendar.hpp"

namespace peregrine {

constexpr std::size_t max_slices = 1'000;

struct Slice {
  std::string start;  // its first moment in the zone of the question: a date, or date and time
  Scope scope;        // the question's, within this period
};

/// Cuts a range into periods in its zone; the first and the last may be shorter. An open end of the range ends with the
/// period of the oldest or the newest event. Throws `invalid` when there are too many.
std::vector<Slice> cut_range(const Scope& scope, Time oldest, Bucket period, std::string_view where);

/// `folds` has one for each slice, with its scope. What a batch that is observed points to must stay until the part is
/// left.
std::unique_ptr<RunningFold> fold_over(Bucket period, std::vector<Slice> slices,
                                       std::vector<std::unique_ptr<RunningFold>> folds);

}  // namespace peregrine
