#include "engine/behind.hpp"

#include <algorithm>
#include <bit>

#include "base/threads.hpp"
#include "fold/filtered_part.hpp"

namespace peregrine::engine {

namespace {

/// How many journeys to ask together, where `behind` of `all` are behind the figure. Half of such groups have one, so
/// that an answer says most; where more than about every third journey is behind, each is best asked alone.
std::size_t journeys_together(std::int64_t behind, std::int64_t all) {
  constexpr double half_of_groups = 0.7;  // ln 2
  constexpr std::size_t most = std::size_t{1} << 20;
  if (behind <= 0 || all <= 0) return most;
  const auto together = half_of_groups * static_cast<double>(all) / static_cast<double>(behind);
  return std::bit_floor(static_cast<std::size_t>(std::clamp(together, 1.0, static_cast<double>(most))));
}

/// Finds the journeys of a part that contribute. Journeys that together contribute nothing do not alone (a law of
/// folds), so that many need not be asked alone.
class Search {
 public:
  Search(const Part& part, Contribution& contribution) : part_(part), contribution_(contribution) {}

  std::vector<std::size_t> run(std::size_t together) {
    const auto journeys = part_.journeys();
    for (std::size_t begin = 0; begin < journeys; begin += together) {
      const auto end = std::min(begin + together, journeys);
      if (contribute(begin, end)) narrow(begin, end);
    }
    return std::move(found_);
  }

 private:
  bool contribute(std::size_t begin, std::size_t end) {
    if (part_.first[begin] == part_.first[end]) return false;
    return contribution_.of({.size = end - begin,
                             .begin = part_.first.data() + begin,
                             .end = part_.first.data() + begin + 1,
                             .journeys = nullptr,
                             .first_journey = begin});
  }
  /// Of these, which contribute together.
  void narrow(std::size_t begin, std::size_t end) {
    if (end - begin == 1) {
      found_.push_back(begin);
      return;
    }
    const auto middle = begin + (end - begin) / 2;
    const bool in_first = contribute(begin, middle);
    if (in_first) narrow(begin, middle);
    // What is not in the first half is in the second. One journey is always asked: it is on the list for its answer.
    if ((!in_first && end - middle > 1) || contribute(middle, end)) narrow(middle, end);
  }

  const Part& part_;
  Contribution& contribution_;
  std::vector<std::size_t> found_;
};

}  // namespace

void for_each_behind(const store::Snapshot& snapshot, Labels labels, const Task& task, const ColumnRequest& also,
                     const Figure& figure, std::size_t threads, const FoundBehind& found) {
  ColumnRequest columns = task.columns;
  columns.add(also);
  if (task.where) columns.add(task.where->columns());
  const auto together = journeys_together(figure.value(), snapshot.journeys());
  const auto work = [&](std::size_t partition, std::size_t) {
    const auto summary = snapshot.summary(partition, labels);
    if (summary && !may_concern(*summary, task.where ? &*task.where : nullptr, task.to)) return;
    const auto whole = snapshot.part(partition, columns, labels);
    std::unique_ptr<FilteredPart> filtered;
    if (task.where) filtered = std::make_unique<FilteredPart>(*whole, *task.where, columns);
    const Part& part = filtered ? static_cast<const Part&>(*filtered) : *whole;
    const auto contribution = task.fold->contribution(part, figure.way());
    if (contribution == nullptr) return;
    const auto journeys = Search(part, *contribution).run(together);
    if (!journeys.empty()) found(partition, part, journeys);
  };
  for_each_item(snapshot.partitions(), threads == 0 ? available_cores() : threads, work);
  snapshot.expect_intact();
}

}  // namespace peregrine::engine
