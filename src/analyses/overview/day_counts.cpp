#include "analyses/overview/day_counts.hpp"

#include <algorithm>

namespace peregrine::overview {

void DayCounts::add_beyond(std::int64_t day, std::int64_t count) {
  constexpr std::int64_t room = 32;  // days to either side, so that growing is rare
  const auto end = first_ + static_cast<std::int64_t>(near_.size());
  // In 128 bits: days of broken clocks may lie as far apart as time itself.
  __extension__ using Wide = __int128;
  const auto low = near_.empty() ? Wide{day} : std::min(Wide{first_}, Wide{day});
  const auto high = near_.empty() ? Wide{day} + 1 : std::max(Wide{end}, Wide{day} + 1);
  if (high - low + 2 * room > longest) {
    far_[day] += count;
    return;
  }
  if (near_.empty() || day < first_ || day >= end) {
    const auto first = static_cast<std::int64_t>(low - room);
    std::vector<std::int64_t> larger(static_cast<std::size_t>(high - low + 2 * room));
    std::copy(near_.begin(), near_.end(), larger.begin() + (near_.empty() ? 0 : first_ - first));
    near_ = std::move(larger);
    first_ = first;
  }
  near_[static_cast<std::size_t>(day - first_)] += count;
}

void DayCounts::merge(const DayCounts& other) {
  for (const auto& [day, count] : other.by_day()) add_beyond(day, count);
}

std::map<std::int64_t, std::int64_t> DayCounts::by_day() const {
  auto days = far_;
  for (std::size_t i = 0; i < near_.size(); ++i) {
    if (near_[i] != 0) days[first_ + static_cast<std::int64_t>(i)] += near_[i];
  }
  return days;
}

}  // namespace peregrine::overview
