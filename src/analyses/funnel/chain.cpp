#include "analyses/funnel/chain.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace peregrine::funnel {

namespace {

constexpr std::size_t nowhere = ~std::size_t{0};

}  // namespace

void ChainMatcher::look_at(std::span<const Hit> hits, std::span<const Barrier> barriers) {
  hits_ = hits;
  barriers_ = barriers;
  const auto cells = hits.size() * rules_->steps;
  if (earliest_.size() < cells) earliest_.resize(cells);
  if (window_.size() < hits.size()) window_.resize(hits.size());
}

/// Fills `earliest` for the steps 0 to `last`, for chains that end with `last` at a hit for which `may_end` holds.
template <class MayEnd>
void ChainMatcher::plan(unsigned last, MayEnd&& may_end) {
  const bool any_order = rules_->same_time == SameTime::any_order;
  for (std::size_t hit = 0; hit < hits_.size(); ++hit) {
    const bool ends = (any_order || matches(hit, last)) && may_end(hit);
    earliest(last, hit) = ends ? hits_[hit].time : never;
  }
  for (unsigned step = last; step-- > 0;) {
    std::fill_n(&earliest(step, 0), hits_.size(), never);
    for (unsigned next = step + 1; next <= last; ++next) {
      follow(step, next);
      if (((rules_->optional >> next) & 1) == 0) break;
    }
  }
}

/// Lowers `earliest(step, .)` by what can be reached when `next` is the step filled after `step`.
void ChainMatcher::follow(unsigned step, unsigned next) {
  const auto acting = rules_->between(step + 1, next + 1);
  const bool any_order = rules_->same_time == SameTime::any_order;
  const bool later_only = rules_->same_time == SameTime::strictly_later;
  const bool same_event = rules_->reuse && rules_->same_time == SameTime::arrival && rules_->gap == 0;
  const std::size_t count = hits_.size();
  std::size_t low = 0, in_window = 0, before_barrier = 0, barrier = 0, pushed = 0, head = 0, tail = 0;
  std::size_t latest_next = nowhere;  // the latest hit so far that can fill `next`

  for (std::size_t hit = 0; hit < count; ++hit) {
    if (matches(hit, next)) latest_next = hit;
    if (!any_order && !matches(hit, step)) continue;
    const auto time = hits_[hit].time;

    low = std::max(low, hit + 1);
    while (low < count && passed(time, hits_[low].time) < rules_->gap) ++low;
    if (later_only) {
      while (low < count && passed(time, hits_[low].time) <= rules_->tolerance) ++low;
    }
    std::size_t high = count;  // one past the last hit that may follow
    if (rules_->from_previous) {
      while (in_window < count && passed(time, hits_[in_window].time) <= rules_->window) ++in_window;
      high = std::min(high, in_window);
    }
    if (acting != 0) {
      while (barrier < barriers_.size() &&
             (barriers_[barrier].row <= hits_[hit].row || (barriers_[barrier].exclusions & acting) == 0)) {
        ++barrier;
      }
      if (barrier < barriers_.size()) {
        while (before_barrier < count && hits_[before_barrier].row <= barriers_[barrier].row) ++before_barrier;
        high = std::min(high, before_barrier);
      }
    }
    if (rules_->is_direct(next)) {
      const bool adjacent = hit + 1 < count && hits_[hit + 1].row == hits_[hit].row + 1;
      high = std::min(high, hit + 1 + static_cast<std::size_t>(adjacent));
    }

    for (; pushed < high; ++pushed) {
      if (!matches(pushed, next) || earliest(next, pushed) == never) continue;
      while (tail > head && earliest(next, window_[tail - 1]) >= earliest(next, pushed)) --tail;
      window_[tail++] = static_cast<std::uint32_t>(pushed);
    }
    while (head < tail && window_[head] < low) ++head;
    auto& best = earliest(step, hit);
    if (head < tail) best = std::min(best, earliest(next, window_[head]));

    const bool moved =
        movable(next) && latest_next != nowhere && passed(hits_[latest_next].time, time) <= rules_->tolerance;
    if (moved || (same_event && latest_next == hit)) best = std::min(best, earliest(next, hit));
  }
}

