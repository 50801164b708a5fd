#include "analyses/funnel/attempts.hpp"

#include <algorithm>

namespace peregrine::funnel {

namespace {

/// The earlier of two matches of one depth: by start, then by each step's event, a skipped one last.
bool is_earlier(const Match& a, const Match& b) {
  return std::lexicographical_compare(a.rows.begin(), a.rows.begin() + a.depth, b.rows.begin(),
                                      b.rows.begin() + b.depth);
}

}  // namespace

bool Attempts::list(const Rules& rules, const StepTable& table, std::uint64_t begin, std::uint64_t end) {
  hits_.clear();
  barriers_.clear();
  std::uint64_t present = 0;
  for (auto row = begin; row < end; ++row) {
    const auto steps = table.steps_at(row);
    const auto exclusions = table.exclusions_at(row);
    if (steps == 0 && exclusions == 0) continue;
    const auto time = table.time_at(row);
    if (time >= rules.end) break;
    const bool has_held = !rules.held || table.has_held(row);
    const auto held = rules.held && has_held ? table.held_at(row) : 0;
    if (steps != 0 && has_held) {
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
  if (rules.count == Count::journeys && rules.entry != Entry::best) {
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
  if (match(rules, hits, {0, hits.size()}, found)) keep_best(found);
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
    if (found.depth < rules.steps && rules.order != Order::strict) {
      const auto deadline = later(rules.from_previous ? found.last_time : found.start, rules.window);
      const auto acting = rules.after(found.depth);
      auto stop = std::upper_bound(acting_.begin(), acting_.end(), found.last_row,
                                   [](std::uint64_t at, const Barrier& each) { return at < each.row; });
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

bool Attempts::match(const Rules& rules, std::span<const Hit> hits, Starts starts, Match& found) {
  return rules.order == Order::unordered ? collection_.match(rules, hits, acting_, starts, found)
                                         : chain_.match(rules, hits, acting_, starts, found);
}

/// The match of one start. Only hits within its reach are looked at, few first: most entries convert early or not at
/// all, and an entry that converts among the first hits does so with the same events whatever comes after them.
bool Attempts::match_from(const Rules& rules, std::span<const Hit> hits, std::size_t start, Match& found) {
  const auto time = hits[start].time;
  const auto deadline = rules.deadline(time);
  const auto at = hits.begin() + static_cast<std::ptrdiff_t>(start);
  const auto low =
      std::partition_point(hits.begin(), at, [&](const Hit& hit) { return time - hit.time > rules.tolerance; });
  const auto high = std::partition_point(at, hits.end(), [&](const Hit& hit) { return hit.time <= deadline; });
  const auto here = static_cast<std::size_t>(at - low);
  const auto reach = static_cast<std::size_t>(high - low);
  constexpr std::size_t few = 8;
  for (auto taken = std::min(reach, here + few);; taken = std::min(reach, 2 * taken)) {
    const bool matched = match(rules, {low, low + static_cast<std::ptrdiff_t>(taken)}, {here, here + 1}, found);
    if (taken == reach || (matched && found.depth == rules.steps)) return matched;
  }
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
