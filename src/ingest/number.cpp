#include "ingest/number.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/money.hpp"
#include "ingest/ascii.hpp"

namespace peregrine::ingest {

namespace {

std::size_t decimals_of(std::string_view text, char point) {
  const auto at = text.rfind(point);
  if (at == std::string_view::npos) return 0;
  return static_cast<std::size_t>(std::count_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit));
}

std::optional<Number> exact(__int128 millionths) {
  if (millionths > INT64_MAX || millionths < INT64_MIN) return std::nullopt;
  return Number{true, static_cast<std::int64_t>(millionths), 0};
}

std::optional<Number> real(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  return Number{false, 0, value};
}

/// Half away from zero.
__int128 divided(__int128 a, __int128 b) {
  const bool minus = (a < 0) != (b < 0);
  const __int128 whole = (a < 0 ? -a : a) * 2 + (b < 0 ? -b : b);
  const __int128 result = whole / ((b < 0 ? -b : b) * 2);
  return minus ? -result : result;
}

}  // namespace

Cell Number::cell() const {
  Cell cell;
  cell.kind = exact ? Cell::Kind::money : Cell::Kind::number;
  cell.integer = millionths;
  cell.number = real;
  return cell;
}

std::optional<Number> number_of(const Cell& cell, AmountStyle style, bool& readable) {
  switch (cell.kind) {
    case Cell::Kind::none: return std::nullopt;
    case Cell::Kind::money: return Number{true, cell.integer, 0};
    case Cell::Kind::number: return real(cell.number);
    case Cell::Kind::integer: {
      const auto whole = exact(static_cast<__int128>(cell.integer) * money_unit);
      return whole ? whole : real(static_cast<double>(cell.integer));
    }
    case Cell::Kind::text: break;
    default: readable = false; return std::nullopt;
  }
  const auto text = trimmed(cell.text);
  if (text.empty()) return std::nullopt;
  const auto amount = read_amount(text, style);
  const bool fits = !amount.finding && decimals_of(text, style == AmountStyle::comma ? ',' : '.') <= 6 &&
                    text.find_first_of("eE") == std::string_view::npos;
  if (fits) return Number{true, amount.millionths, 0};
  if (const auto plain = read_plain_number(text)) return real(*plain);
  if (!amount.finding) return Number{true, amount.millionths, 0};
  readable = false;
  return std::nullopt;
}

std::optional<Number> sum_of(const Number& a, const Number& b) {
  if (a.exact && b.exact) return exact(static_cast<__int128>(a.millionths) + b.millionths);
  return real(a.as_real() + b.as_real());
}

std::optional<Number> difference_of(const Number& a, const Number& b) {
  if (a.exact && b.exact) return exact(static_cast<__int128>(a.millionths) - b.millionths);
  return real(a.as_real() - b.as_real());
}

std::optional<Number> product_of(const Number& a, const Number& b) {
  if (a.exact && b.exact) return exact(divided(static_cast<__int128>(a.millionths) * b.millionths, money_unit));
  return real(a.as_real() * b.as_real());
}

std::optional<Number> quotient_of(const Number& a, const Number& b) {
  if (!a.exact || !b.exact) return real(a.as_real() / b.as_real());
  if (b.millionths == 0) return std::nullopt;
  return exact(divided(static_cast<__int128>(a.millionths) * money_unit, b.millionths));
}

int order_of(const Number& a, const Number& b) {
  if (a.exact && b.exact) return a.millionths < b.millionths ? -1 : a.millionths > b.millionths ? 1 : 0;
  const double difference = a.as_real() - b.as_real();
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

}  // namespace peregrine::ingest
