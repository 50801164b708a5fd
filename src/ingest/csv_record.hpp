// A CsvRecord is one row of a CSV text as it lies there: where it begins and ends, its fields, and what is wrong with
// it. Why not a library's parser: a quarantined row needs its own bytes and place, and one quote that is never closed
// must cost one line, not the rest of the file. Arrow's BlockParser gives neither.
//
// record  = field *(delimiter field) [CR] newline | end of text
// field   = quoted | plain
// quoted  = quote *(any but quote | quote quote) quote          (with `backslash`: also backslash any)
// plain   = *(any but delimiter, newline)                        (a quote inside is an ordinary character)
// A quoted field that does not end within max_field bytes, or before the end of the text, is unclosed: its record ends
// at the first newline after its opening quote. So where records end does not depend on how the text was cut into
// blocks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::ingest {

constexpr std::size_t max_field = std::size_t{1} << 20;
constexpr std::size_t max_record = std::size_t{16} << 20;

struct Dialect {
  char delimiter = ',';
  char newline = '\n';     // '\r' for files of old Macs
  bool backslash = false;  // \" stands for a quote inside quotes
};

struct CsvField {
  std::string_view bytes;  // between the quotes when quoted
  bool quoted = false;
  bool escaped = false;  // holds doubled quotes or backslashes: see unescape
};

enum class CsvFault { none, unclosed_quote, stray_quote, too_long };

struct CsvRecord {
  std::string_view bytes;  // without the newline
  std::size_t next = 0;    // where the next record begins
  CsvFault fault = CsvFault::none;
  bool is_blank() const { return bytes.empty(); }
};

/// The record that begins at `from`, with its fields in `fields`. Nothing when it may not be whole yet and `final` is
/// false. `from` must be before the end of `text`.
std::optional<CsvRecord> read_record(std::string_view text, std::size_t from, bool final, const Dialect& dialect,
                                     std::vector<CsvField>& fields);

/// Where the last whole record of `text` ends, or 0 when none is whole. `text` begins with a record.
std::size_t end_of_records(std::string_view text, bool final, const Dialect& dialect);

/// Appends the field with its escapes resolved.
void unescape(const CsvField& field, const Dialect& dialect, std::string& out);

}  // namespace peregrine::ingest
