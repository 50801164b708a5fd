#include "analyses/funnel/attempts.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>

namespace peregrine::funnel {

namespace {

/// The earlier of two matches of one depth: by start, then by each step's event, a skipped one last.
bool is_earlier(const Match& a, const Match& b) {
  return std::lexicographical_compare(a.rows.begin(), a.rows.begin() + a.depth, b.rows.begin(),
                                      b.rows.begin() + b.depth);
}

}  // namespace

/// Events of one name at one time that fill the same steps, with the same held value, are one: the first of them.
void Attempts::drop_repeated(const StepTable& table) {
  repeated_.clear();
  const auto in_order = [](const Likeness& each) { return std::tie(each.code, each.steps, each.held, each.row); };
  const auto are_one = [](const Likeness& a, const Likeness& b) {
    return a.code == b.code && a.steps == b.steps && a.held == b.held;
  };
  for (std::size_t first = 0, last = 0; first < hits_.size(); first = last) {
    at_one_time_.clear();
    for (; last < hits_.size() && hits_[last].time == hits_[first].time; ++last) {
      const auto& hit = hits_[last];
      if (hit.steps != 0) at_one_time_.push_back({table.code_at(hit.row), hit.steps, hit.held, hit.row});
    }
    std::ranges::sort(at_one_time_, {}, in_order);
    for (std::size_t i = 1; i < at_one_time_.size(); ++i) {
      if (are_one(at_one_time_[i - 1], at_one_time_[i])) repeated_.push_back(at_one_time_[i].row);
    }
  }
  if (repeated_.empty()) return;
  std::sort(repeated_.begin(), repeated_.end());
  const auto is_repeated = [&](const auto& each) {
    return std::binary_search(repeated_.begin(), repeated_.end(), each.row);
  };
  std::erase_if(hits_, is_repeated);
  std::erase_if(barriers_, is_repeated);
}

/// Between two hits lies what is later than the one and earlier than the other: of one time, nothing is known to.
void Attempts::find_places(const StepTable& table) {
  for (std::size_t hit = 1; hit < hits_.size(); ++hit) {
    const auto& before = hits_[hit - 1];
    const std::ranges::iota_view between(before.row + 1, hits_[hit].row);
    const auto after =
        std::ranges::partition_point(between, [&](std::uint64_t row) { return table.time_at(row) <= before.time; });
    const bool apart = after != between.end() && table.time_at(*after) < hits_[hit].time;
    hits_[hit].place = before.place + (apart ? 2 : 1);
  }
}

bool Attempts::list(const Rules& rules, const StepTable& table, std::uint64_t begin, std::uint64_t end) {
  hits_.clear();
  barriers_.clear();
  std::uint64_t present = 0;
  const bool others = rules.sees_others();
  for (auto row = begin; row < end; ++row) {
    const auto steps = table.steps_at(row);
    const auto exclusions = table.exclusions_at(row);
    if (steps == 0 && exclusions == 0 && !others) continue;
    const auto time = table.time_at(row);
    if (time >= rules.end) break;
    const bool has_held = !rules.held || table.has_held(row);
    const auto held = rules.held && has_held ? table.held_at(row) : 0;
    if ((steps != 0 || others) && has_held) {
      hits_.push_back({row, time, steps, held, row});
      present |= steps;
    }
    if (exclusions != 0) barriers_.push_back({row, time, exclusions, !has_held, held});
  }
  if (rules.round) {
    drop_repeated(table);
    if (rules.direct != 0) find_places(table);
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
  const bool in_order = rules.order != Order::unordered;
  std::span<const Reach> reach;
  if (in_order) reach = chain_.survey(rules, hits, acting_);
  std::size_t start = 0;
  Match found;
  while (start < hits.size()) {
    if (in_order ? reach[start].depth == 0 : !rules.may_start(hits[start].time)) {
      ++start;
      continue;
    }
    if (in_order) {
      chain_.enter(rules, hits, acting_, start, reach[start], found);
    } else {
      match_from(rules, hits, start, found);
    }
    found_.push_back(found);
    auto row = found.last_row;  // it has converted, or in a strict funnel the next event ends it: both end it here
    auto time = Time::earliest().micros;
    if (found.depth < rules.steps && !rules.is_direct(found.depth)) {
      const auto deadline = later(rules.from_previous ? found.last_time : found.start, rules.window);
      const auto acting = rules.after(found.depth);
      auto stop = first_after(found.last_row);
      while (stop != acting_.end() && (stop->exclusions & acting) == 0 && stop->time <= deadline) ++stop;
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
/// all, and an entry that converts among the first hits does so with the same events whatever comes after them, unless
/// the rules say otherwise.
bool Attempts::match_from(const Rules& rules, std::span<const Hit> hits, std::size_t start, Match& found) {
  const auto time = hits[start].time;
  const auto until = rules.latest_end(time);
  const auto at = hits.begin() + static_cast<std::ptrdiff_t>(start);
  const auto low =
      std::partition_point(hits.begin(), at, [&](const Hit& hit) { return passed(hit.time, time) > rules.tolerance; });
  const auto high = std::partition_point(at, hits.end(), [&](const Hit& hit) { return hit.time <= until; });
  const auto here = static_cast<std::size_t>(at - low);
  auto reach = static_cast<std::size_t>(high - low);
  if (rules.order == Order::strict) reach = std::min(reach, here + rules.steps);
  const bool unordered = rules.order == Order::unordered;
  const std::span<const Barrier> barriers(first_after(low->row), acting_.end());
  constexpr std::size_t few = 8;
  const auto first = unordered || rules.prefix_decides ? std::min(reach, here + few) : reach;
  for (auto taken = first;; taken = std::min(reach, 2 * taken)) {
    const bool matched =
        match(rules, {low, low + static_cast<std::ptrdiff_t>(taken)}, barriers, {here, here + 1}, found);
    const bool over = matched && (found.depth == rules.steps ||
                                  (unordered && is_over(rules, found, low[static_cast<std::ptrdiff_t>(taken) - 1])));
    if (taken == reach || over) return matched;
  }
}

/// True when an unordered entry was stopped before `last`: no event after that takes it further.
bool Attempts::is_over(const Rules& rules, const Match& found, const Hit& last) const {
  const auto acting = rules.after(found.depth);
  if (acting == 0) return false;
  auto barrier = first_after(found.last_row);
  while (barrier != acting_.end() && barrier->row < last.row && (barrier->exclusions & acting) == 0) ++barrier;
  return barrier != acting_.end() && barrier->row < last.row;
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
