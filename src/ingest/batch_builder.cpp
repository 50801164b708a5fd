#include "ingest/batch_builder.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "ingest/zero_byte.hpp"
#include "model/names.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t max_id = 1024;
constexpr std::string_view previous_id = "previous_id";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool equals_folded(std::string_view text, std::string_view folded) {
  return text.size() == folded.size() &&
         std::equal(text.begin(), text.end(), folded.begin(), [](char a, char b) { return lower(a) == b; });
}

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

std::string_view CellText::written(const Cell& cell) {
  const auto digits = [&](auto number) {
    const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr;
    return std::string_view(digits_.data(), static_cast<std::size_t>(end - digits_.data()));
  };
  switch (cell.kind) {
    case Cell::Kind::none: return {};
    case Cell::Kind::text:
    case Cell::Kind::broken: return cell.text;
    case Cell::Kind::integer: return digits(cell.integer);
    case Cell::Kind::boolean: return cell.integer != 0 ? "true" : "false";
    case Cell::Kind::money: return digits(static_cast<double>(cell.integer) / 1e6);
    case Cell::Kind::number:
      if (std::isnan(cell.number)) return {};
      if (std::abs(cell.number) < 9e15 && cell.number == std::floor(cell.number)) {
        return digits(static_cast<std::int64_t>(cell.number));
      }
      return digits(cell.number);
    case Cell::Kind::utc:
    case Cell::Kind::local:
    case Cell::Kind::date: break;
  }
  auto text = format_time(Time{cell.integer});
  if (cell.kind != Cell::Kind::utc) text.pop_back();  // no zone
  if (cell.kind == Cell::Kind::date) text.resize(std::min(text.size(), text.find('T')));
  text.resize(std::min(text.size(), digits_.size()));
  std::copy(text.begin(), text.end(), digits_.begin());
  return {digits_.data(), text.size()};
}

json::value json_of(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::none: return nullptr;
    case Cell::Kind::integer: return cell.integer;
    case Cell::Kind::boolean: return cell.integer != 0;
    case Cell::Kind::number:
      if (std::isfinite(cell.number)) return cell.number;
      [[fallthrough]];
    default: {
      CellText text;
      return boost::json::string(cell.kind == Cell::Kind::broken ? quote_briefly(cell.text) : text.of(cell));
    }
  }
}

BatchBuilder::BatchBuilder(const Plan& plan, Time now)
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
      sequence_(plan.find(Target::sequence)),
      properties_(plan.columns.size()) {
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    const auto& column = plan.columns[i];
    properties_[i] = {column.name, column.becomes, column.becomes_text, {}, {}, column.becomes == previous_id};
    properties_[i].values.type = column.type;
    const auto target = plan.columns[i].target;
    if (target == Target::property || target == Target::survey) property_columns_.push_back(i);
  }
  scores_.type = ColumnType::number;
}

bool BatchBuilder::add(std::uint32_t place, std::span<const Cell> cells, std::span<const LateCell> late,
                       std::vector<Finding>& findings) {
  Row row;
  if (!read(cells, row, findings)) return false;
  for (const auto i : property_columns_) {
    if (!cells[i].is_none()) take_property(properties_[i], cells[i], findings);
  }
  for (const auto& [property, cell] : late) {
    if (!cell.is_none()) take_property(properties_[property], cell, findings);
  }
  append(place, row);
  return true;
}