std::size_t ChainMatcher::first_reaching(Starts starts) {
  for (auto start = starts.first; start < starts.last; ++start) {
    if (may_start(start) && reaches(start)) return start;
  }
  return nowhere;
}

/// The earliest events for each step, by the plan for `last`. A step that may be skipped is filled where it can be.
void ChainMatcher::choose(unsigned last, std::size_t start, Match& found) {
  const auto deadline = rules_->deadline(hits_[start].time);
  const bool same_event = rules_->reuse && rules_->same_time == SameTime::arrival && rules_->gap == 0;
  found.depth = last + 1;
  found.clean = true;
  found.start = hits_[start].time;
  found.rows[0] = hits_[start].row;
  std::size_t latest = start;

  const auto fits = [&](unsigned step, std::size_t hit) {
    return earliest(step, hit) != never && earliest(step, hit) <= deadline;
  };
  // What may follow `latest`: the same bounds as in `follow`, for one hit.
  const auto find_next = [&](unsigned before, unsigned next) -> std::size_t {
    const auto& from = hits_[latest];
    if (movable(next) && fits(next, latest)) {
      auto hit = latest;
      while (hit > 0 && passed(hits_[hit - 1].time, from.time) <= rules_->tolerance) --hit;
      for (; hit <= latest; ++hit) {
        if (matches(hit, next)) return hit;
      }
    }
    if (same_event && matches(latest, next) && fits(next, latest)) return latest;
    const auto acting = rules_->between(before + 1, next + 1);
    auto barrier_row = no_row;
    if (acting != 0) {
      auto barrier = std::upper_bound(barriers_.begin(), barriers_.end(), from.row,
                                      [](std::uint64_t row, const Barrier& each) { return row < each.row; });
      while (barrier != barriers_.end() && (barrier->exclusions & acting) == 0) ++barrier;
      if (barrier != barriers_.end()) barrier_row = barrier->row;
    }
    for (auto hit = latest + 1; hit < hits_.size(); ++hit) {
      const auto since = passed(from.time, hits_[hit].time);
      if (hits_[hit].row > barrier_row || (rules_->from_previous && since > rules_->window)) break;
      if (hits_[hit].time > deadline) break;
      if (rules_->is_direct(next) && hits_[hit].row != from.row + 1) break;
      if (since < rules_->gap) continue;
      if (rules_->same_time == SameTime::strictly_later && since <= rules_->tolerance) continue;
      if (matches(hit, next) && fits(next, hit)) return hit;
    }
    return nowhere;
  };

  for (unsigned before = 0, next = 1; next <= last; ++next) {
    const auto hit = find_next(before, next);
    if (hit == nowhere) {
      PEREGRINE_CHECK(((rules_->optional >> next) & 1) != 0 && next < last);
      found.rows[next] = no_row;
      continue;
    }
    found.rows[next] = hits_[hit].row;
    latest = std::max(latest, hit);
    before = next;
  }
  found.last_row = hits_[latest].row;
  found.last_time = hits_[latest].time;
}

bool ChainMatcher::match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers,
                         Starts starts, Match& found) {
  rules_ = &rules;
  look_at(hits, barriers);
  std::uint64_t present = 0;
  for (const auto& hit : hits) present |= hit.steps;
  for (unsigned last = rules.steps; last-- > 0;) {
    const auto upto = last == 63 ? ~std::uint64_t{0} : (std::uint64_t{2} << last) - 1;
    const auto needed = (upto & ~rules.optional) | (std::uint64_t{1} << last);
    if ((present & needed) != needed) continue;
    plan(last, [](std::size_t) { return true; });
    const auto start = first_reaching(starts);
    if (start == nowhere) continue;
    if (!find_clean(last, starts, found)) {
      plan(last, [](std::size_t) { return true; });
      choose(last, start, found);
      found.clean = false;
    }
    return true;
  }
  return false;
}

