// Quarantined rows of one file put together again as a file that a reader can read: the header and the rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/mapping.hpp"
#include "store/store.hpp"

namespace peregrine::ingest {

/// Can the row be read once more on its own? Not when its fields could not be told apart, only its head was kept, or it
/// was understood and only came a second time.
bool is_readable_alone(const store::Quarantined& row);

/// Why rows of a file that was read so cannot be put together again; empty when they can.
std::string why_not_again(const Mapping& mapping);

/// A file of JSON lines, with the objects as they came; or CSV: rows of CSV as they came, rows of Parquet from their
/// JSON. `mapping` is how the file was read.
class QuarantinedRows {
 public:
  explicit QuarantinedRows(const Mapping& mapping);

  /// Throws `corrupt` when the row is none of such a file.
  void add(std::string_view raw);
  const std::string& text() const { return text_; }

 private:
  void add_object(std::string_view raw);
  void add_json(std::string_view raw);
  void add_field(std::string_view text);

  char delimiter_ = ',';
  bool is_parquet_ = false;
  bool is_json_ = false;
  std::vector<std::string> names_;
  std::string text_;
};

/// Columns that were found or said to be something, for rows that name their values and may have none of them.
std::vector<std::string> columns_of(const Mapping& mapping);

/// The roles that the columns had, so that no column is guessed anew; of columns by a known shape the shape says so
/// again.
ColumnRoles roles_of(const Mapping& mapping);

}  // namespace peregrine::ingest
