#include "ingest/usual_time.hpp"

#include <cstring>

#include "base/time.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t seconds_size = std::string_view("2026-01-05T13:05:07").size();
constexpr std::uint64_t high_bits = 0x8080808080808080u;

template <class Word>
Word word_at(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// `text` read as a date of existing days such as `2026-01-05`.
std::optional<std::int64_t> read_day(std::string_view text) {
  constexpr std::string_view shape = "dddd-dd-dd";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool fits = shape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
    if (!fits) return std::nullopt;
  }
  const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const int year = two(0) * 100 + two(2);
  const auto month = static_cast<unsigned>(two(5));
  const auto day = static_cast<unsigned>(two(8));
  if (month == 0 || day == 0 || !is_civil(year, month, day)) return std::nullopt;
  return micros_of_civil(year, month, day, 0);
}

/// Microseconds of a clock such as `13:05:07`, its eight bytes at once; or -1.
std::int64_t read_clock(std::uint64_t text) {
  const auto digits = text ^ 0x30303A30303A3030u;  // colons become 0
  // A digit above 9 or a colon that is none gets its highest bit set.
  if (((digits | (digits + 0x76767F76767F7676u)) & high_bits) != 0) return -1;
  const auto pairs = digits * 10 + (digits >> 8);
  const auto hour = pairs & 0xFF;
  const auto minute = (pairs >> 24) & 0xFF;
  const auto second = (pairs >> 48) & 0xFF;
  if (hour > 23 || minute > 59 || second > 59) return -1;
  return static_cast<std::int64_t>((hour * 60 + minute) * 60 + second) * 1'000'000;
}

/// Microseconds of three or six digits after the seconds, or -1.
std::int64_t read_fraction(std::string_view digits) {
  if (digits.size() != 3 && digits.size() != 6) return -1;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return digits.size() == 3 ? value * 1'000 : value;
}

}  // namespace

std::optional<UsualTime> UsualTimes::read(std::string_view text) {
  if (text.size() < seconds_size || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  UsualTime time;
  time.micros = read_clock(word_at<std::uint64_t>(text.data() + 11));
  if (time.micros < 0) return std::nullopt;

  auto rest = text.substr(seconds_size);
  time.zoned = rest.ends_with('Z');
  if (time.zoned) rest.remove_suffix(1);
  if (!rest.empty()) {
    const auto fraction = rest.front() == '.' ? read_fraction(rest.substr(1)) : -1;
    if (fraction < 0) return std::nullopt;
    time.micros += fraction;
  }

  const auto century = word_at<std::uint16_t>(text.data());
  const auto day_text = word_at<std::uint64_t>(text.data() + 2);
  auto& day = days_[(day_text * 0x9E3779B97F4A7C15u) >> 55];
  if (day.text != day_text || day.century != century || century == 0) {  // 0: a day not yet known
    const auto micros = read_day(text);
    if (!micros) return std::nullopt;
    day = {day_text, century, *micros};
  }
  time.micros += day.micros;
  return time;
}

}  // namespace peregrine::ingest
