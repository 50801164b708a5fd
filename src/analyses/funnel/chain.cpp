#include "analyses/funnel/chain.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace peregrine::funnel {

namespace {

constexpr std::size_t nowhere = ~std::size_t{0};
constexpr std::uint32_t nothing = ~std::uint32_t{0};  // as earliest end: there is none

/// The last hit that may belong to an entry which begins at `start`.
std::size_t last_in_reach(const Rules& rules, std::span<const Hit> hits, std::size_t start) {
  const auto until = rules.latest_end(hits[start].time);
  const auto rest = hits.subspan(start);
  const auto end = std::partition_point(rest.begin(), rest.end(), [&](const Hit& hit) { return hit.time <= until; });
  return start + static_cast<std::size_t>(end - rest.begin()) - 1;
}

}  // namespace

void ChainMatcher::look_at(std::span<const Hit> hits, std::span<const Barrier> barriers) {
  hits_ = hits;
  barriers_ = barriers;
  const auto cells = hits.size() * rules_->steps;
  if (earliest_.size() < cells) earliest_.resize(cells);
  if (window_.size() < hits.size()) window_.resize(hits.size());
}

/// Looks at the hits of one entry alone: those up to `last` and, where equal times may come in any order, those shortly
/// before. Returns the place of `start` among them.
std::size_t ChainMatcher::look_at_entry(std::span<const Hit> hits, std::span<const Barrier> barriers, std::size_t start,
                                        std::size_t last) {
  auto first = start;
  if (rules_->same_time == SameTime::any_order) {
    while (first > 0 && passed(hits[first - 1].time, hits[start].time) <= rules_->tolerance) --first;
  }
  const auto after = std::upper_bound(barriers.begin(), barriers.end(), hits[first].row,
                                      [](std::uint64_t row, const Barrier& each) { return row < each.row; });
  look_at(hits.subspan(first, last + 1 - first), {after, barriers.end()});
  return start - first;
}

/// False when a step that may not be skipped has no hit at all.
bool ChainMatcher::has_steps_up_to(unsigned last) const {
  const auto upto = last == 63 ? ~std::uint64_t{0} : (std::uint64_t{2} << last) - 1;
  const auto needed = (upto & ~rules_->optional) | (std::uint64_t{1} << last);
  return (present_ & needed) == needed;
}

/// Fills `earliest` for the steps 0 to `last`, for chains that end with `last` at a hit for which `may_end` holds.
template <class MayEnd>
void ChainMatcher::plan(unsigned last, MayEnd&& may_end) {
  const bool any_order = rules_->same_time == SameTime::any_order;
  for (std::size_t hit = 0; hit < hits_.size(); ++hit) {
    const bool ends = (any_order || matches(hit, last)) && may_end(hit);
    earliest(last, hit) = ends ? static_cast<std::uint32_t>(hit) : nothing;
  }
  plan_back(last);
}

/// Fills `earliest` for the steps before `last` from what it is for that.
void ChainMatcher::plan_back(unsigned last) {
  for (unsigned step = last; step-- > 0;) {
    std::fill_n(&earliest(step, 0), hits_.size(), nothing);
    for (unsigned next = step + 1; next <= last; ++next) {
      follow(step, next);
      if (((rules_->optional >> next) & 1) == 0) break;
    }
  }
}

/// The same with the latest hit instead of the earliest, counted from the end.
void ChainMatcher::plan_latest(unsigned last) {
  const auto count = static_cast<std::uint32_t>(hits_.size());
  const bool any_order = rules_->same_time == SameTime::any_order;
  for (std::uint32_t hit = 0; hit < count; ++hit) {
    earliest(last, hit) = any_order || matches(hit, last) ? count - 1 - hit : nothing;
  }
  plan_back(last);
}

void ChainMatcher::plan_all(unsigned last) {
  plan(last, [](std::size_t) { return true; });
}

