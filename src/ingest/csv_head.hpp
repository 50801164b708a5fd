// A CsvHead is what the first bytes of a CSV file say of it: delimiter, quotes, line ends and the names of the columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/csv_record.hpp"

namespace peregrine::ingest {

struct CsvHead {
  Dialect dialect;
  std::vector<std::string> names;  // of the columns
  std::string line;                // the header as it came
  std::size_t data = 0;            // where the first row begins, after a byte order mark and the header
};

/// Reads the head from the first bytes of a file; `final` when they are all of it. Throws `invalid` for what is no CSV
/// in UTF-8 with a header of distinct names. `file` names it in errors.
CsvHead read_csv_head(std::string_view sample, bool final, std::string_view file);

/// `comma`, `semicolon`, `tab` or `pipe`.
std::string_view name_of_delimiter(char delimiter);
/// Throws `corrupt` for a name that is none.
char delimiter_named(std::string_view name);

}  // namespace peregrine::ingest
