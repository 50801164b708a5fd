// Reads a CSV file in blocks of whole rows: blocks are cut one after another and parsed side by side.
#include <algorithm>
#include <cstring>
#include <deque>

#include "base/error.hpp"
#include "ingest/csv_head.hpp"
#include "ingest/csv_record.hpp"
#include "ingest/csv_records.hpp"
#include "ingest/read_blocks.hpp"
#include "ingest/reader.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t sample_bytes = std::size_t{1} << 20;

/// Whole rows of the file.
struct CsvBlock {
  std::string bytes;
  std::uint64_t offset = 0;          // in the uncompressed file
  std::uint64_t overlong_bytes = 0;  // not 0: `bytes` is the head of one row that is this long
};

/// Bytes that were read ahead, then the rest of their stream.
class ResumedStream final : public ByteStream {
 public:
  ResumedStream(std::string_view begun, ByteStream& rest) : begun_(begun), rest_(rest) {}

  std::size_t read(std::span<char> into) override {
    const auto count = std::min(into.size(), begun_.size());
    std::copy_n(begun_.begin(), count, into.begin());
    begun_.remove_prefix(count);
    return count == into.size() ? count : count + rest_.read(into.subspan(count));
  }

 private:
  std::string_view begun_;
  ByteStream& rest_;
};

/// Cuts the stream into blocks.
class BlockCutter {
 public:
  /// `stream` goes on at `offset` of the file, with the data after the header.
  BlockCutter(ByteStream& stream, std::uint64_t offset, const Dialect& dialect, std::size_t block_bytes)
      : stream_(stream),
        offset_(offset),
        dialect_(dialect),
        block_bytes_(std::clamp<std::size_t>(block_bytes, 1, max_record)) {}

  std::optional<CsvBlock> next() {
    auto bytes = std::move(carried_);
    carried_.clear();
    // Never more than one byte beyond the longest row, so that a longer one is seen as such wherever blocks are cut.
    for (auto wanted = block_bytes_;; wanted = std::min(std::max(wanted, bytes.size()) * 2, max_record + 1)) {
      fill(bytes, wanted);
      if (bytes.empty()) return std::nullopt;
      const auto end = end_of_records(bytes, final_, dialect_);
      if (end > 0) {
        carried_ = bytes.substr(end);
        bytes.resize(end);
        return block(std::move(bytes), end);
      }
      if (bytes.size() > max_record) return skip_record(std::move(bytes));
    }
  }

 private:
  void fill(std::string& bytes, std::size_t wanted) {
    if (final_ || bytes.size() >= wanted) return;
    const auto had = bytes.size();
    bytes.resize(wanted);
    const auto got = stream_.read({bytes.data() + had, wanted - had});
    bytes.resize(had + got);
    final_ = had + got < wanted;
  }

  CsvBlock block(std::string bytes, std::uint64_t size) {
    CsvBlock block{std::move(bytes), offset_, 0};
    offset_ += size;
    return block;
  }

  /// Keeps the head of a row without an end and goes on after the next newline.
  CsvBlock skip_record(std::string bytes) {
    constexpr std::size_t head_bytes = std::size_t{64} << 10;
    auto head = bytes.substr(0, head_bytes);
    std::uint64_t size = 0;
    std::uint64_t skipped = 0;  // the newline
    for (;;) {
      const auto newline = bytes.find(dialect_.newline);
      if (newline != std::string::npos) {
        carried_ = bytes.substr(newline + 1);
        size += newline;
        skipped = 1;
        break;
      }
      size += bytes.size();
      bytes.clear();
      fill(bytes, sample_bytes);
      if (bytes.empty()) break;
    }
    auto whole = block(std::move(head), size + skipped);
    whole.overlong_bytes = size;
    return whole;
  }

  ByteStream& stream_;
  std::string carried_;
  std::uint64_t offset_;
  bool final_ = false;
  const Dialect& dialect_;
  std::size_t block_bytes_;
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

  MadeBlock parse(const CsvBlock& block) {
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
  void parse_rows(const CsvBlock& block) {
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

/// A file from its first byte on, of which a piece is read ahead.
struct OpenedCsv {
  OpenedCsv(ServedFile& file, std::string_view compression, const std::string& name)
      : stream(open_stream(file, compression, name)), begun(sample_bytes, '\0') {
    begun.resize(stream->read(begun));
  }
  bool is_whole() const { return begun.size() < sample_bytes; }

  std::unique_ptr<ByteStream> stream;
  std::string begun;
};

/// The blocks of an opened file after its header.
class CsvBlocks {
 public:
  CsvBlocks(std::unique_ptr<OpenedCsv> opened, const CsvHead& head, std::size_t block_bytes)
      : opened_(std::move(opened)),
        data_(std::string_view(opened_->begun).substr(head.data), *opened_->stream),
        cutter_(data_, head.data, head.dialect, block_bytes) {}
  std::optional<CsvBlock> next() { return cutter_.next(); }

 private:
  std::unique_ptr<OpenedCsv> opened_;
  ResumedStream data_;
  BlockCutter cutter_;
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
  auto opened = std::make_unique<OpenedCsv>(file, compression, task.file);
  const auto head = read_csv_head(opened->begun, opened->is_whole(), task.file);

  CsvCells cells(head.dialect);
  std::deque<std::string> kept;
  const auto plan = plan_file(sample_of(opened->begun, opened->is_whole(), head, cells, kept), task);
  plan->mapping.format = "CSV";
  plan->mapping.compression = compression;
  plan->mapping.delimiter = name_of_delimiter(head.dialect.delimiter);
  output.give(plan->mapping);
  if (task.mapping_only) return;

  read_blocks(
      *plan, task, output, [&] { return CsvParser(head, *plan, task.now); },
      [&] {
        if (opened == nullptr) opened = std::make_unique<OpenedCsv>(file, compression, task.file);
        return std::make_unique<CsvBlocks>(std::move(opened), head, static_cast<std::size_t>(task.block_bytes));
      });
}

}  // namespace peregrine::ingest
