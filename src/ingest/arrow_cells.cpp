#include "ingest/arrow_cells.hpp"

#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "base/error.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

using Filler = void (*)(const arrow::Array& array, std::vector<Cell>& cells);

Cell checked_text(std::string_view text) {
  return {.kind = is_ascii(text) || is_utf8(text) ? Cell::Kind::text : Cell::Kind::broken, .text = text};
}

Cell time_cell(Cell::Kind kind, std::int64_t count, std::int64_t micros_per_unit) {
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(count, micros_per_unit, &micros)) micros = count < 0 ? INT64_MIN / 2 : INT64_MAX / 2;
  return whole_cell(kind, micros);
}

Cell decimal_cell(const arrow::Decimal128& decimal, std::int32_t scale) {
  constexpr std::int32_t money_scale = 6;
  arrow::Result<arrow::Decimal128> millionths = arrow::Status::Invalid("");
  if (scale <= money_scale) {
    millionths = decimal.Rescale(scale, money_scale);
  } else {
    millionths = arrow::Decimal128(decimal.ReduceScaleBy(scale - money_scale));
  }
  if (millionths.ok()) {
    const auto whole = millionths->ToInteger<std::int64_t>();
    if (whole.ok()) return whole_cell(Cell::Kind::money, *whole);
  }
  return number_cell(decimal.ToDouble(scale));
}

/// Calls `each(row)` for every row that has a value.
template <class Each>
void for_each_value(const arrow::Array& array, const Each& each) {
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (array.IsValid(i)) each(i);
  }
}

template <class Array, class Make>
void fill(const arrow::Array& array, std::vector<Cell>& cells, const Make& make) {
  const auto& typed = static_cast<const Array&>(array);
  for_each_value(array, [&](std::int64_t i) { cells[static_cast<std::size_t>(i)] = make(typed.GetView(i)); });
}

template <class Array>
void fill_whole(const arrow::Array& array, std::vector<Cell>& cells) {
  fill<Array>(array, cells,
              [](auto value) { return whole_cell(Cell::Kind::integer, static_cast<std::int64_t>(value)); });
}

template <class Array>
void fill_texts(const arrow::Array& array, std::vector<Cell>& cells) {
  fill<Array>(array, cells, checked_text);
}

template <class Array>
void fill_numbers(const arrow::Array& array, std::vector<Cell>& cells) {
  fill<Array>(array, cells, number_cell);
}

void fill_large_whole(const arrow::Array& array, std::vector<Cell>& cells) {
  fill<arrow::UInt64Array>(array, cells, [](std::uint64_t value) {
    const bool fits = value <= static_cast<std::uint64_t>(INT64_MAX);
    return fits ? whole_cell(Cell::Kind::integer, static_cast<std::int64_t>(value))
                : number_cell(static_cast<double>(value));
  });
}

void fill_booleans(const arrow::Array& array, std::vector<Cell>& cells) {
  fill<arrow::BooleanArray>(array, cells, [](bool value) { return whole_cell(Cell::Kind::boolean, value ? 1 : 0); });
}

template <class Array, std::int64_t micros_per_unit>
void fill_dates(const arrow::Array& array, std::vector<Cell>& cells) {
  fill<Array>(array, cells, [](auto count) { return time_cell(Cell::Kind::date, count, micros_per_unit); });
}

void fill_decimals(const arrow::Array& array, std::vector<Cell>& cells) {
  const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
  const auto scale = static_cast<const arrow::Decimal128Type&>(*array.type()).scale();
  for_each_value(array, [&](std::int64_t i) {
    cells[static_cast<std::size_t>(i)] = decimal_cell(arrow::Decimal128(decimals.GetValue(i)), scale);
  });
}

void fill_timestamps(const arrow::Array& array, std::vector<Cell>& cells) {
  const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
  const auto kind = type.timezone().empty() ? Cell::Kind::local : Cell::Kind::utc;
  fill<arrow::TimestampArray>(array, cells, [&](std::int64_t value) {
    switch (type.unit()) {
      case arrow::TimeUnit::SECOND: return time_cell(kind, value, 1'000'000);
      case arrow::TimeUnit::MILLI: return time_cell(kind, value, 1'000);
      case arrow::TimeUnit::MICRO: return time_cell(kind, value, 1);
      case arrow::TimeUnit::NANO: break;
    }
    return whole_cell(kind, value / 1'000 - (value % 1'000 < 0 ? 1 : 0));
  });
}

void fill_dictionary(const arrow::Array& array, std::vector<Cell>& cells) {
  const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
  std::vector<Cell> names(static_cast<std::size_t>(dictionary.dictionary()->length()));
  fill_cells(*dictionary.dictionary(), names);
  for_each_value(array, [&](std::int64_t i) {
    const auto code = static_cast<std::uint64_t>(dictionary.GetValueIndex(i));
    if (code >= names.size()) throw Error(ErrorKind::corrupt, "", "holds a code without a name");
    cells[static_cast<std::size_t>(i)] = names[code];
  });
}

/// How the values of a type become cells; null for one that is not read.
Filler filler_of(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::NA: return [](const arrow::Array&, std::vector<Cell>&) {};
    case arrow::Type::STRING: return fill_texts<arrow::StringArray>;
    case arrow::Type::LARGE_STRING: return fill_texts<arrow::LargeStringArray>;
    case arrow::Type::BINARY: return fill_texts<arrow::BinaryArray>;
    case arrow::Type::LARGE_BINARY: return fill_texts<arrow::LargeBinaryArray>;
    case arrow::Type::INT8: return fill_whole<arrow::Int8Array>;
    case arrow::Type::INT16: return fill_whole<arrow::Int16Array>;
    case arrow::Type::INT32: return fill_whole<arrow::Int32Array>;
    case arrow::Type::INT64: return fill_whole<arrow::Int64Array>;
    case arrow::Type::UINT8: return fill_whole<arrow::UInt8Array>;
    case arrow::Type::UINT16: return fill_whole<arrow::UInt16Array>;
    case arrow::Type::UINT32: return fill_whole<arrow::UInt32Array>;
    case arrow::Type::UINT64: return fill_large_whole;
    case arrow::Type::FLOAT: return fill_numbers<arrow::FloatArray>;
    case arrow::Type::DOUBLE: return fill_numbers<arrow::DoubleArray>;
    case arrow::Type::BOOL: return fill_booleans;
    case arrow::Type::TIMESTAMP: return fill_timestamps;
    case arrow::Type::DATE32: return fill_dates<arrow::Date32Array, 86'400'000'000>;
    case arrow::Type::DATE64: return fill_dates<arrow::Date64Array, 1'000>;
    case arrow::Type::DECIMAL128: return fill_decimals;
    case arrow::Type::DICTIONARY: return fill_dictionary;
    default: return nullptr;
  }
}

}  // namespace

void fill_cells(const arrow::Array& array, std::vector<Cell>& cells) {
  if (const auto fill = filler_of(*array.type())) fill(array, cells);
}

std::string unusable(const arrow::DataType& type) {
  if (type.id() == arrow::Type::DICTIONARY) {
    return unusable(*static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  return filler_of(type) == nullptr ? "of a type that is not read: " + type.ToString() : std::string();
}

}  // namespace peregrine::ingest
