#include "engine/surroundings.hpp"

#include <unordered_map>

#include "base/check.hpp"

namespace peregrine::engine {

namespace {

/// Counts journey by journey; in one of them twice, for what came before and what comes after.
class Counter {
 public:
  explicit Counter(std::size_t groups) : last_journey_(groups), counted_(groups) {}

  /// `group_of` is by the codes of the part whose journeys follow.
  void enter(std::vector<std::uint32_t> group_of) { group_of_ = std::move(group_of); }
  void add(const Part& part, std::uint64_t begin, std::uint64_t end) {
    ++journey_;
    add_before(part, begin, end);
    add_after(part, begin, end);
  }
  std::vector<Surroundings> take() { return std::move(counted_); }

 private:
  void add_before(const Part& part, std::uint64_t begin, std::uint64_t end) {
    auto before = Role::none;
    bool bought = false;
    for (auto row = begin; row < end; ++row) {
      const auto code = part.event[row];
      if (const auto group = group_of_[code]; group != no_group) {
        auto& counted = counted_[group];
        ++counted.events;
        ++counted.before[static_cast<std::size_t>(before)];
        ++counted.place[static_cast<std::size_t>((row - begin) * Surroundings::places / (end - begin))];
        counted.bought += bought ? 1 : 0;
        counted.first += last_journey_[group] != journey_ ? 1 : 0;
        last_journey_[group] = journey_;
      }
      const auto role = part.labels[code].role;
      bought |= role == Role::buy;
      if (role != Role::none) before = role;
    }
  }

  void add_after(const Part& part, std::uint64_t begin, std::uint64_t end) {
    auto after = Role::none;
    for (auto row = end; row > begin; --row) {
      const auto code = part.event[row - 1];
      if (const auto group = group_of_[code]; group != no_group) {
        ++counted_[group].after[static_cast<std::size_t>(after)];
      }
      if (const auto role = part.labels[code].role; role != Role::none) after = role;
    }
  }

  std::vector<std::uint32_t> group_of_;
  std::vector<std::uint64_t> last_journey_;  // by group, numbered from 1
  std::uint64_t journey_ = 0;
  std::vector<Surroundings> counted_;
};

}  // namespace

std::vector<Surroundings> count_surroundings(const store::Snapshot& snapshot, Labels labels,
                                             std::span<const std::uint32_t> group_of, std::size_t groups) {
  PEREGRINE_CHECK(group_of.size() == labels.size());
  std::unordered_map<std::string_view, std::uint32_t> group_of_name;
  for (std::size_t code = 0; code < labels.size(); ++code) group_of_name.emplace(labels[code].event, group_of[code]);
  Counter counter(groups);
  for (std::size_t partition = 0; partition < snapshot.partitions(); ++partition) {
    const auto part = snapshot.part(partition, {.time = false}, labels);
    std::vector<std::uint32_t> group_of_code;
    for (const auto& label : part->labels) group_of_code.push_back(group_of_name.at(label.event));
    counter.enter(std::move(group_of_code));
    for (std::size_t journey = 0; journey < part->journeys(); ++journey) {
      counter.add(*part, part->first[journey], part->first[journey + 1]);
    }
  }
  snapshot.expect_intact();
  return counter.take();
}

}  // namespace peregrine::engine
