#include "ingest/arrow_cells.hpp"

#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "base/error.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

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

}  // namespace

void fill_cells(const arrow::Array& array, std::vector<Cell>& cells) {
  switch (array.type_id()) {
    case arrow::Type::STRING: return fill<arrow::StringArray>(array, cells, checked_text);
    case arrow::Type::LARGE_STRING: return fill<arrow::LargeStringArray>(array, cells, checked_text);
    case arrow::Type::BINARY: return fill<arrow::BinaryArray>(array, cells, checked_text);
    case arrow::Type::LARGE_BINARY: return fill<arrow::LargeBinaryArray>(array, cells, checked_text);
    case arrow::Type::INT8: return fill_whole<arrow::Int8Array>(array, cells);
    case arrow::Type::INT16: return fill_whole<arrow::Int16Array>(array, cells);
    case arrow::Type::INT32: return fill_whole<arrow::Int32Array>(array, cells);
    case arrow::Type::INT64: return fill_whole<arrow::Int64Array>(array, cells);
    case arrow::Type::UINT8: return fill_whole<arrow::UInt8Array>(array, cells);
    case arrow::Type::UINT16: return fill_whole<arrow::UInt16Array>(array, cells);
    case arrow::Type::UINT32: return fill_whole<arrow::UInt32Array>(array, cells);
    case arrow::Type::UINT64:
      return fill<arrow::UInt64Array>(array, cells, [](std::uint64_t value) {
        const bool fits = value <= static_cast<std::uint64_t>(INT64_MAX);
        return fits ? whole_cell(Cell::Kind::integer, static_cast<std::int64_t>(value))
                    : number_cell(static_cast<double>(value));
      });
    case arrow::Type::FLOAT: return fill<arrow::FloatArray>(array, cells, number_cell);
    case arrow::Type::DOUBLE: return fill<arrow::DoubleArray>(array, cells, number_cell);
    case arrow::Type::BOOL:
      return fill<arrow::BooleanArray>(array, cells,
                                       [](bool value) { return whole_cell(Cell::Kind::boolean, value ? 1 : 0); });
    case arrow::Type::TIMESTAMP: return fill_timestamps(array, cells);
    case arrow::Type::DATE32:
      return fill<arrow::Date32Array>(
          array, cells, [](std::int32_t day) { return time_cell(Cell::Kind::date, day, 86'400'000'000); });
    case arrow::Type::DATE64:
      return fill<arrow::Date64Array>(array, cells,
                                      [](std::int64_t milli) { return time_cell(Cell::Kind::date, milli, 1'000); });
    case arrow::Type::DECIMAL128: {
      const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
      const auto scale = static_cast<const arrow::Decimal128Type&>(*array.type()).scale();
      return for_each_value(array, [&](std::int64_t i) {
        cells[static_cast<std::size_t>(i)] = decimal_cell(arrow::Decimal128(decimals.GetValue(i)), scale);
      });
    }
    case arrow::Type::DICTIONARY: return fill_dictionary(array, cells);
    default: return;
  }
}

std::string unusable(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::UINT8:
    case arrow::Type::UINT16:
    case arrow::Type::UINT32:
    case arrow::Type::UINT64:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
    case arrow::Type::BOOL:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
    case arrow::Type::DECIMAL128:
    case arrow::Type::NA: return {};
    case arrow::Type::DICTIONARY: return unusable(*static_cast<const arrow::DictionaryType&>(type).value_type());
    default: return "of a type that is not read: " + type.ToString();
  }
}

}  // namespace peregrine::ingest
