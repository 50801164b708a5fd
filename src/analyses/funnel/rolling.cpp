#include "analyses/funnel/rolling.hpp"

#include <algorithm>
#include <bit>

namespace peregrine::funnel {

namespace {

/// The steps (bit k: step k, from 0) towards which the exclusions forbid to go on.
std::uint64_t targets_of(const Rules& rules, std::uint32_t exclusions) {
  std::uint64_t targets = 0;
  for (auto left = exclusions; left != 0; left &= left - 1) {
    const auto& excluded = rules.excluded[static_cast<std::size_t>(std::countr_zero(left))];
    for (auto step = excluded.from; step < excluded.until; ++step) targets |= std::uint64_t{1} << step;
  }
  return targets;
}

}  // namespace

bool RollingMatcher::match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers,
                           Match& found) {
  rules_ = &rules;
  best_ = &found;
  found.depth = 0;
  found.clean = true;
  stopped_ = false;
  levels_.resize(rules.steps);
  for (auto& level : levels_) level.filled = false;
  for (std::size_t hit = 0, barrier = 0; hit < hits.size() || barrier < barriers.size();) {
    if (stopped_ || levels_.back().filled) break;
    Moment moment;
    moment.time = std::min(hit < hits.size() ? hits[hit].time : never,
                           barrier < barriers.size() ? barriers[barrier].time : never);
    const auto last_hit = std::find_if(hits.begin() + static_cast<std::ptrdiff_t>(hit), hits.end(),
                                       [&](const Hit& each) { return each.time != moment.time; });
    const auto last_barrier = std::find_if(barriers.begin() + static_cast<std::ptrdiff_t>(barrier), barriers.end(),
                                           [&](const Barrier& each) { return each.time != moment.time; });
    moment.hits = {hits.begin() + static_cast<std::ptrdiff_t>(hit), last_hit};
    moment.barriers = {barriers.begin() + static_cast<std::ptrdiff_t>(barrier), last_barrier};
    hit += moment.hits.size();
    barrier += moment.barriers.size();
    take(moment);
  }
  return found.depth > 0;
}

void RollingMatcher::take(const Moment& moment) {
  const auto& hits = moment.hits;
  const auto& barriers = moment.barriers;
  // Alike are events that all fill the same steps and exclude the same; a single event is.
  const bool same_hits =
      std::all_of(hits.begin(), hits.end(), [&](const Hit& hit) { return hit.steps == hits.front().steps; });
  const bool same_barriers = std::all_of(barriers.begin(), barriers.end(), [&](const Barrier& each) {
    return targets_of(*rules_, each.exclusions) == targets_of(*rules_, barriers.front().exclusions);
  });
  const bool same_rows = hits.empty() || barriers.empty() ||
                         std::equal(hits.begin(), hits.end(), barriers.begin(), barriers.end(),
                                    [](const Hit& hit, const Barrier& barrier) { return hit.row == barrier.row; });
  const bool alike = same_hits && same_barriers && same_rows;
  if (rules_->any_choice) {
    take_choices(moment);
  } else if (rules_->same_time == SameTime::arrival || (alike && !rules_->reuse)) {
    take_in_turn(moment);
  } else {
    take_by_step(moment);
  }
}

void RollingMatcher::take_in_turn(const Moment& moment) {
  auto hit = moment.hits.begin();
  auto barrier = moment.barriers.begin();
  while ((hit != moment.hits.end() || barrier != moment.barriers.end()) && !stopped_) {
    const auto row = std::min(hit == moment.hits.end() ? no_row : hit->row,
                              barrier == moment.barriers.end() ? no_row : barrier->row);
    std::uint64_t steps = 0;
    if (hit != moment.hits.end() && hit->row == row) {
      steps = hit->steps;
      take_event(moment, *hit);
      ++hit;
    }
    if (barrier != moment.barriers.end() && barrier->row == row) take_barrier(*barrier++);
    if (rules_->order == Order::strict) clear_but(steps);
  }
}

void RollingMatcher::take_by_step(const Moment& moment) {
  std::uint64_t present = 0;
  for (const auto& hit : moment.hits) {
    present |= hit.steps;
    if (hit.steps == 0) take_other();
  }
  for (; present != 0 && !stopped_; present &= present - 1) {
    const auto step = static_cast<unsigned>(std::countr_zero(present));
    for (const auto& hit : moment.hits) {
      if (((hit.steps >> step) & 1) != 0 && !stopped_) take_step(moment, hit.row, step);
    }
  }
}

/// Of the steps that an event can fill the last is taken first, so that it fills no two of one entry; if it may, the
/// first.
void RollingMatcher::take_event(const Moment& moment, const Hit& hit) {
  if (hit.steps == 0) take_other();
  for (auto left = hit.steps; left != 0 && !stopped_;) {
    const auto step = static_cast<unsigned>(rules_->reuse ? std::countr_zero(left) : 63 - std::countl_zero(left));
    left &= ~(std::uint64_t{1} << step);
    take_step(moment, hit.row, step);
  }
}