bool BatchBuilder::settle(std::span<Cell> cells, std::vector<Finding>& findings) {
  Row row;
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

std::size_t BatchBuilder::add_property(const std::string& name, ColumnType type) {
  properties_.push_back({name, name, name + ":text", {}, {}, name == previous_id});
  properties_.back().values.type = type;
  return properties_.size() - 1;
}

std::size_t BatchBuilder::places() const {
  std::size_t columns = 0;
  for (const auto& property : properties_) {
    columns += (property.values.size() > 0 ? 1u : 0u) + (property.texts.size() > 0 ? 1u : 0u);
  }
  return columns * batch_.size();
}

bool BatchBuilder::reject(Findings& findings, Reason reason, int column, std::string sentence) const {
  const auto& name = name_of_column(column);
  findings.push_back({reason, name, name + " " + std::move(sentence)});
  return false;
}

bool BatchBuilder::read(std::span<const Cell> cells, Row& row, Findings& findings) {
  const auto cell = [&](int column) -> const Cell& { return cells[static_cast<std::size_t>(column)]; };
  return read_time(cell(time_), row, findings) && read_event(cell(event_), row, findings) &&
         read_ids(cells, row, findings) && (value_ < 0 || read_value(cell(value_), row, findings)) &&
         read_currency(cells, row, findings) && (score_ < 0 || read_score(cells, row, findings)) &&
         (sequence_ < 0 || read_sequence(cell(sequence_), row, findings));
}

bool BatchBuilder::read_time(const Cell& cell, Row& row, Findings& findings) {
  const auto time = times_.read(cell);
  row.time = time.micros;
  if (!time.finding) return true;
  reject(findings, *time.finding, time_, time_sentence(*time.finding, plan_, text_.of(cell)));
  return !is_rejection(*time.finding);
}

bool BatchBuilder::read_event(const Cell& cell, Row& row, Findings& findings) {
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

bool BatchBuilder::read_id(std::span<const Cell> cells, int column, CellText& text, std::string_view& id,
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

bool BatchBuilder::read_ids(std::span<const Cell> cells, Row& row, Findings& findings) {
  if (!read_id(cells, customer_, customer_text_, row.customer, findings) ||
      !read_id(cells, anonymous_, anonymous_text_, row.anonymous, findings) ||
      !read_id(cells, account_, account_text_, row.account, findings)) {
    return false;
  }
  if (!row.customer.empty() || !row.anonymous.empty()) return true;
  findings.clear();  // whatever was left out, the row is not stored
  return reject(findings, Reason::customer_missing, customer_ >= 0 ? customer_ : anonymous_, "is missing");
}

bool BatchBuilder::read_value(const Cell& cell, Row& row, Findings& findings) {
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

bool BatchBuilder::read_currency(std::span<const Cell> cells, Row& row, Findings& findings) {
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

bool BatchBuilder::read_score(std::span<const Cell> cells, Row& row, Findings& findings) {
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

bool BatchBuilder::read_sequence(const Cell& cell, Row& row, Findings& findings) {
  const auto text = trimmed(text_.of(cell));
  if (text.empty()) return true;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), row.sequence);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return true;
  return reject(findings, Reason::sequence_unreadable, sequence_, "is not a whole number: " + quote_briefly(text));
}

namespace {

void append_id(TextColumn& column, std::size_t rows, std::string_view id) {
  constexpr std::size_t enough_to_tell = 2048;
  if (id.empty()) return;  // filled up when the next one comes, or at the end
  column.fill(rows);
  const bool hardly_any_again = rows > enough_to_tell && column.names().size() * 10 > rows * 9;
  if (hardly_any_again && !column.ends_with(id)) {
    column.add_unseen(id);
  } else {
    column.add(id);
  }
}

}  // namespace

void BatchBuilder::append(std::uint32_t place, const Row& row) {
  const auto rows = batch_.size();
  batch_.event.add(row.event);
  append_id(batch_.customer, rows, row.customer);
  append_id(batch_.anonymous, rows, row.anonymous);
  append_id(batch_.account, rows, row.account);
  if (row.has_value) {
    batch_.value.resize(rows);
    batch_.value_valid.resize(rows);
    batch_.value.push_back(row.value);
    batch_.value_valid.push_back(1);
  }
  if (sequence_ >= 0) batch_.sequence.push_back(row.sequence);
  if (!row.currency.empty()) append_text("currency", row.currency);
  if (row.has_score) {
    scores_.fill(rows);
    scores_.numbers.push_back(row.score);
    scores_.valid.push_back(1);
  }
  batch_.row.push_back(place);
  batch_.time.push_back(row.time);
}

void BatchBuilder::append_text(std::string_view name, std::string_view text) {
  auto found = named_texts_.find(name);
  if (found == named_texts_.end()) found = named_texts_.emplace(name, TextColumn()).first;
  found->second.fill(batch_.size());
  found->second.add(text);
}

void BatchBuilder::take_property(Property& property, const Cell& cell, Findings& findings) {
  if (property.is_alias) {
    const auto id = trimmed(text_.of(cell));
    if (is_placeholder(id)) {
      findings.push_back(
          {Reason::previous_placeholder, property.column,
           property.column + " is a placeholder that many share and was left out: " + quote_briefly(id)});
      return;
    }
  }
  append_property(property, cell);
}

void BatchBuilder::append_property(Property& property, const Cell& cell) {
  const auto rows = batch_.size();
  if (property.values.type != ColumnType::text) {
    property.values.fill(rows);
    if (append_typed(property.values, cell)) return;
    if (cell.kind == Cell::Kind::number && std::isnan(cell.number)) return;
    ++mistyped_[property.column];
  }
  auto& texts = property.values.type == ColumnType::text ? property.values.texts : property.texts.texts;
  const auto text = text_.of(cell);
  if (text.empty()) return;
  texts.fill(rows);
  texts.add(text);
}

bool BatchBuilder::append_typed(PropertyColumn& values, const Cell& cell) {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  switch (values.type) {
    case ColumnType::number: {
      std::optional<double> number;
      if (cell.kind == Cell::Kind::text) number = read_plain_number(trimmed(cell.text));
      if (cell.kind == Cell::Kind::number && std::isfinite(cell.number)) number = cell.number;
      if (cell.kind == Cell::Kind::integer && -exact <= cell.integer && cell.integer <= exact)
        number = static_cast<double>(cell.integer);
      if (cell.kind == Cell::Kind::money) number = static_cast<double>(cell.integer) / 1e6;
      if (!number) return false;
      values.numbers.push_back(*number);
      break;
    }
    case ColumnType::boolean: {
      const bool yes = cell.kind == Cell::Kind::boolean ? cell.integer != 0 : equals_folded(trimmed(cell.text), "true");
      const bool no = cell.kind == Cell::Kind::text && equals_folded(trimmed(cell.text), "false");
      if (!yes && !no && cell.kind != Cell::Kind::boolean) return false;
      values.booleans.push_back(yes ? 1 : 0);
      break;
    }
    case ColumnType::time: {
      std::optional<std::int64_t> time;
      if (cell.kind == Cell::Kind::text) time = times_.read_property(cell.text);
      if (cell.kind == Cell::Kind::utc) time = cell.integer;
      if (cell.kind == Cell::Kind::local || cell.kind == Cell::Kind::date) time = times_.read_local(cell.integer);
      if (!time) return false;
      values.integers.push_back(*time);
      break;
    }
    case ColumnType::text:
    case ColumnType::money: return false;
  }
  values.valid.push_back(1);
  return true;
}

EventBatch BatchBuilder::take() {
  const auto rows = batch_.size();
  for (auto* column : {&batch_.customer, &batch_.anonymous, &batch_.account}) {
    if (column->size() > 0) column->fill(rows);
  }
  if (!batch_.value.empty()) {
    batch_.value.resize(rows);
    batch_.value_valid.resize(rows);
  }
  const auto keep = [&](const std::string& name, PropertyColumn& column) {
    const auto type = column.type;
    if (column.size() > 0) {
      column.fill(rows);
      batch_.properties.emplace(name, std::move(column));
    }
    column = PropertyColumn();
    column.type = type;
  };
  for (auto& property : properties_) {
    keep(property.becomes, property.values);
    keep(property.becomes_text, property.texts);
  }
  keep("score", scores_);
  for (auto& [name, texts] : named_texts_) {
    PropertyColumn column;
    column.texts = std::move(texts);
    keep(name, column);
  }
  named_texts_.clear();
  mistyped_.clear();
  EventBatch next;  // about as large as this one
  next.row.reserve(rows);
  next.time.reserve(rows);
  next.value.reserve(batch_.value.size());
  next.value_valid.reserve(batch_.value.size());
  next.event.make_room_for(batch_.event);
  next.customer.make_room_for(batch_.customer);
  next.anonymous.make_room_for(batch_.anonymous);
  next.account.make_room_for(batch_.account);
  return std::exchange(batch_, std::move(next));
}

}  // namespace peregrine::ingest
