// A ColumnView is one typed column of events or of customers, read in place: Arrow's layout, owned by somebody else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace peregrine {

enum class ColumnType : std::uint8_t { text, number, boolean, time, money };
constexpr auto enum_names(ColumnType) {
  return std::to_array<std::string_view>({"text", "number", "boolean", "time", "money"});
}

/// Names by code. The code of a name is its place in the list.
using NameList = std::span<const std::string_view>;

struct ColumnView {
  ColumnType type = ColumnType::text;
  std::size_t rows = 0;
  const std::uint8_t* validity = nullptr;  // one bit a row, lowest first; nullptr: every row has a value
  const std::uint32_t* codes = nullptr;    // text: place in `names`
  NameList names;                          // text: the distinct values of this column in this part
  const double* numbers = nullptr;         // number
  const std::uint8_t* booleans = nullptr;  // boolean: one bit a row, lowest first
  const std::int64_t* integers = nullptr;  // time (µs UTC) and money (millionths)

  bool exists() const { return rows > 0; }
  bool has(std::size_t row) const {
    return rows > 0 && (validity == nullptr || ((validity[row >> 3] >> (row & 7)) & 1) != 0);
  }
  std::string_view text(std::size_t row) const { return names[codes[row]]; }
  bool boolean(std::size_t row) const { return ((booleans[row >> 3] >> (row & 7)) & 1) != 0; }
};

}  // namespace peregrine
