#include "analyses/funnel/collection.hpp"

#include <algorithm>
#include <bit>

namespace peregrine::funnel {

namespace {

constexpr std::uint32_t nobody = ~std::uint32_t{0};

}  // namespace

void CollectionMatcher::list(const Rules& rules, std::span<const Hit> hits) {
  of_step_.resize(rules.steps);
  next_of_step_.assign(rules.steps, 0);
  for (auto& list : of_step_) list.clear();
  for (std::size_t hit = 0; hit < hits.size(); ++hit) {
    for (auto left = hits[hit].steps; left != 0; left &= left - 1) {
      of_step_[static_cast<std::size_t>(std::countr_zero(left))].push_back(static_cast<std::uint32_t>(hit));
    }
  }
  shared_ = rules.reuse ? 1 : std::max(1u, rules.steps - static_cast<unsigned>(std::popcount(rules.apart)));
}

bool CollectionMatcher::match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers,
                              Starts starts, Match& found) {
  rules_ = &rules;
  hits_ = hits;
  barriers_ = barriers;
  list(rules, hits);
  found.depth = 0;
  Match each;
  for (auto start = starts.first; start < starts.last; ++start) {
    if (!rules.may_start(hits[start].time)) continue;
    collect(start, each);
    if (each.depth > found.depth || (each.depth == found.depth && each.clean && !found.clean)) found = each;
    if (found.depth == rules.steps) break;
  }
  return found.depth > 0;
}

/// Finds a step for a candidate, moving earlier ones to other steps where that makes room.
bool CollectionMatcher::place(std::size_t candidate, std::uint64_t& tried) {
  for (auto left = hits_[candidate].steps & ~tried; left != 0; left &= ~tried) {
    const auto step = static_cast<std::size_t>(std::countr_zero(left));
    tried |= std::uint64_t{1} << step;
    if (filled_by_[step] == nobody || place(filled_by_[step], tried)) {
      filled_by_[step] = static_cast<std::uint32_t>(candidate);
      return true;
    }
  }
  return false;
}

void CollectionMatcher::collect(std::size_t start, Match& found) {
  const auto deadline = rules_->deadline(hits_[start].time);
  candidates_.clear();
  for (unsigned step = 0; step < rules_->steps; ++step) {
    const auto& list = of_step_[step];
    auto& next = next_of_step_[step];
    while (next < list.size() && list[next] < start) ++next;
    const unsigned wanted = ((rules_->apart >> step) & 1) != 0 ? 1 : shared_;
    for (auto i = next; i < list.size() && i < next + wanted && hits_[list[i]].time <= deadline; ++i) {
      candidates_.push_back(list[i]);
    }
  }
  std::sort(candidates_.begin(), candidates_.end());
  candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());

  found.depth = 0;
  found.clean = true;
  found.start = hits_[start].time;
  std::fill_n(filled_by_.begin(), rules_->steps, nobody);
  for (const auto candidate : candidates_) {
    // One event for several steps: as many as it is the first for. Else one, if room can be made for it.
    unsigned gained = 0;
    if (rules_->reuse) {
      for (auto left = hits_[candidate].steps; left != 0; left &= left - 1) {
        auto& filled_by = filled_by_[static_cast<std::size_t>(std::countr_zero(left))];
        gained += filled_by == nobody ? 1u : 0u;
        if (filled_by == nobody) filled_by = candidate;
      }
    } else {
      std::uint64_t tried = 0;
      gained = place(candidate, tried) ? 1 : 0;
    }
    for (; gained > 0; --gained) found.rows[found.depth++] = hits_[candidate].row;
  }
  if (!barriers_.empty()) stop(found);
  found.last_row = found.rows[found.depth - 1];
  found.last_time = std::lower_bound(hits_.begin(), hits_.end(), found.last_row, [](const Hit& hit, std::uint64_t row) {
                      return hit.row < row;
                    })->time;
}

/// Cuts an entry where an excluded event stops it.
void CollectionMatcher::stop(Match& found) const {
  const auto deadline = rules_->deadline(found.start);
  for (unsigned depth = 1; depth <= found.depth && depth < rules_->steps; ++depth) {
    const auto acting = rules_->after(depth);
    if (acting == 0) continue;
    const auto row = found.rows[depth - 1];
    const auto until = depth < found.depth ? found.rows[depth] : no_row;
    auto barrier = std::upper_bound(barriers_.begin(), barriers_.end(), row,
                                    [](std::uint64_t at, const Barrier& each) { return at < each.row; });
    while (barrier != barriers_.end() && (barrier->exclusions & acting) == 0) ++barrier;
    if (barrier == barriers_.end() || barrier->row >= until || barrier->time > deadline) continue;
    found.depth = depth;
    found.clean = (barrier->exclusions & acting & rules_->removing()) == 0;
    return;
  }
}

}  // namespace peregrine::funnel
