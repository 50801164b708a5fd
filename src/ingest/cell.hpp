// A Cell is one value of a row as the file has it, before anything is understood: text of a CSV field or a typed value
// of Parquet. Text is not owned; it lives as long as the block it was read from.
#pragma once

#include <cstdint>
#include <string_view>

namespace peregrine::ingest {

struct Cell {
  enum class Kind : std::uint8_t { none, text, integer, number, boolean, money, utc, local, date, broken };

  Kind kind = Kind::none;
  std::string_view text;  // text; broken: bytes that are not UTF-8
  std::int64_t integer =
      0;              // integer, boolean; money: millionths; utc, local, date: µs since the epoch (local wall clock)
  double number = 0;  // number

  bool is_none() const { return kind == Kind::none; }
  bool is_time() const { return kind == Kind::utc || kind == Kind::local || kind == Kind::date; }
};

inline Cell text_cell(std::string_view text) {
  return {.kind = Cell::Kind::text, .text = text};
}
inline Cell whole_cell(Cell::Kind kind, std::int64_t integer) {
  return {.kind = kind, .integer = integer};
}
inline Cell number_cell(double number) {
  return {.kind = Cell::Kind::number, .number = number};
}

/// `text` without spaces and tabs at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace peregrine::ingest
