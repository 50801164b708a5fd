#include "store/row_order.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/check.hpp"
#include "store/key_sort.hpp"

namespace peregrine::store {

bool EventOrder::operator()(std::uint32_t left, std::uint32_t right) const {
  const Place a = rows_.at(left), b = rows_.at(right);
  const auto time = [](const Place& at) { return at.part->time[at.row]; };
  if (time(a) != time(b)) return time(a) < time(b);
  const auto sequence = [](const Place& at) { return at.part->sequence == nullptr ? 0 : at.part->sequence[at.row]; };
  if (sequence(a) != sequence(b)) return sequence(a) < sequence(b);
  const auto rank = [&](const Place& at) { return rules_.source_rank[at.part->source_of(at.row)]; };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (rules_.numbered[a.part->source_of(a.row)] == 0) {
    // Such rows have places among those of the customer they came with only.
    const auto came_as = [](const Place& at) {
      return at.part->came_as.has(at.row) ? at.part->came_as.text(at.row) : std::string_view();
    };
    if (came_as(a) != came_as(b)) return came_as(a) < came_as(b);
  }
  const auto place = [](const Place& at) { return at.part->place_of(at.row); };
  if (place(a) != place(b)) return place(a) < place(b);
  const auto message = [](const Place& at) {
    return at.part->message == nullptr ? Hash128{} : at.part->message[at.row];
  };
  if (message(a) != message(b)) return message(a) < message(b);
  const auto name = [&](const Place& at) { return rules_.event_names[at.part->event[at.row]]; };
  if (name(a) != name(b)) return name(a) < name(b);
  return left < right;
}

/// A key is the time since the oldest event above the row's number, so that sorting moves eight bytes and looks at
/// nothing else. Where both do not fit, the lowest bits of the time are left out, and events that look equal then are
/// compared once more like those whose times are equal.
struct RowOrder::Keys {
  std::span<std::uint64_t> keys;
  std::uint64_t oldest = 0;
  int row_bits = 0;
  int left_out = 0;

  std::uint64_t make(std::int64_t time, std::uint32_t row) const {
    return (static_cast<std::uint64_t>(time) - oldest) >> left_out << row_bits | row;
  }
  std::uint32_t row(std::uint64_t key) const {
    return static_cast<std::uint32_t>(key & ((std::uint64_t{1} << row_bits) - 1));
  }
  std::int64_t time(std::uint64_t key) const { return static_cast<std::int64_t>((key >> row_bits) + oldest); }
  bool same_time(std::uint64_t a, std::uint64_t b) const { return (a ^ b) >> row_bits == 0; }
};

void RowOrder::sort(const AllRows& all, const Journeys& journeys, const MergeRules& rules) {
  count(journeys);
  const Keys keys = scatter(all, journeys);
  rows_ = rows_room_.take<std::uint32_t>(keys.keys.size());
  times_.resize(keys.keys.size());
  const EventOrder order(all, rules);
  for (std::size_t journey = 0; journey + 1 < first_.size(); ++journey) {
    sort_journey(keys, first_[journey], first_[journey + 1], order);
  }
  if (keys.left_out != 0) read_times(all);
}

void RowOrder::count(const Journeys& journeys) {
  next_.assign(journeys.size(), 0);
  for (const auto journey : journeys.of_rows()) {
    if (journey != no_journey) ++next_[journey];
  }
  first_.resize(journeys.size() + 1);
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < journeys.size(); ++i) {
    auto& next = next_[journeys.order()[i]];
    first_[i] = rows;
    rows += next;
    next = static_cast<std::uint32_t>(first_[i]);
  }
  first_.back() = rows;
}

RowOrder::Keys RowOrder::scatter(const AllRows& all, const Journeys& journeys) {
  std::int64_t oldest = std::numeric_limits<std::int64_t>::max(), newest = std::numeric_limits<std::int64_t>::min();
  for (const auto* part : all.parts()) {
    for (std::size_t row = 0; row < part->size; ++row) {
      oldest = std::min(oldest, part->time[row]);
      newest = std::max(newest, part->time[row]);
    }
  }
  Keys keys;
  keys.keys = keys_room_.take<std::uint64_t>(first_.back());
  if (all.size() == 0) return keys;
  keys.oldest = static_cast<std::uint64_t>(oldest);
  keys.row_bits = static_cast<int>(std::bit_width(all.size() - 1));
  const int time_bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(newest) - keys.oldest));
  keys.left_out = std::max(0, time_bits + keys.row_bits - 64);
  const auto of_rows = journeys.of_rows();
  for (std::size_t part = 0; part < all.parts().size(); ++part) {
    const Rows& in = *all.parts()[part];
    const std::uint32_t begin = all.begin(part);
    for (std::uint32_t row = 0; row < in.size; ++row) {
      const auto journey = of_rows[begin + row];
      if (journey != no_journey) keys.keys[next_[journey]++] = keys.make(in.time[row], begin + row);
    }
  }
  return keys;
}

void RowOrder::sort_journey(const Keys& keys, std::size_t begin, std::size_t end, const EventOrder& order) {
  const auto sorted = keys.keys.subspan(begin, end - begin);
  sort_keys(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    rows_[begin + i] = keys.row(sorted[i]);
    times_[begin + i] = keys.time(sorted[i]);
  }
  const auto rows = rows_.subspan(begin, end - begin);
  for (std::size_t i = 0; i + 1 < sorted.size();) {
    std::size_t next = i + 1;
    while (next < sorted.size() && keys.same_time(sorted[i], sorted[next])) ++next;
    if (next - i > 1)
      std::sort(rows.begin() + static_cast<std::ptrdiff_t>(i), rows.begin() + static_cast<std::ptrdiff_t>(next), order);
    i = next;
  }
}

void RowOrder::read_times(const AllRows& all) {
  const auto flat = flat_room_.take<std::int64_t>(all.size());
  for (std::size_t part = 0; part < all.parts().size(); ++part) {
    const Rows& in = *all.parts()[part];
    std::copy(in.time, in.time + in.size, flat.begin() + all.begin(part));
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) times_[i] = flat[rows_[i]];
}

}  // namespace peregrine::store
