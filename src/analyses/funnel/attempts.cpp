#include "analyses/funnel/attempts.hpp"

#include <algorithm>
#include <bit>

namespace peregrine::funnel {

namespace {

/// The earlier of two matches of one depth: by start, then by each step's event, a skipped one last.
bool is_earlier(const Match& a, const Match& b) {
  return std::lexicographical_compare(a.rows.begin(), a.rows.begin() + a.depth, b.rows.begin(),
                                      b.rows.begin() + b.depth);
}

}  // namespace

/// An event of the same name had the same time. Rounded, they are one.
bool Attempts::is_again(const StepTable& table, std::uint64_t row) {
  const auto code = table.code_at(row);
  if (counted_.size() <= code) counted_.resize(code + 1);
  auto& last = counted_[code];
  const bool again = last.listing == listing_ && table.time_at(last.row) == table.time_at(row);
  if (!again) last = {listing_, row};
  return again;
}

bool Attempts::list(const Rules& rules, const StepTable& table, std::uint64_t begin, std::uint64_t end) {
  hits_.clear();
  barriers_.clear();
  ++listing_;
  std::uint64_t present = 0;
  const bool others = rules.sees_others();
  for (auto row = begin; row < end; ++row) {
    const auto steps = table.steps_at(row);
    const auto exclusions = table.exclusions_at(row);
    if (steps == 0 && exclusions == 0 && !others) continue;
    const auto time = table.time_at(row);
    if (time >= rules.end) break;
    if (rules.round && is_again(table, row)) continue;
    const bool has_held = !rules.held || table.has_held(row);
    const auto held = rules.held && has_held ? table.held_at(row) : 0;
    if ((steps != 0 || others) && has_held) {
      hits_.push_back({row, time, steps, held});
      present |= steps;
    }
    if (exclusions != 0) barriers_.push_back({row, time, exclusions, !has_held, held});
  }
  return rules.order == Order::unordered ? present != 0 : (present & 1) != 0;
}

std::span<const Match> Attempts::find(const Rules& rules, const StepTable& table, std::uint64_t begin,
                                      std::uint64_t end) {
  found_.clear();
  if (!list(rules, table, begin, end)) return {};
  if (rules.count != Count::entries && (rules.entry == Entry::first || rules.entry == Entry::last)) {
    // The start is chosen before values are kept apart: the first (last) of the journey, whatever its value.
    const auto starts = [&](const Hit& hit) {
      return rules.may_start(hit.time) && (rules.order == Order::unordered || (hit.steps & 1) != 0);
    };
    const auto first = std::find_if(hits_.begin(), hits_.end(), starts);
    if (first == hits_.end()) return {};
    const auto start = rules.entry == Entry::first ? *first : *std::find_if(hits_.rbegin(), hits_.rend(), starts);
    if (rules.held) std::erase_if(hits_, [&](const Hit& hit) { return hit.held != start.held; });
    acting_ = barriers_of(rules, hits_);
    const auto at = std::find_if(hits_.begin(), hits_.end(), [&](const Hit& hit) { return hit.row == start.row; });
    Match match;
    if (match_from(rules, hits_, static_cast<std::size_t>(at - hits_.begin()), match)) found_.push_back(match);
  } else if (!rules.held) {
    find_in_group(rules, hits_);
  } else {
    std::sort(hits_.begin(), hits_.end(),
              [](const Hit& a, const Hit& b) { return a.held != b.held ? a.held < b.held : a.row < b.row; });
    for (std::size_t first = 0; first < hits_.size();) {
      auto last = first;
      while (last < hits_.size() && hits_[last].held == hits_[first].held) ++last;
      find_in_group(rules, std::span(hits_).subspan(first, last - first));
      first = last;
    }
  }
  std::erase_if(found_, [](const Match& match) { return !match.clean; });
  return found_;
}

void Attempts::find_in_group(const Rules& rules, std::span<const Hit> hits) {
  acting_ = barriers_of(rules, hits);
  if (rules.count == Count::entries) {
    find_entries(rules, hits);
    return;
  }
  Match found;
  if (match(rules, hits, acting_, {0, hits.size()}, found)) keep_best(found);
}

/// The furthest; of those one that is not taken out; of those the earliest.
void Attempts::keep_best(const Match& found) {
  if (found_.empty()) {
    found_.push_back(found);
    return;
  }
  auto& best = found_.front();
  const bool better = found.depth != best.depth   ? found.depth > best.depth
                      : found.clean != best.clean ? found.clean
                                                  : is_earlier(found, best);
  if (better) best = found;
}

/// Entries laid end to end: each begins at the first possible event after the last one ended.
void Attempts::find_entries(const Rules& rules, std::span<const Hit> hits) {
  rows_of_step_.assign(rules.steps, {});
  times_of_step_.assign(rules.steps, {});
  for (const auto& hit : hits) {
    for (auto left = hit.steps; left != 0; left &= left - 1) {
      const auto step = static_cast<std::size_t>(std::countr_zero(left));
      rows_of_step_[step].push_back(hit.row);
      times_of_step_[step].push_back(hit.time);
    }
  }
  std::size_t start = 0;
  Match found;
  while (start < hits.size()) {
    const bool may_start =
        (rules.order == Order::unordered || (hits[start].steps & 1) != 0) && rules.may_start(hits[start].time);
    if (!may_start || !match_from(rules, hits, start, found)) {
      ++start;
      continue;
    }
    found_.push_back(found);
    auto row = found.last_row;  // it has converted, or in a strict funnel the next event ends it: both end it here
    auto time = std::numeric_limits<std::int64_t>::min();
    if (found.depth < rules.steps && !rules.is_direct(found.depth)) {
      const auto deadline = later(rules.from_previous ? found.last_time : found.start, rules.window);
      const auto acting = rules.after(found.depth);
      auto stop = first_after(found.last_row);
      while (stop != acting_.end() && (stop->exclusions & acting) == 0) ++stop;
      if (stop != acting_.end() && stop->time <= deadline) {
        row = stop->row;
      } else {
        time = deadline;
      }
    }
    const auto rest = hits.subspan(start);
    start += static_cast<std::size_t>(
        std::partition_point(rest.begin(), rest.end(),
                             [&](const Hit& hit) { return hit.row <= row || hit.time <= time; }) -
        rest.begin());
  }
}

bool Attempts::match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, Starts starts,
                     Match& found) {
  if (rules.entry == Entry::rolling) return rolling_.match(rules, hits, barriers, found);
  return rules.order == Order::unordered ? collection_.match(rules, hits, barriers, starts, found)
                                         : chain_.match(rules, hits, barriers, starts, found);
}

