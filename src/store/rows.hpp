// Rows are events in memory, in columns that somebody else owns: a batch on its way in, an extent of a run, or a
// published segment that is merged again. The customer of a row may be none: then its anonymous id says whose it is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "model/event_batch.hpp"
#include "model/journey.hpp"

namespace peregrine::store {

constexpr std::uint32_t no_text = TextColumn::none;

/// Text by code; `no_text` is nothing. Does not exist when `codes` is null.
struct TextRows {
  NameList names;
  const std::uint32_t* codes = nullptr;

  bool exists() const { return codes != nullptr; }
  bool has(std::size_t row) const { return codes != nullptr && codes[row] != no_text; }
  std::string_view text(std::size_t row) const { return names[codes[row]]; }
};

struct PropertyRows {
  std::uint32_t column = 0;  // place in Manifest::columns
  ColumnType type = ColumnType::text;
  TextRows texts;  // which one is used follows from the type
  const double* numbers = nullptr;
  const std::uint8_t* booleans = nullptr;  // 0 or 1
  const std::int64_t* integers = nullptr;
  const std::uint8_t* valid = nullptr;  // 0 or 1; all but text
};

struct Rows {
  std::size_t size = 0;
  const std::int64_t* time = nullptr;
  EventCodes event;  // the workspace's codes
  TextRows customer;
  TextRows came_as;  // the customer id a row came with, where links made `customer` another
  TextRows anonymous;
  bool came_anonymous = false;          // no row came with a customer id: `customer` is what identity made of it
  const std::uint8_t* came = nullptr;   // the same by row, where rows differ
  const std::int64_t* value = nullptr;  // with one of the next two; null: no row has a value
  const std::uint8_t* value_valid = nullptr;
  const std::uint32_t* value_rows = nullptr;  // `value` has only those of these rows, ascending
  std::size_t values = 0;                     // how many rows those are
  const std::int64_t* sequence = nullptr;
  std::uint32_t source = 0;                // place in Manifest::ledgers
  const std::uint32_t* sources = nullptr;  // the same by row, where rows differ
  std::uint64_t row_base = 0;              // place in the source: base + row, or place, or the place in these Rows
  const std::uint32_t* row = nullptr;
  const std::uint64_t* place = nullptr;
  const Hash128* message = nullptr;  // zero: none
  std::vector<PropertyRows> properties;
  const std::uint8_t* skip = nullptr;  // 1: not to be read, somebody else brings this row

  bool has_value(std::size_t i) const {
    if (value == nullptr) return false;
    return value_rows == nullptr ? value_valid[i] != 0 : std::binary_search(value_rows, value_rows + values, i);
  }
  /// Of a row that has one.
  std::int64_t value_of(std::size_t i) const {
    return value_rows == nullptr ? value[i] : value[std::lower_bound(value_rows, value_rows + values, i) - value_rows];
  }
  bool without_customer(std::size_t i) const { return came != nullptr ? came[i] != 0 : came_anonymous; }
  std::uint32_t source_of(std::size_t i) const { return sources != nullptr ? sources[i] : source; }
  std::uint64_t place_of(std::size_t i) const {
    return row != nullptr ? row_base + row[i] : place != nullptr ? place[i] : i;
  }
};

}  // namespace peregrine::store
