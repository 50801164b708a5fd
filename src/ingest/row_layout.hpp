// A RowLayout says which keys of rows are columns of the plan, for files whose rows name their values. It grows while
// the first rows are looked at, is settled once by the plan, and then only read, by all threads.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/file_plan.hpp"
#include "ingest/shape.hpp"

namespace peregrine::ingest {

class RowLayout {
 public:
  static constexpr int nowhere = -1;

  /// The column of a key, made when it is new, or nowhere when there are as many columns as there may be.
  int add(Shape shape, std::string_view path, const Placement& placement);

  /// The columns that rows of a shape have whether or not there are values.
  void add_roles(Shape shape);

  /// The columns so far, without values.
  Sample columns() const;
  void settle(const FilePlan& file);

  std::size_t size() const { return columns_.size(); }
  /// The column that holds the value of a key, or nowhere: it is a property beyond the plan.
  int find(Shape shape, const Placement& placement) const;
  /// A name for a property beyond the plan that no column of the plan has.
  std::string late_name(const Placement& placement) const;

 private:
  struct Column {
    std::string name;
    std::string_view becomes;
    std::string_view left_out;
    bool plain = false;
  };

  std::vector<Column> columns_;
  std::array<bool, shapes> has_roles_{};
  std::unordered_map<std::string, int> places_;  // by Placement::column
  // Of the plan, unless a mapping file makes its columns of these:
  std::vector<int> holds_;        // the first column that becomes the same
  std::vector<bool> only_plain_;  // found by name to say who, when or what, in rows of no known shape
  std::map<std::string, int, std::less<>> becoming_;
  std::set<std::string, std::less<>> taken_;  // names of the plan
};

}  // namespace peregrine::ingest
