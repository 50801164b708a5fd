#include "model/event_batch.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace peregrine {

std::size_t PropertyColumn::size() const {
  return type == ColumnType::text ? texts.size() : valid.size();
}

void PropertyColumn::fill(std::size_t rows) {
  switch (type) {
    case ColumnType::text: texts.fill(rows); return;
    case ColumnType::number: numbers.resize(rows); break;
    case ColumnType::boolean: booleans.resize(rows); break;
    case ColumnType::time:
    case ColumnType::money: integers.resize(rows); break;
  }
  valid.resize(rows, 0);
}

namespace {

template <class T>
void put(Writer& out, const std::vector<T>& values) {
  out.put(std::span<const T>(values));
}

void put(Writer& out, const TextColumn& column) {
  put(out, column.names().ends());
  out.put(column.names().bytes());
  put(out, column.codes());
}

std::size_t bytes_of(const TextColumn& column) {
  return column.names().bytes().size() + (column.names().size() + column.size()) * sizeof(std::uint32_t);
}

/// What a batch takes but for its properties and some words.
std::size_t rough_bytes_of(const EventBatch& batch) {
  constexpr std::size_t words = 512;
  return words + batch.size() * (sizeof batch.row[0] + sizeof batch.time[0]) + bytes_of(batch.event) +
         bytes_of(batch.customer) + bytes_of(batch.anonymous) + bytes_of(batch.account) +
         batch.value.size() * (sizeof batch.value[0] + 1) + batch.sequence.size() * sizeof batch.sequence[0];
}

void put(Writer& out, const std::map<std::string, PropertyColumn>& columns) {
  out.put<std::uint64_t>(columns.size());
  for (const auto& [name, column] : columns) {
    out.put(std::string_view(name));
    out.put(column.type);
    put(out, column.texts);
    put(out, column.numbers);
    put(out, column.booleans);
    put(out, column.integers);
    put(out, column.valid);
  }
}

void expect_rows(const Reader& in, std::size_t got, std::size_t rows, bool may_be_empty) {
  if (got != rows && !(may_be_empty && got == 0)) in.fail("has columns of unequal length");
}

TextColumn get_texts(Reader& in, std::size_t rows, bool may_be_empty) {
  auto ends = in.values<std::uint32_t>();
  const auto bytes = in.text();
  if (!std::is_sorted(ends.begin(), ends.end()) || (ends.empty() ? 0 : ends.back()) != bytes.size())
    in.fail("has texts that end elsewhere");
  auto codes = in.values<std::uint32_t>();
  expect_rows(in, codes.size(), rows, may_be_empty);
  for (const auto code : codes) {
    if (code != TextColumn::none && code >= ends.size()) in.fail("names a text that it does not hold");
  }
  return TextColumn::of(TextNames::of(std::move(ends), bytes), std::move(codes));
}

std::map<std::string, PropertyColumn> get_properties(Reader& in, std::size_t rows) {
  std::map<std::string, PropertyColumn> columns;
  const auto count = in.size(sizeof(std::uint64_t));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name(in.text());
    PropertyColumn column;
    column.type = in.get<ColumnType>();
    if (static_cast<std::size_t>(column.type) >= enum_names(ColumnType{}).size())
      in.fail("has a column of no known type");
    column.texts = get_texts(in, rows, column.type != ColumnType::text);
    column.numbers = in.values<double>();
    column.booleans = in.values<std::uint8_t>();
    column.integers = in.values<std::int64_t>();
    column.valid = in.values<std::uint8_t>();
    if (column.type != ColumnType::text) {
      expect_rows(in, column.valid.size(), rows, false);
      expect_rows(in, column.numbers.size() + column.booleans.size() + column.integers.size(), rows, false);
      const bool fits = (column.type == ColumnType::number && column.numbers.size() == rows) ||
                        (column.type == ColumnType::boolean && column.booleans.size() == rows) ||
                        (column.type == ColumnType::time && column.integers.size() == rows) ||
                        (column.type == ColumnType::money && column.integers.size() == rows);
      if (!fits) in.fail("has a column whose values are not of its type");
    }
    columns.emplace(name, std::move(column));
  }
  return columns;
}

}  // namespace

void write_batch(const EventBatch& batch, Writer& out) {
  out.reserve(rough_bytes_of(batch));
  out.put(batch.source);
  out.put(batch.first_row);
  put(out, batch.row);
  put(out, batch.time);
  put(out, batch.event);
  put(out, batch.customer);
  put(out, batch.anonymous);
  put(out, batch.account);
  put(out, batch.value);
  put(out, batch.value_valid);
  put(out, batch.sequence);
  put(out, batch.properties);
}

std::string write_batch(const EventBatch& batch) {
  Writer out;
  write_batch(batch, out);
  return out.take();
}

EventBatch read_batch(std::string_view bytes) {
  Reader in(bytes, "event batch");
  EventBatch batch;
  batch.source = in.get<std::uint32_t>();
  batch.first_row = in.get<std::uint64_t>();
  batch.row = in.values<std::uint32_t>();
  batch.time = in.values<std::int64_t>();
  const auto rows = batch.time.size();
  expect_rows(in, batch.row.size(), rows, false);
  batch.event = get_texts(in, rows, false);
  batch.customer = get_texts(in, rows, true);
  batch.anonymous = get_texts(in, rows, true);
  batch.account = get_texts(in, rows, true);
  batch.value = in.values<std::int64_t>();
  batch.value_valid = in.values<std::uint8_t>();
  batch.sequence = in.values<std::int64_t>();
  expect_rows(in, batch.value.size(), rows, true);
  expect_rows(in, batch.value_valid.size(), batch.value.size(), false);
  expect_rows(in, batch.sequence.size(), rows, true);
  batch.properties = get_properties(in, rows);
  in.expect_end();
  for (std::size_t i = 0; i < rows; ++i) {
    if (!batch.event.has(i)) in.fail("has an event without a name");
    const bool known = batch.customer.size() > 0 && batch.customer.has(i);
    const bool anonymous = batch.anonymous.size() > 0 && batch.anonymous.has(i);
    if (!known && !anonymous) in.fail("has an event of nobody");
  }
  return batch;
}

}  // namespace peregrine
