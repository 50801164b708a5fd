// What the command line says: answers as tables, JSON, CSV or Arrow on standard output; progress and errors on standard
// error. Tables fit the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "cli/table.hpp"

namespace peregrine::cli {

enum class Format : unsigned char { table, json, csv, arrow };

/// Columns of the terminal that standard output is; 100 when it is none.
std::size_t terminal_width();
/// True when standard error is a terminal: progress is drawn only there.
bool draws_progress();

/// One answer in the format asked for. `list` chooses one list of the result for csv and arrow; empty: the first.
std::string format_answer(const json::object& answer, Format format, const std::string& list);

/// Rows as CSV (RFC 4180). Text that a spreadsheet would take for a formula gets a leading apostrophe unless `raw`.
std::string format_csv(const json::array& rows, bool raw);

/// Rows in the format asked for: a table as wide as the terminal, or as JSON an object with the rows under `name`.
std::string format_rows(const json::array& rows, std::string_view name, Format format);

}  // namespace peregrine::cli
