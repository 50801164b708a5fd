#include "ingest/time_pattern.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/ascii.hpp"

namespace peregrine::ingest {

namespace {

constexpr auto months = std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july",
                                                         "august", "september", "october", "november", "december"});
constexpr auto weekdays =
    std::to_array<std::string_view>({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});

/// Reads one text by a pattern, sign after sign.
class Reading {
 public:
  explicit Reading(std::string_view text) : left_(text) {}

  bool take(char sign) {
    switch (sign) {
      case 'Y': return number(year_, 4, 4);
      case 'y':
        if (!number(year_, 2, 2)) return false;
        year_ += year_ < 70 ? 2000 : 1900;
        return true;
      case 'm': return number(month_, 1, 2);
      case 'd': return number(day_, 1, 2);
      case 'b': return name(months, month_);
      case 'A': return name(weekdays, weekday_);
      case 'H': return number(hour_, 1, 2);
      case 'I': return number(hour_, 1, 2) && hour_ >= 1 && hour_ <= 12;
      case 'M': return number(minute_, 2, 2);
      case 'S': return number(second_, 2, 2);
      case 'f': return fraction();
      case 'p': return half_of_day();
      case 'z': return zone();
      default: return literal('%');
    }
  }
  bool literal(char c) {
    if (left_.empty() || left_.front() != c) return false;
    left_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (!left_.empty() && (left_.front() == ' ' || left_.front() == '\t')) left_.remove_prefix(1);
  }
  bool at_end() const { return left_.empty(); }

  PatternTime time() const {
    const auto hour = half_ < 0 ? hour_ : hour_ % 12 + half_;
    PatternTime time;
    time.zoned = zoned_;
    time.exists = month_ > 0 && day_ > 0 && hour < 24 && minute_ < 60 && second_ < 60 &&
                  is_civil(year_, static_cast<unsigned>(month_), static_cast<unsigned>(day_));
    if (!time.exists) return time;
    const auto of_day = ((hour * std::int64_t{60} + minute_) * 60 + second_) * 1'000'000 + fraction_;
    time.micros = micros_of_civil(year_, static_cast<unsigned>(month_), static_cast<unsigned>(day_), of_day) - offset_;
    return time;
  }

 private:
  bool number(int& value, std::size_t least, std::size_t most) {
    std::size_t digits = 0;
    value = 0;
    for (; digits < most && digits < left_.size() && is_digit(left_[digits]); ++digits)
      value = value * 10 + (left_[digits] - '0');
    left_.remove_prefix(digits);
    return digits >= least;
  }
  /// The whole name or its first three letters; `value` becomes its place from 1.
  template <std::size_t size>
  bool name(const std::array<std::string_view, size>& names, int& value) {
    for (std::size_t i = 0; i < size; ++i) {
      for (const auto length : {names[i].size(), std::size_t{3}}) {
        const auto head = left_.substr(0, length);
        const bool same = head.size() == length && std::equal(head.begin(), head.end(), names[i].begin(),
                                                              [](char a, char b) { return lower(a) == b; });
        if (!same) continue;
        left_.remove_prefix(length);
        value = static_cast<int>(i) + 1;
        return true;
      }
    }
    return false;
  }
  bool fraction() {
    std::int64_t place = 100'000;
    std::size_t digits = 0;
    for (; digits < left_.size() && is_digit(left_[digits]); ++digits, place /= 10)
      fraction_ += place * (left_[digits] - '0');
    left_.remove_prefix(digits);
    return digits > 0 && digits <= 9;
  }
  bool half_of_day() {
    if (left_.size() < 2 || lower(left_[1]) != 'm' || (lower(left_[0]) != 'a' && lower(left_[0]) != 'p')) return false;
    half_ = lower(left_[0]) == 'p' ? 12 : 0;
    left_.remove_prefix(2);
    return true;
  }
  bool zone() {
    zoned_ = true;
    for (const std::string_view utc : {"Z", "UTC", "GMT"}) {
      if (!left_.starts_with(utc)) continue;
      left_.remove_prefix(utc.size());
      return true;
    }
    if (left_.empty() || (left_[0] != '+' && left_[0] != '-')) return false;
    const bool minus = left_[0] == '-';
    left_.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!number(hours, 2, 2)) return false;
    literal(':');
    if (!left_.empty() && is_digit(left_[0]) && !number(minutes, 2, 2)) return false;
    offset_ = (hours * std::int64_t{60} + minutes) * (minus ? -60'000'000 : 60'000'000);
    return hours <= 18 && minutes < 60;
  }

  std::string_view left_;
  int year_ = 0;
  int month_ = 0;
  int day_ = 0;
  int weekday_ = 0;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int half_ = -1;  // hours before this half of the day, or -1
  std::int64_t fraction_ = 0;
  std::int64_t offset_ = 0;
  bool zoned_ = false;
};

}  // namespace

TimePattern TimePattern::parse(std::string_view text, std::string_view where) {
  constexpr std::string_view known = "YymdbAHIMSfpz%";
  const auto fail = [&](std::string what, std::string expected) {
    throw Error(ErrorKind::invalid, std::string(where), std::move(what), std::move(expected));
  };
  std::string signs;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') continue;
    const auto sign = text.substr(i++, 2);
    if (sign.size() < 2 || known.find(sign[1]) == std::string_view::npos)
      fail("knows no sign \"" + std::string(sign) + "\"", "one of %Y %y %m %d %b %A %H %I %p %M %S %f %z %%");
    signs += sign[1];
  }
  const auto has = [&](std::string_view any) { return signs.find_first_of(any) != std::string::npos; };
  if (!has("Yy") || !has("mb") || !has("d")) fail("does not say year, month and day", "like %d/%m/%Y %H:%M");
  if (has("I") != has("p")) fail("needs %I and %p together", "%I:%M %p, or %H:%M");
  TimePattern pattern;
  pattern.text_ = text;
  return pattern;
}

std::optional<PatternTime> TimePattern::read(std::string_view text) const {
  Reading reading(text);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    bool taken = true;
    if (text_[i] == ' ') {
      reading.skip_blanks();
    } else {
      taken = text_[i] == '%' ? reading.take(text_[++i]) : reading.literal(text_[i]);
    }
    if (!taken) return std::nullopt;
  }
  if (!reading.at_end()) return std::nullopt;
  return reading.time();
}

}  // namespace peregrine::ingest