/// Of the chains that end with `last`, the first that no exclusion takes out. Expects the plan for `last`.
bool ChainMatcher::find_clean(unsigned last, Starts starts, Match& found) {
  const auto removing = rules_->after(last + 1) & rules_->removing();
  const bool any = removing != 0 && std::any_of(barriers_.begin(), barriers_.end(), [&](const Barrier& barrier) {
                     return (barrier.exclusions & removing) != 0;
                   });
  // The end of the window is known from the last step alone when it is measured from there.
  if (any && !rules_->from_previous && last > 0) return find_clean_by_start(last, starts, found);
  if (any)
    plan(last, [&, stop = std::size_t{0}](std::size_t hit) mutable {
      return !is_removed(last, hit, later(hits_[hit].time, rules_->window), stop);
    });
  const auto start = first_reaching(starts);
  if (start == nowhere) return false;
  choose(last, start, found);
  return true;
}

/// True when the first exclusion that stops an entry after `last` at `hit` takes it out. `stop` only moves forward.
bool ChainMatcher::is_removed(unsigned last, std::size_t hit, std::int64_t deadline, std::size_t& stop) const {
  const auto acting = rules_->after(last + 1);
  while (stop < barriers_.size() &&
         (barriers_[stop].row <= hits_[hit].row || (barriers_[stop].exclusions & acting) == 0)) {
    ++stop;
  }
  return stop < barriers_.size() && barriers_[stop].time <= deadline &&
         (barriers_[stop].exclusions & acting & rules_->removing()) != 0;
}

bool ChainMatcher::all_removed_by(unsigned last, std::span<const Hit> hits, std::span<const Barrier> barriers,
                                  std::int64_t deadline) const {
  const auto acting = rules_->after(last + 1);
  // In any order of equal times an entry may end with a later event of an earlier step.
  if ((acting & ~rules_->removing()) != 0 || rules_->same_time == SameTime::any_order) return false;
  auto stop = std::partition_point(barriers.begin(), barriers.end(),
                                   [&](const Barrier& each) { return each.time <= deadline; });
  while (stop != barriers.begin() && ((stop - 1)->exclusions & acting) == 0) --stop;
  if (stop == barriers.begin()) return false;
  const auto row = (stop - 1)->row;
  auto hit = std::partition_point(hits.begin(), hits.end(), [&](const Hit& each) { return each.row < row; });
  while (hit != hits.end() && hit->time <= deadline && ((hit->steps >> last) & 1) == 0) ++hit;
  return hit == hits.end() || hit->time > deadline;
}

/// With a window from the first step, whether a stop comes in time depends on the start: each has a plan of its own.
bool ChainMatcher::find_clean_by_start(unsigned last, Starts starts, Match& found) {
  const auto hits = hits_;
  const auto barriers = barriers_;
  candidates_.clear();
  for (auto start = starts.first; start < starts.last; ++start) {
    if (may_start(start) && reaches(start)) candidates_.push_back(start);
  }
  for (const auto start : candidates_) {
    const auto time = hits[start].time;
    const auto deadline = rules_->deadline(time);
    if (all_removed_by(last, hits, barriers, deadline)) continue;
    const auto at = hits.begin() + static_cast<std::ptrdiff_t>(start);
    const auto low = std::partition_point(hits.begin(), at,
                                          [&](const Hit& hit) { return passed(hit.time, time) > rules_->tolerance; });
    const auto high = std::partition_point(at, hits.end(), [&](const Hit& hit) { return hit.time <= deadline; });
    const auto first_barrier = std::partition_point(barriers.begin(), barriers.end(),
                                                    [&](const Barrier& each) { return each.row < low->row; });
    look_at({low, high}, {first_barrier, barriers.end()});
    plan(last, [&, stop = std::size_t{0}](std::size_t hit) mutable { return !is_removed(last, hit, deadline, stop); });
    const auto here = static_cast<std::size_t>(at - low);
    if (!reaches(here)) continue;
    choose(last, here, found);
    return true;
  }
  look_at(hits, barriers);
  return false;
}

}  // namespace peregrine::funnel
