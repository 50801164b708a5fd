#include "ingest/csv_records.hpp"

namespace peregrine::ingest {

void CsvRecords::start(std::string_view text) {
  text_ = text;
  at_ = 0;
  look_ahead();
}

void CsvRecords::look_ahead() {
  window_ = at_;
  places_ = separators_.find(text_.substr(at_, Separators::most_bytes));
}

bool CsvRecords::cut_plain(CsvRecord& record, std::vector<CsvField>& fields) {
  if (places_.size() < columns_) {
    if (at_ != window_) look_ahead();
    if (places_.size() < columns_) return false;
  }
  fields.resize(columns_);
  const char* const window = text_.data() + window_;
  const char* begin = text_.data() + at_;
  for (std::size_t i = 0; i + 1 < columns_; ++i) {
    const char* const end = window + places_[i];
    if (*end != dialect_.delimiter) return false;
    fields[i] = {{begin, end}, false, false};
    begin = end + 1;
  }
  const char* end = window + places_[columns_ - 1];
  if (*end != dialect_.newline) return false;
  record.next = static_cast<std::size_t>(end - text_.data()) + 1;
  if (dialect_.newline == '\n' && end > begin && end[-1] == '\r') --end;
  fields[columns_ - 1] = {{begin, end}, false, false};
  record.bytes = {text_.data() + at_, end};
  places_ = places_.subspan(columns_);
  return true;
}

CsvRecord CsvRecords::read_careful(std::vector<CsvField>& fields) {
  const auto record = read_record(text_, at_, true, dialect_, fields);
  std::size_t passed = 0;
  while (passed < places_.size() && window_ + places_[passed] < record->next) ++passed;
  places_ = places_.subspan(passed);
  return *record;
}

}  // namespace peregrine::ingest
