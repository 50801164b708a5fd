// A Figure is a count in a result: given as a JSON pointer into the whole answer, and found again in the result of some
// of its journeys, where rows may stand elsewhere. A row of a list is known by its first texts (its name) and by the
// whole numbers before them (its step), not by its place. Among rows of one such key, and in lists without texts, the
// place counts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace peregrine {

class Figure {
 public:
  /// Throws `invalid` when the pointer leads nowhere in `result` or to something that does not count.
  Figure(const json::object& result, std::string_view pointer);

  struct Step {
    std::string member{};    // of an object; or
    json::object row{};      // what a row of a list is known by
    std::size_t before = 0;  // rows before it that are known by the same
    bool is_row = false;
  };
  using Way = std::span<const Step>;

  /// From the result to the figure.
  Way way() const { return way_; }
  /// The figure in the whole answer.
  std::int64_t value() const { return value_; }

 private:
  std::vector<Step> way_;
  std::int64_t value_ = 0;
};

}  // namespace peregrine
