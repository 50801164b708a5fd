#include "ingest/row_reader.hpp"

#include <algorithm>
#include <charconv>

#include "ingest/ascii.hpp"
#include "ingest/zero_byte.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t max_id = 1024;

std::string expected_time(TimeForm form) {
  switch (form) {
    case TimeForm::text: return " (expected like 2026-02-28T13:05)";
    case TimeForm::day_first: return " (expected like 28/02/2026 13:05)";
    case TimeForm::month_first: return " (expected like 02/28/2026 13:05)";
    default: return " (expected " + std::string(words_of(form)) + ")";
  }
}

std::string expected_time(const Plan& plan) {
  if (plan.time_pattern) return " (expected like " + plan.time_pattern->text() + ")";
  return expected_time(plan.time_form);
}

std::string time_sentence(Reason reason, const Plan& plan, std::string_view text) {
  switch (reason) {
    case Reason::time_missing: return "is missing";
    case Reason::time_does_not_exist: return "does not exist: " + quote_briefly(text);
    case Reason::timestamp_unit_mixed:
      return "does not count in the column's unit: " + quote_briefly(text) + expected_time(plan);
    case Reason::time_before_1971: return "is before 1971: " + quote_briefly(text);
    case Reason::time_in_future: return "is more than 24 hours ahead of now: " + quote_briefly(text);
    case Reason::time_in_gap:
      return "falls into the hour that the clocks skip and was moved forward: " + quote_briefly(text);
    case Reason::time_ambiguous:
      return "occurs twice as the clocks go back, the first was taken: " + quote_briefly(text);
    default: return "is not a time: " + quote_briefly(text) + expected_time(plan);
  }
}

bool begins_placeholder(char c) {
  switch (lower(c)) {
    case '0':
    case '-':
    case '[':
    case 'a':
    case 'g':
    case 'n':
    case 't':
    case 'u': return true;
    default: return false;
  }
}

}  // namespace

RowReader::RowReader(const Plan& plan, Time now)
    : plan_(plan),
      times_(plan.time_form, plan.zone, now, plan.time_pattern),
      time_(plan.find(Target::time)),
      event_(plan.find(Target::event)),
      customer_(plan.find(Target::customer)),
      anonymous_(plan.find(Target::anonymous)),
      account_(plan.find(Target::account)),
      value_(plan.find(Target::value)),
      currency_(plan.find(Target::currency)),
      score_(plan.find(Target::score)),
      survey_(plan.find(Target::survey)),
      sequence_(plan.find(Target::sequence)) {}

bool RowReader::read(std::span<const Cell> cells, ReadRow& row, Findings& findings) {
  const auto cell = [&](int column) -> const Cell& { return cells[static_cast<std::size_t>(column)]; };
  return read_time(cell(time_), row, findings) && read_event(cell(event_), row, findings) &&
         read_ids(cells, row, findings) && (value_ < 0 || read_value(cell(value_), row, findings)) &&
         read_currency(cells, row, findings) && (score_ < 0 || read_score(cells, row, findings)) &&
         (sequence_ < 0 || read_sequence(cell(sequence_), row, findings));
}

bool RowReader::read_time(const Cell& cell, ReadRow& row, Findings& findings) {
  const auto time = times_.read(cell);
  row.time = time.micros;
  if (!time.finding) return true;
  reject(findings, *time.finding, time_, time_sentence(*time.finding, plan_, text_.of(cell)));
  return !is_rejection(*time.finding);
}

bool RowReader::read_event(const Cell& cell, ReadRow& row, Findings& findings) {
  row.event = trimmed(event_text_.of(cell));
  if (row.event.empty()) return reject(findings, Reason::event_missing, event_, "is missing");
  if (row.event.size() > max_id) {
    return reject(findings, Reason::event_too_long, event_, "is longer than 1 KiB: " + quote_briefly(row.event));
  }
  if (holds_zero_byte(row.event)) {
    return reject(findings, Reason::event_has_nul, event_, "holds a zero byte: " + quote_briefly(row.event));
  }
  return true;
}

bool RowReader::read_id(std::span<const Cell> cells, int column, CellText& text, std::string_view& id,
                        Findings& findings) {
  if (column < 0) return true;
  id = trimmed(text.of(cells[static_cast<std::size_t>(column)]));
  if (id.size() > max_id) {
    return reject(findings, Reason::id_too_long, column, "is longer than 1 KiB: " + quote_briefly(id));
  }
  if (holds_zero_byte(id)) {
    return reject(findings, Reason::id_has_nul, column, "holds a zero byte: " + quote_briefly(id));
  }
  if (!is_placeholder(id)) return true;
  if (column == customer_) {
    return reject(findings, Reason::id_placeholder, column, "is a placeholder that many share: " + quote_briefly(id));
  }
  reject(findings, Reason::anonymous_placeholder, column, "is a placeholder and was left out: " + quote_briefly(id));
  id = {};
  return true;
}

bool RowReader::read_ids(std::span<const Cell> cells, ReadRow& row, Findings& findings) {
  if (!read_id(cells, customer_, customer_text_, row.customer, findings) ||
      !read_id(cells, anonymous_, anonymous_text_, row.anonymous, findings) ||
      !read_id(cells, account_, account_text_, row.account, findings)) {
    return false;
  }
  if (!row.customer.empty() || !row.anonymous.empty()) return true;
  findings.clear();  // whatever was left out, the row is not stored
  return reject(findings, Reason::customer_missing, customer_ >= 0 ? customer_ : anonymous_, "is missing");
}

