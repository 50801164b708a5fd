// Quarantined rows of one file put together again as a file that a reader can read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/mapping.hpp"
#include "ingest/reason.hpp"
#include "store/store.hpp"

namespace peregrine::ingest {

/// How a file was read, kept with its rows in quarantine.
struct KeptMapping {
  Mapping mapping;
  std::string mapping_text;  // of the mapping file, or empty

  static constexpr auto fields() {
    return std::make_tuple(field<&KeptMapping::mapping>("What each column became."),
                           field<&KeptMapping::mapping_text>("Text of the mapping file, or empty."));
  }
};

/// A row of `source` as it goes into quarantine.
store::Quarantined quarantined(std::string source, std::int64_t row, std::int64_t offset, Finding finding,
                               std::string raw);

/// Can the row be read once more on its own? Not when its fields could not be told apart, only its head was kept, or it
/// was understood and only came a second time.
bool is_readable_alone(const store::Quarantined& row);

/// Why rows of a file that was read so cannot be read again; empty when they can.
std::string why_not_again(const Mapping& mapping);

/// `mapping` is how the file was read, `text()` is a file of the rows alone: rows of CSV and objects of JSON as they
/// came, rows of Parquet as CSV, rows of a GA4 export in Parquet as JSON, events of XES each in a trace of its own.
class QuarantinedRows {
 public:
  explicit QuarantinedRows(const Mapping& mapping);

  /// Throws `corrupt` when the row is none of such a file.
  void add(std::string_view raw);
  /// After the last row.
  std::string text() const;

 private:
  enum class Form { csv, columns, objects, export_rows, events };

  static Form form_of(const Mapping& mapping);
  void add_object(std::string_view raw);
  void add_columns(std::string_view raw);
  void add_export_row(std::string_view raw);
  void add_event(std::string_view raw);
  void add_field(std::string_view text);

  Form form_;
  char delimiter_ = ',';
  std::vector<std::string> names_;
  std::string text_;
};

/// What is known of the columns of such a file, for rows that name their values and may have none of some.
KnownColumns known_columns_of(const Mapping& mapping);

/// The roles that the columns had, so that no column is guessed anew; of columns by a known shape the shape says so
/// again.
ColumnRoles roles_of(const Mapping& mapping);

}  // namespace peregrine::ingest
