#include "base/money.hpp"

#include <charconv>
#include <cmath>

namespace peregrine {

namespace {

/// A number with an exponent, without its sign.
std::optional<std::int64_t> parse_scientific(std::string_view text) {
  if (text.front() != '.' && (text.front() < '0' || text.front() > '9')) return std::nullopt;
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return money_of(number);
}

}  // namespace

std::optional<std::int64_t> parse_money(std::string_view text) {
  const bool minus = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text.find_first_of("eE") != std::string_view::npos) {
    const auto amount = parse_scientific(text);
    return amount && minus ? -*amount : amount;
  }
  std::int64_t value = 0;
  std::size_t digits = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value) ||
        __builtin_add_overflow(value, std::int64_t{text[at] - '0'}, &value)) {
      return std::nullopt;
    }
  }
  if (__builtin_mul_overflow(value, money_unit, &value)) return std::nullopt;
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t place = money_unit / 10;
    bool round_up = false;
    std::size_t decimals = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits, ++decimals) {
      if (decimals == 6) round_up = text[at] >= '5';
      fraction += place * (text[at] - '0');
      place /= 10;
    }
    fraction += round_up ? 1 : 0;
  }
  if (digits == 0 || at < text.size()) return std::nullopt;
  if (__builtin_add_overflow(value, fraction, &value)) return std::nullopt;
  return minus ? -value : value;
}

std::optional<std::int64_t> money_of(double amount) {
  const double scaled = std::round(amount * static_cast<double>(money_unit));
  if (!(std::abs(scaled) < 9.2e18)) return std::nullopt;
  return static_cast<std::int64_t>(scaled);
}

double amount_of(MoneySum millionths) {
  return static_cast<double>(millionths) / static_cast<double>(money_unit);
}

}  // namespace peregrine
