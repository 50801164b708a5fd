// Reads a CSV file in blocks of whole rows: blocks are cut one after another and parsed side by side.
#include <algorithm>
#include <deque>

#include "base/error.hpp"
#include "ingest/block_cutter.hpp"
#include "ingest/csv_head.hpp"
#include "ingest/csv_record.hpp"
#include "ingest/csv_records.hpp"
#include "ingest/read_blocks.hpp"
#include "ingest/reader.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t sample_bytes = std::size_t{1} << 20;

class CsvBorders final : public RecordBorders {
 public:
  explicit CsvBorders(const Dialect& dialect) : dialect_(dialect) {}

  std::size_t end_of_records(std::string_view text, bool final) const override {
    return ingest::end_of_records(text, final, dialect_);
  }
  char newline() const override { return dialect_.newline; }

 private:
  const Dialect& dialect_;
};

/// Fields as cells: an empty field, NULL and \N are nothing unless they are quoted. Texts with escapes are kept here.
class CsvCells {
 public:
  explicit CsvCells(const Dialect& dialect) : dialect_(dialect) {}

  void read(const std::vector<CsvField>& fields, std::vector<Cell>& cells) {
    if (!unescaped_.empty()) unescaped_.clear();
    cells.resize(fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      cells[i].text = text_of(fields[i]);
      cells[i].kind = is_nothing(fields[i], cells[i].text) ? Cell::Kind::none : Cell::Kind::text;
    }
  }

 private:
  std::string_view text_of(const CsvField& field) {
    if (!field.escaped) return field.bytes;
    unescaped_.emplace_back();
    unescape(field, dialect_, unescaped_.back());
    return unescaped_.back();
  }

  static bool is_nothing(const CsvField& field, std::string_view text) {
    return text.empty() || (!field.quoted && is_null(text));
  }
  static bool is_null(std::string_view text) {
    return (text.size() == 4 && text == "NULL") || (text.size() == 2 && text == "\\N");
  }

  const Dialect& dialect_;
  std::deque<std::string> unescaped_;  // texts stay where they are
};

/// Turns blocks into what the import is given. One a thread.
class CsvParser {
 public:
  CsvParser(const CsvHead& head, const FilePlan& plan, Time now)
      : head_(head), builder_(plan, now), records_(head.dialect, head.names.size()), cells_(head.dialect) {}

  MadeBlock parse(const TextBlock& block) {
    ascii_ = is_ascii(block.bytes);
    if (block.overlong_bytes > 0) {
      builder_.reject(
          static_cast<std::int64_t>(block.offset),
          {Reason::row_too_long, "", "row is " + std::to_string(block.overlong_bytes) + " bytes long (at most 16 MiB)"},
          block.bytes);
    } else {
      parse_rows(block);
    }
    return builder_.finish();
  }

 private:
  void parse_rows(const TextBlock& block) {
    records_.start(block.bytes);
    while (!records_.at_end()) {
      const auto offset = static_cast<std::int64_t>(block.offset + records_.at());
      const auto record = records_.next(fields_);
      if (!record.is_blank()) parse_row(record, offset);
    }
  }

  void parse_row(const CsvRecord& record, std::int64_t offset) {
    if (auto fault = fault_of(record)) return builder_.reject(offset, std::move(*fault), record.bytes);
    cells_.read(fields_, row_);
    builder_.add(row_, offset, [&] { return record.bytes; });
  }

  /// What keeps the fields of a row from being looked at.
  std::optional<Finding> fault_of(const CsvRecord& record) const {
    switch (record.fault) {
      case CsvFault::none: break;
      case CsvFault::unclosed_quote:
        return Finding{Reason::csv_unclosed_quote, "", "row has a quoted field that is not closed"};
      case CsvFault::stray_quote:
        return Finding{Reason::csv_stray_quote, "",
                       "row has text after the closing quote of a field (expected \"\" for a quote)"};
      case CsvFault::too_long: return Finding{Reason::row_too_long, "", "row has a field longer than 1 MiB"};
    }
    if (fields_.size() != head_.names.size()) {
      return Finding{Reason::csv_columns, "",
                     "row has " + std::to_string(fields_.size()) + " fields (expected " +
                         std::to_string(head_.names.size()) + ", as the header)"};
    }
    if (record.bytes == head_.line) return Finding{Reason::csv_repeated_header, "", "row is the header again"};
    if (!ascii_ && !is_utf8(record.bytes)) {
      return Finding{Reason::invalid_utf8, "", "row is not UTF-8: " + quote_briefly(record.bytes)};
    }
    return std::nullopt;
  }

  const CsvHead& head_;
  BlockBuilder builder_;
  CsvRecords records_;
  CsvCells cells_;
  bool ascii_ = true;
  std::vector<CsvField> fields_;
  std::vector<Cell> row_;
};

/// Rows of the sample by columns; its texts live in `cells` and `bytes`.
Sample sample_of(std::string_view bytes, bool final, const CsvHead& head, CsvCells& cells,
                 std::deque<std::string>& kept) {
  Sample sample(head.names.size());
  for (std::size_t i = 0; i < sample.size(); ++i) sample[i].name = head.names[i];
  std::vector<CsvField> fields;
  std::vector<Cell> row;
  std::size_t rows = 0;
  for (std::size_t at = head.data; at < bytes.size() && rows < sample_rows;) {
    const auto record = read_record(bytes, at, final, head.dialect, fields);
    if (!record) break;
    at = record->next;
    if (record->is_blank() || record->fault != CsvFault::none || fields.size() != sample.size() ||
        record->bytes == head.line) {
      continue;
    }
    cells.read(fields, row);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (fields[i].escaped) row[i].text = kept.emplace_back(row[i].text);
      sample[i].values.push_back(row[i]);
    }
    ++rows;
  }
  return sample;
}

}  // namespace

void read_csv(ServedFile& file, const Task& task, std::string_view compression, ReaderOutput& output) {
  auto opened = std::make_unique<BegunFile>(file, compression, task.file);
  const std::string_view begun = opened->begin(sample_bytes);
  const auto head = read_csv_head(begun, opened->is_whole(), task.file);

  CsvCells cells(head.dialect);
  std::deque<std::string> kept;
  const auto plan = plan_file(sample_of(begun, opened->is_whole(), head, cells, kept), task);
  plan->mapping.file_format = FileFormat::csv;
  plan->mapping.format = "CSV";
  plan->mapping.compression = compression;
  plan->mapping.delimiter = name_of_delimiter(head.dialect.delimiter);
  output.give(plan->mapping);
  if (task.mapping_only) return;

  const CsvBorders borders(head.dialect);
  read_blocks(
      *plan, task, output, [&] { return CsvParser(head, *plan, task.now); },
      [&] {
        if (opened == nullptr) opened = std::make_unique<BegunFile>(file, compression, task.file);
        opened->begin(sample_bytes);
        return std::make_unique<CutFile>(std::move(opened), head.data, borders,
                                         static_cast<std::size_t>(task.block_bytes));
      });
}

}  // namespace peregrine::ingest