/// The match of one start. Only hits within its reach are looked at, few first: most entries convert early or not at
/// all, and an entry that converts among the first hits does so with the same events whatever comes after them.
bool Attempts::match_from(const Rules& rules, std::span<const Hit> hits, std::size_t start, Match& found) {
  const auto time = hits[start].time;
  const auto deadline = rules.latest_end(time);
  const auto at = hits.begin() + static_cast<std::ptrdiff_t>(start);
  const auto low =
      std::partition_point(hits.begin(), at, [&](const Hit& hit) { return passed(hit.time, time) > rules.tolerance; });
  const auto high = std::partition_point(at, hits.end(), [&](const Hit& hit) { return hit.time <= deadline; });
  const auto here = static_cast<std::size_t>(at - low);
  auto reach = static_cast<std::size_t>(high - low);
  if (rules.order == Order::strict) reach = std::min(reach, here + rules.steps);
  const std::span<const Barrier> barriers(first_after(low->row), acting_.end());
  constexpr std::size_t few = 8;
  for (auto taken = std::min(reach, here + few);; taken = std::min(reach, 2 * taken)) {
    const bool matched =
        match(rules, {low, low + static_cast<std::ptrdiff_t>(taken)}, barriers, {here, here + 1}, found);
    if (taken == reach ||
        (matched && (found.depth == rules.steps ||
                     is_over(rules, hits, found, low[static_cast<std::ptrdiff_t>(taken) - 1], deadline)))) {
      return matched;
    }
  }
}

/// True when no event after `last` can take the entry further than it got with those up to there.
bool Attempts::is_over(const Rules& rules, std::span<const Hit> hits, const Match& found, const Hit& last,
                       std::int64_t deadline) const {
  if (rules.order != Order::unordered && rules.count == Count::entries && rules.optional == 0 &&
      rules.same_time != SameTime::any_order &&
      (found.clean || (!rules.from_previous && chain_.all_removed_by(found.depth - 1, hits, acting_, deadline)))) {
    const auto& rows = rows_of_step_[found.depth];
    const auto next = static_cast<std::size_t>(std::upper_bound(rows.begin(), rows.end(), last.row) - rows.begin());
    if (next == rows.size() || times_of_step_[found.depth][next] > deadline) return true;
  }
  // Unordered, an entry ends where it is stopped. In order, it may go on from an earlier step by a later event, unless
  // an exclusion cuts off each step that it got to.
  const bool unordered = rules.order == Order::unordered;
  auto row = unordered ? found.last_row : found.rows[0];
  for (auto depth = unordered ? found.depth : 1; depth <= found.depth; ++depth) {
    const auto acting = rules.after(depth);
    if (acting == 0) return false;
    auto barrier = first_after(row);
    while (barrier != acting_.end() && (barrier->exclusions & acting) == 0) ++barrier;
    if (barrier == acting_.end() || barrier->row >= last.row) return false;
    row = barrier->row;
  }
  return true;
}

std::span<const Barrier>::iterator Attempts::first_after(std::uint64_t row) const {
  return std::upper_bound(acting_.begin(), acting_.end(), row,
                          [](std::uint64_t at, const Barrier& each) { return at < each.row; });
}

std::span<const Barrier> Attempts::barriers_of(const Rules& rules, std::span<const Hit> hits) {
  if (!rules.held || barriers_.empty()) return barriers_;
  of_group_.clear();
  const auto reach = later(hits.back().time, rules.window);
  auto barrier = std::upper_bound(barriers_.begin(), barriers_.end(), hits.front().row,
                                  [](std::uint64_t row, const Barrier& each) { return row < each.row; });
  for (; barrier != barriers_.end() && barrier->time <= reach; ++barrier) {
    if (barrier->for_all || barrier->held == hits.front().held) of_group_.push_back(*barrier);
  }
  return of_group_;
}

}  // namespace peregrine::funnel
