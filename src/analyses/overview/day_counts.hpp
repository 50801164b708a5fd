// DayCounts is how many events fell on each day, in UTC. Days near one another are counted in a row of memory, so that
// counting an event costs an increment; days far from the rest go into a map.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace peregrine::overview {

constexpr std::int64_t day_micros = 86'400'000'000;

/// Days since 1970-01-01 in UTC.
constexpr std::int64_t day_of(std::int64_t micros) {
  return micros >= 0 ? micros / day_micros : -((-(micros + 1)) / day_micros) - 1;
}

class DayCounts {
 public:
  void add(std::int64_t day) {
    const auto place = static_cast<std::uint64_t>(day) - static_cast<std::uint64_t>(first_);
    if (place < near_.size()) {
      ++near_[place];
    } else {
      add_beyond(day, 1);
    }
  }
  void merge(const DayCounts& other);

  /// Days with events.
  std::map<std::int64_t, std::int64_t> by_day() const;

  template <class Archive>
  void archive(Archive& archive) {
    auto days = by_day();
    archive(days);
    if constexpr (Archive::loading) {
      *this = {};
      for (const auto& [day, count] : days) {
        archive.require(count > 0, "counts a day without events");
        add_beyond(day, count);
      }
    }
  }

 private:
  static constexpr std::int64_t longest = 40'000;  // days in a row of memory: a century

  void add_beyond(std::int64_t day, std::int64_t count);

  std::int64_t first_ = 0;
  std::vector<std::int64_t> near_;
  std::map<std::int64_t, std::int64_t> far_;
};

}  // namespace peregrine::overview
