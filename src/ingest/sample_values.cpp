#include "ingest/sample_values.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "ingest/amount.hpp"
#include "ingest/ascii.hpp"
#include "ingest/time_reader.hpp"

namespace peregrine::ingest {

std::string text_of(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::text: return std::string(cell.text);
    case Cell::Kind::number: return std::to_string(cell.number);
    default: return std::to_string(cell.integer);
  }
}

ColumnType type_of(const std::vector<Cell>& values, bool texts_are_texts) {
  std::size_t all = 0;
  std::size_t numbers = 0;
  std::size_t booleans = 0;
  std::size_t times = 0;
  for (const auto& cell : values) {
    if (cell.is_none()) continue;
    ++all;
    if (cell.kind == Cell::Kind::boolean) {
      ++booleans;
    } else if (cell.is_time()) {
      ++times;
    } else if (cell.kind != Cell::Kind::text) {
      ++numbers;
    } else if (!texts_are_texts && read_plain_number(cell.text)) {
      ++numbers;
    } else if (!texts_are_texts && (equals_folded(cell.text, "true") || equals_folded(cell.text, "false"))) {
      ++booleans;
    } else if (cell.text.size() >= 10 && cell.text[4] == '-' && looks_like_time(cell.text)) {
      ++times;
    }
  }
  if (all == 0) return ColumnType::text;
  if (numbers == all) return ColumnType::number;
  if (booleans == all) return ColumnType::boolean;
  if (times == all) return ColumnType::time;
  return ColumnType::text;
}

Repeats repeats_of(const std::vector<Cell>& values) {
  Repeats repeats;
  std::set<std::string> seen;
  for (const auto& cell : values) {
    if (cell.is_none()) continue;
    ++repeats.values;
    auto text = text_of(cell);
    repeats.has_spaces |= text.find(' ') != std::string::npos;
    repeats.has_letters |= std::any_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    });
    seen.insert(std::move(text));
  }
  repeats.distinct = seen.size();
  return repeats;
}

bool has_fractions(const std::vector<Cell>& values) {
  return std::any_of(values.begin(), values.end(), [](const Cell& cell) {
    if (cell.kind == Cell::Kind::number) return cell.number != std::floor(cell.number);
    return cell.kind == Cell::Kind::money || (cell.kind == Cell::Kind::text && read_plain_number(cell.text) &&
                                              cell.text.find('.') != std::string_view::npos);
  });
}

}  // namespace peregrine::ingest