void RollingMatcher::take_other() {
  if (rules_->stop_at_other && levels_.front().filled) stopped_ = true;
}

/// True when an event that can fill `step` fills nothing because it comes again or too early.
bool RollingMatcher::must_not(unsigned step) {
  if (rules_->stop_at_repeat && levels_[step].filled) {
    stopped_ = true;
    return true;
  }
  if (rules_->stop_at_other && levels_.front().filled && !levels_[step - 1].filled) {
    stopped_ = !rules_->ignore_early;
    return true;
  }
  return false;
}

/// The step before, or one further back if those between may be skipped, at which an entry waits in time; -1: none.
int RollingMatcher::previous_of(unsigned step, std::int64_t time) const {
  for (auto previous = static_cast<int>(step) - 1;; --previous) {
    const auto& level = levels_[static_cast<std::size_t>(previous)];
    const auto since = rules_->from_previous ? level.time : level.start;
    if (level.filled && time <= later(since, rules_->window)) return previous;
    if (!may_be_skipped(static_cast<unsigned>(previous))) return -1;
  }
}

void RollingMatcher::take_step(const Moment& moment, std::uint64_t row, unsigned step) {
  const bool anew = rules_->same_time == SameTime::strictly_later;  // a step filled again is measured from there
  const auto has = [&](std::int64_t start) { return levels_[step].filled && levels_[step].start == start && !anew; };
  if (step == 0) {
    if (!rules_->may_start(moment.time) || has(moment.time)) return;
    started_.start = moment.time;
    started_.end = End::open;
    fill(started_, 0, moment.time, row);
    return;
  }
  if (must_not(step)) return;
  const auto previous = previous_of(step, moment.time);
  if (previous < 0) return;
  auto& level = levels_[static_cast<std::size_t>(previous)];
  if (has(level.start) || level.end == End::stopped || moment.time < later(level.time, rules_->gap)) return;
  if (anew && moment.time <= later(level.time, rules_->tolerance)) return;
  if (!rules_->reuse) {
    for (auto k = static_cast<std::size_t>(previous) + 1; k-- > 0;) {
      if (level.rows[k] == row) return;
    }
  }
  for (auto k = static_cast<unsigned>(previous) + 1; k < step; ++k) level.rows[k] = no_row;
  fill(level, step, moment.time, row);
}

/// `level` goes on to `step` by the event at `row`; its rows below are filled.
void RollingMatcher::fill(const Level& level, unsigned step, std::int64_t time, std::uint64_t row) {
  if (level.end == End::open) {
    auto& next = levels_[step];
    std::copy_n(level.rows.begin(), step, next.rows.begin());
    next.rows[step] = row;
    next.start = level.start;
    next.time = time;
    next.end = End::open;
    next.filled = true;
  }
  const bool clean = level.end == End::open;
  const bool further = step + 1 > best_->depth || (step + 1 == best_->depth && !best_->clean);
  if (!further) return;
  std::copy_n(level.rows.begin(), step, best_->rows.begin());
  best_->rows[step] = row;
  best_->depth = step + 1;
  best_->clean = clean;
  best_->start = level.start;
  best_->last_row = row;
  best_->last_time = time;
}

void RollingMatcher::take_barrier(const Barrier& barrier) {
  const auto removing = targets_of(*rules_, barrier.exclusions & rules_->removing());
  auto targets = targets_of(*rules_, barrier.exclusions);
  while (targets != 0) {
    const auto step = 63 - static_cast<unsigned>(std::countl_zero(targets));
    targets &= ~(std::uint64_t{1} << step);
    const auto previous = previous_of(step, barrier.time);
    if (previous < 0) continue;
    auto& level = levels_[static_cast<std::size_t>(previous)];
    const bool has_gone_on = levels_[step].filled && levels_[step].start == level.start;
    if (has_gone_on || level.end != End::open || level.rows[static_cast<std::size_t>(previous)] == barrier.row)
      continue;
    const bool removes = ((removing >> step) & 1) != 0;
    level.end = removes ? End::removed : End::stopped;
    const bool is_best = best_->depth == static_cast<unsigned>(previous) + 1;
    if (removes && is_best && barrier.time <= later(best_->start, rules_->window)) best_->clean = false;
  }
}

/// In a strict funnel an entry lives on only at the steps that each event fills.
void RollingMatcher::clear_but(std::uint64_t steps) {
  for (unsigned step = 0; step < rules_->steps; ++step) {
    if (((steps >> step) & 1) == 0) levels_[step].filled = false;
  }
}

}  // namespace peregrine::funnel
