#include "ingest/csv_record.hpp"

#include <cstring>
#include <string>

namespace peregrine::ingest {

namespace {

constexpr char quote = '"';
constexpr std::size_t nowhere = std::string_view::npos;

/// Reads one record; the members are where it stands.
class RecordReader {
 public:
  RecordReader(std::string_view text, std::size_t from, bool final, const Dialect& dialect,
               std::vector<CsvField>& fields)
      : text_(text), begin_(from), at_(from), final_(final), dialect_(dialect), fields_(fields) {}

  std::optional<CsvRecord> read() {
    fields_.clear();
    for (;;) {
      const bool quoted = at_ < text_.size() && text_[at_] == quote;
      const auto step = quoted ? read_quoted() : read_plain();
      if (step == Step::next_field) continue;
      if (step == Step::needs_more) return std::nullopt;
      return record_;
    }
  }

 private:
  enum class Step { next_field, record_ended, needs_more };

  Step read_plain() {
    const char* const begin = text_.data() + at_;
    const char* const end = text_.data() + text_.size();
    const char delimiter = dialect_.delimiter;
    const char newline = dialect_.newline;
    const char* at = begin;
    while (at != end && *at != delimiter && *at != newline) ++at;
    if (at == end && !final_) return Step::needs_more;
    std::string_view field(begin, static_cast<std::size_t>(at - begin));
    at_ += field.size();
    const bool ends = at == end || *at == newline;
    if (ends && dialect_.newline == '\n' && !field.empty() && field.back() == '\r') field.remove_suffix(1);
    return add({field, false, false}, ends);
  }

  Step read_quoted() {
    const auto opening = at_;
    bool escaped = false;
    const auto closing = find_closing(opening + 1, escaped);
    if (closing == nowhere) {
      const bool known_unclosed = final_ || text_.size() - opening > max_field + 2;
      return known_unclosed ? end_unclosed(opening) : Step::needs_more;
    }
    if (closing - opening - 1 > max_field) return end_unclosed(opening);
    if (closing + 1 == text_.size() && !final_) return Step::needs_more;
    const CsvField field{text_.substr(opening + 1, closing - opening - 1), true, escaped};
    at_ = closing + 1;
    if (at_ == text_.size()) return add(field, true);
    if (text_[at_] == dialect_.delimiter) return add(field, false);
    if (text_[at_] == dialect_.newline) return add(field, true);
    return after_closing(field);
  }

  /// A carriage return before the newline, or text that has no business here.
  Step after_closing(const CsvField& field) {
    if (text_[at_] == '\r' && at_ + 1 == text_.size() && !final_) return Step::needs_more;
    if (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == dialect_.newline)) {
      ++at_;
      return add(field, true);
    }
    record_.fault = CsvFault::stray_quote;
    return read_plain();
  }

  std::size_t find_closing(std::size_t from, bool& escaped) const {
    while (from < text_.size()) {
      const char* found = static_cast<const char*>(std::memchr(text_.data() + from, quote, text_.size() - from));
      if (found == nullptr) return nowhere;
      const auto at = static_cast<std::size_t>(found - text_.data());
      if (dialect_.backslash && is_backslashed(from, at)) {
        escaped = true;
        from = at + 1;
      } else if (at + 1 < text_.size() && text_[at + 1] == quote) {
        escaped = true;
        from = at + 2;
      } else {
        return at;
      }
    }
    return nowhere;
  }

  bool is_backslashed(std::size_t from, std::size_t at) const {
    std::size_t count = 0;
    while (at > from && text_[at - 1] == '\\') --at, ++count;
    return count % 2 == 1;
  }

  Step end_unclosed(std::size_t opening) {
    const auto newline = text_.find(dialect_.newline, opening);
    if (newline == nowhere && !final_) return Step::needs_more;
    at_ = newline == nowhere ? text_.size() : newline;
    const bool long_line = at_ - opening > max_field;
    end_record();
    record_.fault = long_line ? CsvFault::too_long : CsvFault::unclosed_quote;
    return Step::record_ended;
  }

  Step add(const CsvField& field, bool ends) {
    fields_.push_back(field);
    if (field.bytes.size() > max_field && record_.fault == CsvFault::none) record_.fault = CsvFault::too_long;
    if (!ends) {
      ++at_;
      return Step::next_field;
    }
    end_record();
    return Step::record_ended;
  }

  void end_record() {
    record_.bytes = text_.substr(begin_, at_ - begin_);
    if (dialect_.newline == '\n' && !record_.bytes.empty() && record_.bytes.back() == '\r')
      record_.bytes.remove_suffix(1);
    record_.next = at_ == text_.size() ? at_ : at_ + 1;
  }

  std::string_view text_;
  std::size_t begin_;
  std::size_t at_;
  bool final_;
  const Dialect& dialect_;
  std::vector<CsvField>& fields_;
  CsvRecord record_;
};

}  // namespace

std::optional<CsvRecord> read_record(std::string_view text, std::size_t from, bool final, const Dialect& dialect,
                                     std::vector<CsvField>& fields) {
  return RecordReader(text, from, final, dialect, fields).read();
}

std::size_t end_of_records(std::string_view text, bool final, const Dialect& dialect) {
  if (final) return text.size();
  std::vector<CsvField> fields;
  std::size_t end = 0;
  while (end < text.size()) {
    const void* const found = std::memchr(text.data() + end, quote, text.size() - end);
    const auto quote_at =
        found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    const auto newline = text.substr(0, quote_at).rfind(dialect.newline);
    if (newline != nowhere && newline >= end) end = newline + 1;  // records without a quote
    if (found == nullptr) break;
    const auto record = read_record(text, end, false, dialect, fields);
    if (!record) break;
    end = record->next;
  }
  return end;
}

void unescape(const CsvField& field, const Dialect& dialect, std::string& out) {
  const auto text = field.bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes = i + 1 < text.size() &&
                         ((text[i] == quote && text[i + 1] == quote) ||
                          (dialect.backslash && text[i] == '\\' && (text[i + 1] == quote || text[i + 1] == '\\')));
    if (escapes) ++i;
    out += text[i];
  }
}

}  // namespace peregrine::ingest
