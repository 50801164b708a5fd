#include "ingest/batch_builder.hpp"

#include <cmath>
#include <utility>

#include "ingest/ascii.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::string_view previous_id = "previous_id";

}  // namespace

BatchBuilder::BatchBuilder(const Plan& plan, Time now)
    : rows_(plan, now), has_sequence_(plan.find(Target::sequence) >= 0), properties_(plan.columns.size()) {
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
  ReadRow row;
  if (!rows_.read(cells, row, findings)) return false;
  for (const auto i : property_columns_) {
    if (!cells[i].is_none()) take_property(properties_[i], cells[i], findings);
  }
  for (const auto& [property, cell] : late) {
    if (!cell.is_none()) take_property(properties_[property], cell, findings);
  }
  append(place, row);
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

void BatchBuilder::append(std::uint32_t place, const ReadRow& row) {
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
  if (has_sequence_) batch_.sequence.push_back(row.sequence);
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
      if (cell.kind == Cell::Kind::text) time = rows_.times().read_property(cell.text);
      if (cell.kind == Cell::Kind::utc) time = cell.integer;
      if (cell.kind == Cell::Kind::local || cell.kind == Cell::Kind::date)
        time = rows_.times().read_local(cell.integer);
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
