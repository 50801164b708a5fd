#include "ingest/csv_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/error.hpp"
#include "ingest/cell.hpp"
#include "ingest/reason.hpp"
#include "ingest/time_reader.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

constexpr auto delimiters = std::to_array<char>({',', ';', '\t', '|'});
constexpr auto delimiter_names = std::to_array<std::string_view>({"comma", "semicolon", "tab", "pipe"});
constexpr std::size_t max_columns = 4096;
constexpr std::size_t max_name = 1024;

[[noreturn]] void refuse(std::string_view file, std::string what, std::string expected) {
  throw Error(ErrorKind::invalid, std::string(file), std::move(what), std::move(expected));
}

std::string recode(std::string_view from, std::string_view file) {
  return "convert it: iconv -f " + std::string(from) + " -t UTF-8 " + std::string(file) + " > utf8.csv";
}

void refuse_other_encodings(std::string_view sample, std::string_view file) {
  if (sample.starts_with("\xFF\xFE") || sample.starts_with("\xFE\xFF")) {
    refuse(file, "is UTF-16, not UTF-8", recode("UTF-16", file));
  }
  const auto head = sample.substr(0, 4096);
  const auto zeros = static_cast<std::size_t>(std::count(head.begin(), head.end(), '\0'));
  if (zeros * 5 > head.size()) {
    const bool big = head.front() == '\0';
    refuse(file, "looks like UTF-16 without a mark, not UTF-8", recode(big ? "UTF-16BE" : "UTF-16LE", file));
  }
}

/// One bad row among many is quarantined; rows that are wrong throughout say that the file is of another encoding.
void refuse_windows_1252(std::string_view text, bool final, const Dialect& dialect, std::string_view file) {
  if (is_ascii(text)) return;
  std::size_t rows = 0;
  std::size_t broken = 0;
  bool header_is_broken = false;
  std::string_view first;
  std::vector<CsvField> fields;
  for (std::size_t at = 0; at < text.size(); ++rows) {
    const auto record = read_record(text, at, final, dialect, fields);
    if (!record) break;
    at = record->next;
    if (is_ascii(record->bytes)) continue;
    if (is_utf8(record->bytes)) return;
    if (broken++ == 0) first = record->bytes;
    header_is_broken |= rows == 0;
  }
  if (header_is_broken || broken * 20 > rows) {
    refuse(file, "is not UTF-8; it may be Windows-1252: " + quote_briefly(first), recode("WINDOWS-1252", file));
  }
}

char guess_newline(std::string_view text) {
  const auto line = text.find('\n');
  return line == std::string_view::npos && text.find('\r') != std::string_view::npos ? '\r' : '\n';
}

/// How many of the first records have as many fields as the first, when that has several.
std::size_t rows_that_fit(std::string_view text, bool final, const Dialect& dialect) {
  constexpr std::size_t most = 200;
  std::vector<CsvField> fields;
  std::size_t columns = 0;
  std::size_t fitting = 0;
  std::size_t rows = 0;
  for (std::size_t at = 0; at < text.size() && rows < most; ++rows) {
    const auto record = read_record(text, at, final, dialect, fields);
    if (!record) break;
    at = record->next;
    if (rows == 0) columns = fields.size();
    if (record->fault == CsvFault::none && columns > 1 && fields.size() == columns) ++fitting;
  }
  return fitting;
}

Dialect guess_dialect(std::string_view text, bool final) {
  Dialect best;
  best.newline = guess_newline(text);
  std::size_t best_fit = 0;
  const bool has_backslashes = text.find("\\\"") != std::string_view::npos;
  for (const bool backslash : {false, true}) {
    if (backslash && !has_backslashes) continue;
    for (const char delimiter : delimiters) {
      const Dialect candidate{delimiter, best.newline, backslash};
      const auto fit = rows_that_fit(text, final, candidate);
      if (fit > best_fit) {
        best_fit = fit;
        best = candidate;
      }
    }
  }
  return best;
}

bool looks_like_a_value(std::string_view name) {
  double number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  return (read.ec == std::errc() && read.ptr == name.data() + name.size()) || looks_like_time(name);
}

void check_names(const std::vector<std::string>& names, std::string_view file) {
  if (names.size() > max_columns) {
    refuse(file, "has " + std::to_string(names.size()) + " columns", "at most " + std::to_string(max_columns));
  }
  std::string values;
  for (const auto& name : names) {
    if (looks_like_a_value(name)) values += (values.empty() ? "" : ", ") + quote_briefly(name);
  }
  if (!values.empty()) {
    refuse(file, "has no header: the first row holds values (" + values + ")", "a first row that names the columns");
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty())
      refuse(file, "column " + std::to_string(i + 1) + " has no name", "a name for each in the header");
    if (names[i].size() > max_name) {
      refuse(file,
             "the name of column " + std::to_string(i + 1) + " is " + std::to_string(names[i].size()) + " bytes long",
             "at most " + std::to_string(max_name));
    }
    if (!seen.insert(names[i]).second) {
      refuse(file, "two columns are named " + quote_briefly(names[i]), "a name of its own for each");
    }
  }
}

}  // namespace

CsvHead read_csv_head(std::string_view sample, bool final, std::string_view file) {
  if (sample.empty()) refuse(file, "is empty", "a header and rows");
  refuse_other_encodings(sample, file);
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  CsvHead head;
  if (sample.starts_with(mark)) head.data = mark.size();
  const char newline = guess_newline(sample.substr(head.data));
  while (head.data < sample.size() && (sample[head.data] == newline || sample[head.data] == '\r')) ++head.data;
  const auto text = sample.substr(head.data);
  if (text.empty()) refuse(file, "is empty", "a header and rows");

  head.dialect = guess_dialect(text, final);
  std::vector<CsvField> fields;
  const auto record = read_record(text, 0, final, head.dialect, fields);
  if (!record || record->fault != CsvFault::none)
    refuse(file, "has no header that can be read", "a first row that names the columns");
  refuse_windows_1252(text, final, head.dialect, file);
  for (const auto& field : fields) {
    std::string name;
    unescape(field, head.dialect, name);
    head.names.emplace_back(trimmed(name));
  }
  check_names(head.names, file);
  head.line = record->bytes;
  head.data += record->next;
  return head;
}

std::string_view name_of_delimiter(char delimiter) {
  const auto found = std::find(delimiters.begin(), delimiters.end(), delimiter);
  return delimiter_names[static_cast<std::size_t>(found - delimiters.begin())];
}

char delimiter_named(std::string_view name) {
  const auto found = std::find(delimiter_names.begin(), delimiter_names.end(), name);
  if (found == delimiter_names.end()) throw Error(ErrorKind::corrupt, "delimiter", "is none: " + quote_briefly(name));
  return delimiters[static_cast<std::size_t>(found - delimiter_names.begin())];
}

}  // namespace peregrine::ingest
