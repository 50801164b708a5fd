// Money is a whole number of millionths of a currency unit: 12.50 EUR is 12,500,000. Sums of it are exact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peregrine {

constexpr std::int64_t money_unit = 1'000'000;

/// Reads a plain decimal number such as `12.5`, `-3`, `1e3`, `+.25` into millionths, rounding half away from zero
/// beyond the sixth decimal. Nothing for anything else or beyond range.
std::optional<std::int64_t> parse_money(std::string_view text);

/// Millionths to the nearest whole millionth of a floating number; nothing for NaN, infinities and beyond range.
std::optional<std::int64_t> money_of(double amount);

/// Sums of money in 128 bits cannot overflow: 2^64 amounts fit.
__extension__ using MoneySum = __int128;

/// In currency units, for results: the nearest double.
double amount_of(MoneySum millionths);

}  // namespace peregrine