/// For chains that no exclusion takes out before the deadline, which is that of their end when it is measured from
/// there.
void ChainMatcher::plan_clean(unsigned last, std::int64_t deadline) {
  plan(last, [&, stop = std::size_t{0}](std::size_t hit) mutable {
    return !is_removed(last, hit, rules_->from_previous ? later(hits_[hit].time, rules_->window) : deadline, stop);
  });
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
      while (barrier < barriers_.size() && barriers_[barrier].row < hits_.back().row &&
             (barriers_[barrier].row <= hits_[hit].row || (barriers_[barrier].exclusions & acting) == 0)) {
        ++barrier;
      }
      if (barrier < barriers_.size()) {
        while (before_barrier < count && hits_[before_barrier].row <= barriers_[barrier].row) ++before_barrier;
        high = std::min(high, before_barrier);
      }
    }
    if (rules_->is_direct(next)) {
      const bool adjacent = hit + 1 < count && hits_[hit + 1].place == hits_[hit].place + 1;
      high = std::min(high, hit + 1 + static_cast<std::size_t>(adjacent));
    }

    for (; pushed < high; ++pushed) {
      if (!matches(pushed, next) || earliest(next, pushed) == nothing) continue;
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

bool ChainMatcher::reaches(std::size_t start) {
  const auto end = earliest(0, start);
  return end != nothing && hits_[end].time <= rules_->deadline(hits_[start].time);
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
    return earliest(step, hit) != nothing && hits_[earliest(step, hit)].time <= deadline;
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
      const auto last_row = hits_.back().row;
      while (barrier != barriers_.end() && barrier->row < last_row && (barrier->exclusions & acting) == 0) ++barrier;
      if (barrier != barriers_.end()) barrier_row = barrier->row;
    }
    for (auto hit = latest + 1; hit < hits_.size(); ++hit) {
      const auto since = passed(from.time, hits_[hit].time);
      if (hits_[hit].row > barrier_row || (rules_->from_previous && since > rules_->window)) break;
      if (hits_[hit].time > deadline) break;
      if (rules_->is_direct(next) && hits_[hit].place != from.place + 1) break;
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
  present_ = 0;
  for (const auto& hit : hits) present_ |= hit.steps;
  for (unsigned last = rules.steps; last-- > 0;) {
    if (!has_steps_up_to(last)) continue;
    plan_all(last);
    auto start = starts.first;
    while (start < starts.last && !(may_start(start) && reaches(start))) ++start;
    if (start == starts.last) continue;
    if (!may_be_removed(last)) {
      choose(last, start, found);
      return true;
    }
    reach_.assign(hits.size(), {});
    find_reach(last, starts);
    judge(last, starts);
    for (auto clean = start; clean < starts.last; ++clean) {
      const auto& reach = reach_[clean];
      if (reach.depth != 0 && reach.removed != Removed::yes && enter_clean(hits, barriers, clean, reach, found)) {
        return true;
      }
    }
    enter(rules, hits, barriers, start, {last + 1, reach_[start].end, Removed::yes}, found);
    return true;
  }
  return false;
}

std::span<const Reach> ChainMatcher::survey(const Rules& rules, std::span<const Hit> hits,
                                            std::span<const Barrier> barriers) {
  rules_ = &rules;
  look_at(hits, barriers);
  present_ = 0;
  for (const auto& hit : hits) present_ |= hit.steps;
  reach_.assign(hits.size(), {});
  const Starts all{0, hits.size()};
  for (unsigned last = rules.steps; last-- > 0;) {
    if (!has_steps_up_to(last)) continue;
    plan_all(last);
    find_reach(last, all);
    if (may_be_removed(last)) judge(last, all);
  }
  return reach_;
}

/// The starts that get to `last` and, as far as was looked, no further. Expects the plan of all chains.
void ChainMatcher::find_reach(unsigned last, Starts starts) {
  for (auto start = starts.first; start < starts.last; ++start) {
    if (reach_[start].depth == 0 && may_start(start) && reaches(start)) {
      reach_[start] = {last + 1, earliest(0, start), Removed::no};
    }
  }
}

/// Which of the starts that get to `last` are taken out. With a window from the first step, whether a stop comes in
/// time depends on the start: a chain that none follows, or first one that does not take it out, is clean for each; of
/// the others, one that ends after the last stop in time.
void ChainMatcher::judge(unsigned last, Starts starts) {
  list_stops(last);
  plan_clean(last, never);
  bool open = false;
  for (auto start = starts.first; start < starts.last; ++start) {
    auto& reach = reach_[start];
    if (reach.depth != last + 1) continue;
    if (reaches(start)) {
      const bool first = rules_->from_previous || earliest(0, start) == reach.end;
      reach = {last + 1, earliest(0, start), first ? Removed::no : Removed::late};
    } else {
      reach.removed = rules_->from_previous ? Removed::yes : Removed::perhaps;
      open = open || !rules_->from_previous;
    }
  }
  if (!open) return;
  plan_latest(last);
  for (auto start = starts.first; start < starts.last; ++start) {
    auto& reach = reach_[start];
    if (reach.depth != last + 1 || reach.removed != Removed::perhaps) continue;
    const auto deadline = rules_->deadline(hits_[start].time);
    const auto stop = std::partition_point(stops_.begin(), stops_.end(),
                                           [&](std::uint32_t each) { return barriers_[each].time <= deadline; });
    const auto latest = std::min(hits_.size() - 1 - earliest(0, start), last_fill(deadline));
    if (stop != stops_.begin() && hits_[latest].row < barriers_[*(stop - 1)].row) reach.removed = Removed::yes;
  }
}

/// False when no exclusion can take out an entry that ends with `last`.
bool ChainMatcher::may_be_removed(unsigned last) const {
  const auto removing = rules_->after(last + 1) & rules_->removing();
  return removing != 0 && std::any_of(barriers_.begin(), barriers_.end(),
                                      [&](const Barrier& barrier) { return (barrier.exclusions & removing) != 0; });
}

/// True when the first exclusion that stops an entry after `last` at `hit` takes it out. `stop` only moves forward.
bool ChainMatcher::is_removed(unsigned last, std::size_t hit, std::int64_t deadline, std::size_t& stop) const {
  const auto acting = rules_->after(last + 1);
  while (stop < barriers_.size() &&
         (barriers_[stop].row <= hits_[hit].row ||
          ((barriers_[stop].exclusions & acting) == 0 && barriers_[stop].time <= deadline))) {
    ++stop;
  }
  return stop < barriers_.size() && barriers_[stop].time <= deadline &&
         (barriers_[stop].exclusions & acting & rules_->removing()) != 0;
}

/// What stops a chain up to `last`, and the hits that can be its latest.
void ChainMatcher::list_stops(unsigned last) {
  const auto acting = rules_->after(last + 1);
  const bool any_order = rules_->same_time == SameTime::any_order;
  fills_.clear();
  stops_.clear();
  for (std::size_t hit = 0; hit < hits_.size(); ++hit) {
    if (any_order || matches(hit, last)) fills_.push_back(static_cast<std::uint32_t>(hit));
  }
  for (std::size_t barrier = 0; barrier < barriers_.size(); ++barrier) {
    if ((barriers_[barrier].exclusions & acting) != 0) stops_.push_back(static_cast<std::uint32_t>(barrier));
  }
}

/// The last listed hit until `deadline`; the first of all when there is none.
std::size_t ChainMatcher::last_fill(std::int64_t deadline) const {
  const auto fill = std::partition_point(fills_.begin(), fills_.end(),
                                         [&](std::uint32_t each) { return hits_[each].time <= deadline; });
  return fill == fills_.begin() ? 0 : *(fill - 1);
}

void ChainMatcher::enter(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers,
                         std::size_t start, const Reach& reach, Match& found) {
  rules_ = &rules;
  if (reach.removed != Removed::yes && enter_clean(hits, barriers, start, reach, found)) return;
  const auto last = rules.prefix_decides ? reach.end : last_in_reach(rules, hits, start);
  const auto here = look_at_entry(hits, barriers, start, last);
  plan_all(reach.depth - 1);
  choose(reach.depth - 1, here, found);
  found.clean = false;
}

/// False when it turns out that an exclusion takes the entry out.
bool ChainMatcher::enter_clean(std::span<const Hit> hits, std::span<const Barrier> barriers, std::size_t start,
                               const Reach& reach, Match& found) {
  const bool known = rules_->prefix_decides && reach.removed != Removed::perhaps;
  const auto here = look_at_entry(hits, barriers, start, known ? reach.end : last_in_reach(*rules_, hits, start));
  if (known && reach.removed == Removed::no) {
    plan(reach.depth - 1, [&](std::size_t hit) { return hit + 1 == hits_.size(); });
  } else {
    plan_clean(reach.depth - 1, rules_->deadline(hits[start].time));
  }
  if (!reaches(here)) return false;
  choose(reach.depth - 1, here, found);
  return true;
}

}  // namespace peregrine::funnel
