#include "store/incoming.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace peregrine::store {

namespace {

const std::string account_property = "account";
const std::string message_property = "message_id";

void expect_whole(bool claim, const char* what) {
  if (!claim) throw Error(ErrorKind::bug, "event batch", what);
}

void check_batch(const EventBatch& batch) {
  const auto rows = batch.size();
  const auto whole = [rows](std::size_t size, bool optional) { return size == rows || (optional && size == 0); };
  expect_whole(whole(batch.event.size(), false) && whole(batch.row.size(), false), "has columns of unequal length");
  expect_whole(whole(batch.customer.size(), true) && whole(batch.anonymous.size(), true) &&
                   whole(batch.account.size(), true) && whole(batch.sequence.size(), true),
               "has columns of unequal length");
  expect_whole(whole(batch.value.size(), true) && batch.value.size() == batch.value_valid.size(),
               "has values and their validity of unequal length");
  for (const auto& [name, column] : batch.properties) expect_whole(whole(column.size(), true), "has a short property");
  const auto& events = batch.event.codes();
  expect_whole(std::count(events.begin(), events.end(), TextColumn::none) == 0, "has an event without a name");
  const auto& customers = batch.customer.codes();
  if (!customers.empty() && std::count(customers.begin(), customers.end(), TextColumn::none) == 0) return;
  for (std::size_t row = 0; row < rows; ++row) {
    expect_whole((batch.customer.size() > 0 && batch.customer.has(row)) ||
                     (batch.anonymous.size() > 0 && batch.anonymous.has(row)),
                 "has an event of nobody");
  }
}

}  // namespace

ColumnNumbers::ColumnNumbers(std::vector<ColumnName> columns) : columns_(std::move(columns)) {
  for (std::uint32_t i = 0; i < columns_.size(); ++i) numbers_[{columns_[i].property, columns_[i].type}] = i;
}

bool ColumnNumbers::taken(const std::string& name) const {
  return std::any_of(columns_.begin(), columns_.end(), [&](const auto& column) { return column.name == name; });
}

std::uint32_t ColumnNumbers::number(const std::string& property, ColumnType type) {
  const auto [at, added] = numbers_.try_emplace({property, type}, static_cast<std::uint32_t>(columns_.size()));
  if (added) {
    std::string name = property;
    while (taken(name)) name += ":" + std::string(enum_names(type)[static_cast<std::size_t>(type)]);
    columns_.push_back({std::move(name), property, type});
  }
  return at->second;
}

Incoming::Incoming(const EventBatch& batch, std::uint32_t source, EventDictionary& dictionary, ColumnNumbers& columns) {
  check_batch(batch);
  rows.size = batch.size();
  rows.time = batch.time.data();
  rows.source = source;
  rows.row_base = batch.first_row;
  rows.row = batch.row.data();
  names_.reserve(3 + batch.properties.size());  // spans look into them

  take_events(batch.event, dictionary);
  if (batch.customer.size() > 0) rows.customer = texts_of(batch.customer);
  if (batch.anonymous.size() > 0) rows.anonymous = texts_of(batch.anonymous);
  if (!batch.value.empty()) {
    rows.value = batch.value.data();
    rows.value_valid = batch.value_valid.data();
  }
  if (!batch.sequence.empty()) rows.sequence = batch.sequence.data();
  if (batch.account.size() > 0) {
    PropertyRows account;
    account.column = columns.number(account_property, ColumnType::text);
    account.texts = texts_of(batch.account);
    rows.properties.push_back(account);
  }
  for (const auto& [name, column] : batch.properties) {
    if (name == account_property && batch.account.size() > 0) continue;
    if (column.size() > 0) take_property(name, column, columns);
  }
}

void Incoming::take_events(const TextColumn& column, EventDictionary& dictionary) {
  std::vector<std::uint32_t> code_of(column.names().size(), no_text);
  for (const auto local : column.codes()) {
    if (code_of[local] == no_text) code_of[local] = dictionary.code(column.names()[local]);
  }
  const auto take = [&]<class Code>(std::vector<Code>& codes) {
    codes.resize(column.size());
    std::transform(column.codes().begin(), column.codes().end(), codes.begin(),
                   [&](auto local) { return static_cast<Code>(code_of[local]); });
    return codes.data();
  };
  constexpr std::size_t narrow_codes = std::size_t{1} << 16;
  if (dictionary.names().size() <= narrow_codes) {
    rows.event.narrow = take(narrow_events_);
  } else {
    rows.event.wide = take(events_);
  }
}

void Incoming::take_property(const std::string& name, const PropertyColumn& column, ColumnNumbers& columns) {
  if (name == message_property && column.type == ColumnType::text) {
    std::vector<Hash128> hash_of;
    for (const auto& text : column.texts.names()) hash_of.push_back(hash128(text));
    messages_.resize(rows.size);
    for (std::size_t row = 0; row < rows.size; ++row) {
      if (column.texts.has(row)) messages_[row] = hash_of[column.texts.codes()[row]];
    }
    rows.message = messages_.data();
    return;
  }
  PropertyRows property;
  property.column = columns.number(name, column.type);
  property.type = column.type;
  if (column.type == ColumnType::text) {
    property.texts = texts_of(column.texts);
  } else {
    property.numbers = column.numbers.data();
    property.booleans = column.booleans.data();
    property.integers = column.integers.data();
    property.valid = column.valid.data();
  }
  rows.properties.push_back(property);
}

TextRows Incoming::texts_of(const TextColumn& column) {
  auto& names = names_.emplace_back();
  names.assign(column.names().begin(), column.names().end());
  return {names, column.codes().data()};
}

}  // namespace peregrine::store
