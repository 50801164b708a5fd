#include "model/selection_span.hpp"

#include <algorithm>

#include "base/elapsed.hpp"

namespace peregrine {

SpanCounter::SpanCounter(const Selection::Node& node, std::vector<Mask> masks, const std::int64_t* time,
                         const Zone& zone)
    : is_(node.span.is), masks_(std::move(masks)), time_(time) {
  if (node.span.within) within_ = node.span.within->micros;
  std::size_t next = 1;
  for (const auto& end : node.span.ends) {
    if (!end.time) {
      ends_.push_back({.time = std::nullopt, .events = &masks_[next++]});
    } else if (const auto parsed = parse_time(*end.time)) {
      ends_.push_back({.time = parsed->zoned ? parsed->micros : zone.to_utc(parsed->micros)});
    }
  }
}

std::optional<std::int64_t> SpanCounter::count(std::uint64_t begin, std::uint64_t end) const {
  using Is = Selection::Node::Span::Is;
  switch (is_) {
    case Is::journey: return count_rows(begin, end);
    case Is::before: return count_before(begin, end);
    case Is::after: return count_after(begin, end);
    case Is::between: return count_between(begin, end);
  }
  return std::nullopt;
}

/// The nearest later event is the one to be within reach of.
std::optional<std::int64_t> SpanCounter::count_before(std::uint64_t begin, std::uint64_t end) const {
  std::optional<std::uint64_t> next;
  std::int64_t count = 0;
  for (auto row = end; row-- > begin;) {
    if (next && masks_[0][row] != 0 && (!within_ || passed(time_[row], time_[*next]) <= *within_)) ++count;
    if ((*ends_[0].events)[row] != 0) next = row;
  }
  return next ? std::optional(count) : std::nullopt;
}

std::optional<std::int64_t> SpanCounter::count_after(std::uint64_t begin, std::uint64_t end) const {
  std::optional<std::uint64_t> last;
  std::int64_t count = 0;
  for (auto row = begin; row < end; ++row) {
    if (last && masks_[0][row] != 0 && (!within_ || passed(time_[*last], time_[row]) <= *within_)) ++count;
    if ((*ends_[0].events)[row] != 0) last = row;
  }
  return last ? std::optional(count) : std::nullopt;
}

std::optional<std::int64_t> SpanCounter::count_between(std::uint64_t begin, std::uint64_t end) const {
  const auto from = find(ends_[0], begin, end);
  if (!from) return std::nullopt;
  const auto first = ends_[0].time ? *from : *from + 1;  // neither end is looked at itself
  const auto to = find(ends_[1], first, end);
  if (!to) return std::nullopt;
  return count_rows(first, *to);
}

std::optional<std::uint64_t> SpanCounter::find(const End& at, std::uint64_t begin, std::uint64_t end) const {
  if (at.time) {
    return static_cast<std::uint64_t>(std::lower_bound(time_ + begin, time_ + end, *at.time) - time_);
  }
  const auto first = at.events->begin();
  const auto found = std::find(first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end), 1);
  if (found == first + static_cast<std::ptrdiff_t>(end)) return std::nullopt;
  return static_cast<std::uint64_t>(found - first);
}

std::int64_t SpanCounter::count_rows(std::uint64_t begin, std::uint64_t end) const {
  std::int64_t count = 0;
  for (auto row = begin; row < end; ++row) count += masks_[0][row];
  return count;
}

}  // namespace peregrine
