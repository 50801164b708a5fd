// The events of one time when every choice of different events is to be tried (rolling.hpp, any_choice).
#include <algorithm>
#include <bit>

#include "analyses/funnel/rolling.hpp"

namespace peregrine::funnel {

void RollingMatcher::take_choices(const Moment& moment) {
  const auto& hits = moment.hits;
  if (hits.size() == 1 && std::popcount(hits.front().steps) <= 1) {
    take_event(moment, hits.front());
    return;
  }
  for (const auto& hit : hits) {
    if (hit.steps == 0) take_other();
  }
  before_.assign(levels_.begin(), levels_.end());
  list_choices(hits);
  for (unsigned step = 0; step < rules_->steps && !stopped_; ++step) {
    for (const auto& choice : choices_of(step)) {
      if (step == 0) {
        take_step(moment, choice.row, step);
        break;
      }
      if (must_not(step)) break;
      // Which of several events fills the step matters only where the next of them would be a repetition.
      choose(moment, step, rules_->stop_at_repeat ? choice.row : no_row);
      if (!rules_->stop_at_repeat) break;
    }
  }
}

/// By step, then row. More of one step than there are steps make no difference.
void RollingMatcher::list_choices(std::span<const Hit> hits) {
  choices_.clear();
  for (unsigned step = 0; step < rules_->steps; ++step) {
    first_choice_[step] = choices_.size();
    for (const auto& hit : hits) {
      if (((hit.steps >> step) & 1) == 0) continue;
      choices_.push_back({step, hit.row});
      if (choices_.size() - first_choice_[step] > rules_->steps) break;
    }
  }
  first_choice_[rules_->steps] = choices_.size();
}

std::span<const RollingMatcher::Choice> RollingMatcher::choices_of(unsigned step) const {
  return std::span(choices_).subspan(first_choice_[step], first_choice_[step + 1] - first_choice_[step]);
}

/// Fills `step`, by the event at `forced` unless that is no_row, for the newest start from which different events of
/// this time lead there: one of this time, or one that had got to a step before.
bool RollingMatcher::choose(const Moment& moment, unsigned step, std::uint64_t forced) {
  const bool strictly = rules_->same_time == SameTime::strictly_later;  // then only one event of this time counts
  const auto longest = strictly ? 1 : std::min<std::size_t>(step + 1, moment.hits.size());
  for (auto first = step + 1 - static_cast<unsigned>(longest); first <= step; ++first) {
    if (first == 0) {
      if (!rules_->may_start(moment.time)) continue;
      started_.start = moment.time;
      started_.end = End::open;
    } else {
      const auto& base = before_[first - 1];
      if (!base.filled || moment.time > later(base.start, rules_->window)) continue;
      started_.start = base.start;
      started_.end = base.end;
      std::copy_n(base.rows.begin(), first, started_.rows.begin());
    }
    if (!assign_all(first, step, forced)) continue;
    std::copy_n(chosen_.begin() + first, step - first, started_.rows.begin() + first);
    fill(started_, step, moment.time, chosen_[step]);
    return true;
  }
  return false;
}

/// Different events for the steps `first` to `last`.
bool RollingMatcher::assign_all(unsigned first, unsigned last, std::uint64_t forced) {
  std::fill_n(chosen_.begin() + first, last - first + 1, no_row);
  chosen_[last] = forced;
  for (auto step = first; step <= last; ++step) {
    if (chosen_[step] != no_row) continue;
    tried_.clear();
    if (forced != no_row) tried_.push_back(forced);
    if (!assign(step, first, last)) return false;
  }
  return true;
}

/// An event for `step`, moving other steps to other events where that makes room.
bool RollingMatcher::assign(unsigned step, unsigned first, unsigned last) {
  for (const auto& choice : choices_of(step)) {
    if (std::find(tried_.begin(), tried_.end(), choice.row) != tried_.end()) continue;
    tried_.push_back(choice.row);
    unsigned holder = first;
    while (holder <= last && chosen_[holder] != choice.row) ++holder;
    if (holder > last || assign(holder, first, last)) {
      chosen_[step] = choice.row;
      return true;
    }
  }
  return false;
}

}  // namespace peregrine::funnel