bool RowReader::read_value(const Cell& cell, ReadRow& row, Findings& findings) {
  ReadAmount amount;
  switch (cell.kind) {
    case Cell::Kind::none: return true;
    case Cell::Kind::text: {
      if (trimmed(cell.text).empty()) return true;
      amount = read_amount(cell.text, plan_.amount_style);
      break;
    }
    case Cell::Kind::money: amount.millionths = cell.integer; break;
    case Cell::Kind::number: amount = read_amount(cell.number); break;
    case Cell::Kind::integer:
      if (__builtin_mul_overflow(cell.integer, std::int64_t{1'000'000}, &amount.millionths)) {
        amount.finding = Reason::value_out_of_range;
      }
      break;
    default: amount.finding = Reason::value_unreadable;
  }
  row.value = amount.millionths;
  row.has_value = true;
  if (!amount.finding) return true;
  const auto text = quote_briefly(text_.of(cell));
  switch (*amount.finding) {
    case Reason::value_not_finite: return reject(findings, *amount.finding, value_, "is no amount: " + text);
    case Reason::value_out_of_range: return reject(findings, *amount.finding, value_, "is too large: " + text);
    default:
      return reject(
          findings, *amount.finding, value_,
          "is not an amount: " + text +
              (plan_.amount_style == AmountStyle::comma ? " (expected like 1.234,56)" : " (expected like 1234.56)"));
  }
}

bool RowReader::read_currency(std::span<const Cell> cells, ReadRow& row, Findings& findings) {
  if (row.has_value) row.currency = plan_.constant_currency;
  if (currency_ < 0) return true;
  const auto text = trimmed(currency_text_.of(cells[static_cast<std::size_t>(currency_)]));
  if (text.empty()) return true;
  const bool is_code = text.size() == 3 &&
                       std::all_of(text.begin(), text.end(), [](char c) { return upper(c) >= 'A' && upper(c) <= 'Z'; });
  if (!is_code) {
    return reject(findings, Reason::currency_unknown, currency_,
                  "is no currency: " + quote_briefly(text) + " (expected three letters such as EUR)");
  }
  std::transform(text.begin(), text.end(), currency_code_.begin(), upper);
  row.currency = {currency_code_.data(), currency_code_.size()};
  return true;
}

bool RowReader::read_score(std::span<const Cell> cells, ReadRow& row, Findings& findings) {
  const auto& cell = cells[static_cast<std::size_t>(score_)];
  const auto text = trimmed(text_.of(cell));
  if (text.empty()) return true;
  const auto number = read_plain_number(text);
  if (!number) return reject(findings, Reason::score_unreadable, score_, "is not a number: " + quote_briefly(text));
  row.score = *number;
  row.has_score = true;
  if (survey_ < 0) return true;
  const auto& survey_cell = cells[static_cast<std::size_t>(survey_)];
  const auto survey = survey_cell.kind == Cell::Kind::text ? trimmed(survey_cell.text) : std::string_view();
  const auto outside = [&](double least, double most) { return row.score < least || row.score > most; };
  const bool bad = (equals_folded(survey, "nps") && outside(0, 10)) ||
                   (equals_folded(survey, "csat") && outside(1, 5)) || (equals_folded(survey, "ces") && outside(1, 7));
  if (!bad) return true;
  return reject(findings, Reason::score_out_of_range, score_,
                "is outside the scale of " + std::string(survey) + ": " + quote_briefly(text) +
                    " (NPS 0 to 10, CSAT 1 to 5, CES 1 to 7)");
}

bool RowReader::read_sequence(const Cell& cell, ReadRow& row, Findings& findings) {
  const auto text = trimmed(text_.of(cell));
  if (text.empty()) return true;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), row.sequence);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return true;
  return reject(findings, Reason::sequence_unreadable, sequence_, "is not a whole number: " + quote_briefly(text));
}

bool RowReader::settle(std::span<Cell> cells, std::vector<Finding>& findings) {
  ReadRow row;
  auto& time = cells[static_cast<std::size_t>(time_)];
  if (!time.is_none()) {
    if (!read_time(time, row, findings)) return false;
    time = Cell{.kind = Cell::Kind::utc, .integer = row.time};
  }
  if (value_ < 0) return true;
  auto& value = cells[static_cast<std::size_t>(value_)];
  if (!read_value(value, row, findings)) return false;
  value = row.has_value ? Cell{.kind = Cell::Kind::money, .integer = row.value} : Cell();
  return true;
}

bool RowReader::reject(Findings& findings, Reason reason, int column, std::string sentence) const {
  const auto& name = name_of_column(column);
  findings.push_back({reason, name, name + " " + std::move(sentence)});
  return false;
}

bool is_placeholder(std::string_view id) {
  if (id.empty() || !begins_placeholder(id.front())) return false;
  switch (id.size()) {
    case 1: return id == "0";
    case 2: return id == "-1";
    case 3: return equals_folded(id, "nil") || equals_folded(id, "n/a") || equals_folded(id, "nan");
    case 4: return equals_folded(id, "null") || equals_folded(id, "none") || equals_folded(id, "true");
    case 5: return equals_folded(id, "guest");
    case 9: return equals_folded(id, "undefined") || equals_folded(id, "anonymous");
    case 15: return equals_folded(id, "[object object]");
    case 36: return id == "00000000-0000-0000-0000-000000000000";
    default: return false;
  }
}

}  // namespace peregrine::ingest
