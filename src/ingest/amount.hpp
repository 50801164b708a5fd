// An amount of money as people and programs write it: `1234.56`, `1.234,56`, `1,234.56`, `(12)` for minus twelve.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ingest/cell.hpp"
#include "ingest/reason.hpp"

namespace peregrine::ingest {

/// Which sign stands before the decimals. One a column.
enum class AmountStyle : std::uint8_t { point, comma };
constexpr auto enum_names(AmountStyle) {
  return std::to_array<std::string_view>({"point", "comma"});
}

/// The style of the values; point when none has a sign that tells.
AmountStyle guess_amount_style(const std::vector<Cell>& values);

struct ReadAmount {
  std::int64_t millionths = 0;
  std::optional<Reason> finding;
};

ReadAmount read_amount(std::string_view text, AmountStyle style);
ReadAmount read_amount(double amount);

/// A plain finite decimal number: no spaces, no signs of thousands, no leading zeros as codes of places have them.
std::optional<double> read_plain_number(std::string_view text);

}  // namespace peregrine::ingest
