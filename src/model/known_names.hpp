// KnownNames are the names that a question may say: the events and the columns that the data have, with their types.
// A view; whoever owns the data owns the texts.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "model/column.hpp"

namespace peregrine {

struct KnownColumn {
  std::string_view name;
  ColumnType type = ColumnType::text;
};

struct KnownNames {
  std::span<const std::string_view> events;
  std::span<const KnownColumn> columns;

  /// Null when there is none of that name.
  const KnownColumn* find_column(std::string_view name) const {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const auto& each) { return each.name == name; });
    return found == columns.end() ? nullptr : &*found;
  }
  std::vector<std::string_view> column_names() const {
    std::vector<std::string_view> names;
    for (const auto& column : columns) names.push_back(column.name);
    return names;
  }
};

}  // namespace peregrine
