// The customers behind a figure: the journeys which, observed alone under the same parameters, contribute to it.
// So the length of the list equals every figure that counts journeys.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/scan.hpp"

namespace peregrine::engine {

/// A place in a result, given as a JSON pointer into the whole answer and found again in the answer of one journey,
/// where rows may stand elsewhere: a row of a list is known by its first texts (its name) and by the whole numbers
/// before them (its step), not by its place. Among rows of one such key, and in lists without texts, the place counts.
class Figure {
 public:
  /// Throws `invalid` when the pointer leads nowhere in `result` or to something that does not count.
  Figure(const json::object& result, std::string_view pointer);

  bool counts_in(const json::object& result) const;
  /// The figure in the whole answer.
  std::int64_t value() const { return value_; }

 private:
  struct Step {
    std::string member{};    // of an object; or
    json::object row{};      // what a row of a list is known by
    std::size_t before = 0;  // rows before it that are known by the same
    bool is_row = false;
  };
  std::vector<Step> steps_;
  std::int64_t value_ = 0;
};

/// Calls `found(part, journeys)` once for each partition that has journeys behind the figure, in order, on one thread.
void for_each_behind(const store::Snapshot& snapshot, Labels labels, const Task& task, const ColumnRequest& also,
                     const Figure& figure,
                     const std::function<void(const Part&, std::span<const std::size_t> journeys)>& found);

}  // namespace peregrine::engine
