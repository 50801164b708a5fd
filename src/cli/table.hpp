// Rows as aligned tables for people: cells say shares, times and counts as such, wide cells are cut with an ellipsis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace peregrine::cli {

/// Rows of one list as an aligned table of at most `width` columns.
std::string format_table(const json::array& rows, std::size_t width);

/// One value; what it is follows from its name.
std::string format_cell(std::string_view name, const json::value& value);
/// The interval of a figure, from its `_low` and `_high` beside it; empty without.
std::string format_interval(std::string_view name, const json::object& row);

/// 1,234,567
std::string format_count(std::int64_t count);

/// The members of all rows, in the order they are met.
std::vector<std::string> member_names(const json::array& rows);

}  // namespace peregrine::cli
