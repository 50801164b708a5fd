// CsvRecords go through a text record by record and give exactly what read_record gives. A record whose separators lie
// as a plain row's do, without a quote and with as many fields as there are columns, is cut at them; read_record reads
// every other one. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/csv_record.hpp"
#include "ingest/separators.hpp"

namespace peregrine::ingest {

class CsvRecords {
 public:
  CsvRecords(const Dialect& dialect, std::size_t columns)
      : dialect_(dialect), columns_(columns), separators_(dialect) {}

  /// Begins with the first record of `text`, which ends with its last.
  void start(std::string_view text);

  bool at_end() const { return at_ == text_.size(); }
  /// Where the next record begins.
  std::size_t at() const { return at_; }

  CsvRecord next(std::vector<CsvField>& fields) {
    CsvRecord record;
    if (!cut_plain(record, fields)) record = read_careful(fields);
    at_ = record.next;
    return record;
  }

 private:
  bool cut_plain(CsvRecord& record, std::vector<CsvField>& fields);
  CsvRecord read_careful(std::vector<CsvField>& fields);
  void look_ahead();

  const Dialect& dialect_;
  std::size_t columns_;
  Separators separators_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t window_ = 0;                 // where the bytes begin whose separators are known
  std::span<const std::uint32_t> places_;  // from window_ on; of those, the ones at or after at_
};

}  // namespace peregrine::ingest
