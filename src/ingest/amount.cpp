#include "ingest/amount.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/money.hpp"
#include "ingest/ascii.hpp"

namespace peregrine::ingest {

namespace {

/// Takes the signs of thousands out: each must stand before exactly three digits. Nothing when one does not.
std::optional<std::string> without_thousands(std::string_view text, char sign, char decimal) {
  const auto point = std::min(text.find(decimal), text.size());
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == decimal) {
      out += '.';
    } else if (text[i] != sign) {
      out += text[i];
    } else {
      const auto next = std::min(std::min(text.find(sign, i + 1), text.size()), point);
      const bool between_digits = i > 0 && is_digit(text[i - 1]) && next == i + 4 && i < point;
      if (!between_digits) return std::nullopt;
    }
  }
  return out;
}

/// `39.01`: nearly every amount, of which nothing can be rounded or too large. Nothing for any other.
std::optional<std::int64_t> read_usual_amount(std::string_view text) {
  constexpr std::size_t most_digits = 12;
  constexpr std::int64_t places[] = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  const bool minus = !text.empty() && text.front() == '-';
  if (minus) text.remove_prefix(1);
  if (text.empty() || text.size() > most_digits || !is_digit(text.front()) || !is_digit(text.back()))
    return std::nullopt;
  std::int64_t value = 0;
  std::size_t point = text.size() - 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      value = value * 10 + (text[i] - '0');
    } else if (text[i] == '.' && point == text.size() - 1) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const auto decimals = text.size() - 1 - point;
  if (decimals >= std::size(places)) return std::nullopt;
  value *= places[decimals];
  return minus ? -value : value;
}

bool is_written_as_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  }) && std::any_of(text.begin(), text.end(), is_digit);
}

bool is_no_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  std::string folded(text.substr(0, 9));
  for (auto& c : folded) c = lower(c);
  return folded == "nan" || folded == "inf" || folded == "infinity";
}

}  // namespace

AmountStyle guess_amount_style(const std::vector<Cell>& values) {
  for (const auto& cell : values) {
    if (cell.kind != Cell::Kind::text) continue;
    const auto comma = cell.text.rfind(',');
    const auto point = cell.text.rfind('.');
    if (comma == std::string_view::npos) continue;
    if (point != std::string_view::npos) return comma > point ? AmountStyle::comma : AmountStyle::point;
    const auto digits = static_cast<std::size_t>(
        std::count_if(cell.text.begin() + static_cast<std::ptrdiff_t>(comma), cell.text.end(), is_digit));
    if (digits != 3) return AmountStyle::comma;  // 12,5 or 12,50: no sign of thousands
  }
  return AmountStyle::point;
}

ReadAmount read_amount(std::string_view text, AmountStyle style) {
  if (style == AmountStyle::point) {
    if (const auto usual = read_usual_amount(text)) return {*usual, std::nullopt};
    if (const auto plain = parse_money(text)) return {*plain, std::nullopt};
  }
  text = trimmed(text);
  const bool minus = text.size() > 2 && text.front() == '(' && text.back() == ')';
  if (minus) text = trimmed(text.substr(1, text.size() - 2));
  if (minus && (text.front() == '-' || text.front() == '+')) return {0, Reason::value_unreadable};
  if (is_no_number(text)) return {0, Reason::value_not_finite};
  const bool comma = style == AmountStyle::comma;
  const auto plain = without_thousands(text, comma ? '.' : ',', comma ? ',' : '.');
  // A lone 1,234 in a column of points is one thousand or one and a bit: only 1,234.56 or 1,234,567 tell.
  const bool unclear =
      !comma && plain && text.find('.') == std::string_view::npos && std::count(text.begin(), text.end(), ',') == 1;
  if (!plain || unclear || !is_written_as_number(*plain)) return {0, Reason::value_unreadable};
  const auto money = parse_money(*plain);
  if (!money) {
    double number = 0;
    const auto digits = plain->front() == '+' ? plain->substr(1) : *plain;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = read.ptr == digits.data() + digits.size() && read.ec != std::errc::invalid_argument;
    return {0, whole ? Reason::value_out_of_range : Reason::value_unreadable};
  }
  return {minus ? -*money : *money, std::nullopt};
}

ReadAmount read_amount(double amount) {
  if (!std::isfinite(amount)) return {0, Reason::value_not_finite};
  const auto money = money_of(amount);
  if (!money) return {0, Reason::value_out_of_range};
  return {*money, std::nullopt};
}

std::optional<double> read_plain_number(std::string_view text) {
  const auto digits = !text.empty() && text.front() == '-' ? text.substr(1) : text;
  if (digits.empty() || !is_digit(digits.front())) return std::nullopt;
  if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) return std::nullopt;
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  const bool whole = text.find_first_of(".eE") == std::string_view::npos;
  if (whole && digits.size() > 15 && std::abs(number) > 9007199254740992.0)
    return std::nullopt;  // not exact as a double
  return number;
}

}  // namespace peregrine::ingest
