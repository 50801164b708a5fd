#include "base/time.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <vector>

#include "base/error.hpp"

namespace peregrine {

namespace {

using std::chrono::microseconds;
constexpr std::int64_t day_micros = 86'400'000'000;

struct Unit {
  std::string_view name;
  std::int64_t micros;
};
constexpr std::array<Unit, 7> units{{{"w", 7 * day_micros},
                                     {"d", day_micros},
                                     {"h", 3'600'000'000},
                                     {"m", 60'000'000},
                                     {"s", 1'000'000},
                                     {"ms", 1'000},
                                     {"us", 1}}};

/// Takes digits from the front of `text`; at least one, at most `most`.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  int value = 0;
  std::size_t count = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9') {
    value = value * 10 + (text[count] - '0');
    ++count;
  }
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// Fraction of a second after its point, in microseconds; digits beyond the sixth are cut.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
  std::int64_t micros = 0;
  std::int64_t place = 100'000;
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
    micros += place * (text[count] - '0');
    place /= 10;
    ++count;
  }
  if (count == 0 || count > 9) return std::nullopt;
  text.remove_prefix(count);
  return micros;
}

/// The rest of a timestamp after its clock: nothing, `Z`, ` UTC`, `+01:00`, `+0100`. Offset in microseconds.
struct Offset {
  bool zoned;
  std::int64_t micros;
};
std::optional<Offset> read_offset(std::string_view text) {
  if (text.empty()) return Offset{false, 0};
  if (text == "Z" || text == "z" || text == " UTC" || text == "UTC") return Offset{true, 0};
  take(text, ' ');
  const bool minus = !text.empty() && text.front() == '-';
  if (!minus && (text.empty() || text.front() != '+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2, 2);
  const bool colon = take(text, ':');
  const auto minutes = text.empty() && !colon ? std::optional<int>(0) : take_digits(text, 2, 2);
  if (!hours || !minutes || *hours > 18 || *minutes > 59 || !text.empty()) return std::nullopt;
  const std::int64_t micros = (*hours * 60 + *minutes) * std::int64_t{60'000'000};
  return Offset{true, minus ? -micros : micros};
}

struct ClockOfDay {
  std::int64_t micros;
};
std::optional<ClockOfDay> take_clock(std::string_view& text) {
  const auto hour = take_digits(text, 1, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t micros = (*hour * std::int64_t{60} + *minute) * 60'000'000;
  if (!take(text, ':')) return ClockOfDay{micros};
  const auto second = take_digits(text, 2, 2);
  if (!second || *second > 59) return std::nullopt;
  micros += *second * std::int64_t{1'000'000};
  if (take(text, '.') || take(text, ',')) {
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    micros += *fraction;
  }
  return ClockOfDay{micros};
}

std::string format_clock(std::int64_t micros) {
  // By numbers: date::floor multiplies back, which the first day of all times does not bear.
  auto days = static_cast<int>(micros / day_micros);
  auto of_day = micros % day_micros;
  if (of_day < 0) {
    --days;
    of_day += day_micros;
  }
  const date::year_month_day civil{date::sys_days(date::days(days))};
  const date::hh_mm_ss<microseconds> clock{microseconds(of_day)};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(civil.year()),
                static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string out = text;
  if (const auto fraction = clock.subseconds().count(); fraction != 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(fraction));
    out += text;
    while (out.back() == '0') out.pop_back();
  }
  return out;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto number = std::from_chars(text.data(), text.data() + text.size(), count);
    if (number.ec != std::errc() || text.front() == '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));
    const auto unit_size = text.find_first_of("0123456789");
    const auto unit_name = text.substr(0, unit_size);
    const Unit* unit = nullptr;
    for (const auto& candidate : units) {
      if (candidate.name == unit_name) unit = &candidate;
    }
    std::int64_t micros = 0;
    if (unit == nullptr || __builtin_mul_overflow(count, unit->micros, &micros) ||
        __builtin_add_overflow(total, micros, &total)) {
      return std::nullopt;
    }
    text.remove_prefix(unit_name.size());
  }
  return Duration{total};
}

std::string format_duration(Duration duration) {
  if (duration.micros == 0) return "0s";
  std::string out;
  auto left = duration.micros;
  for (const auto& unit : units) {
    if (unit.name == "w") continue;  // two weeks are said as 14d
    if (const auto count = left / unit.micros; count > 0) {
      out += std::to_string(count) + std::string(unit.name);
      left %= unit.micros;
    }
  }
  return out;
}

bool is_civil(int year, unsigned month, unsigned day) {
  return date::year_month_day(date::year(year), date::month(month), date::day(day)).ok();
}

std::int64_t micros_of_civil(int year, unsigned month, unsigned day, std::int64_t micros_of_day) {
  const auto point = date::sys_days(date::year(year) / date::month(month) / date::day(day));
  return point.time_since_epoch().count() * day_micros + micros_of_day;
}

std::optional<ParsedTime> parse_time(std::string_view text) {
  const auto year = take_digits(text, 4, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2, 2);
  if (!day || !is_civil(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day))) return std::nullopt;
  std::int64_t of_day = 0;
  if (take(text, 'T') || (text.size() > 1 && text[1] >= '0' && text[1] <= '9' && take(text, ' '))) {
    const auto clock = take_clock(text);
    if (!clock) return std::nullopt;
    of_day = clock->micros;
  }
  const auto offset = read_offset(text);
  if (!offset) return std::nullopt;
  const auto local = micros_of_civil(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day), of_day);
  return ParsedTime{local - offset->micros, offset->zoned};
}

std::string format_time(Time time) {
  return format_clock(time.micros) + "Z";
}

struct Zone::Rules {
  const date::time_zone* zone;
};

Zone::Zone() : name_("UTC"), rules_(nullptr) {}

Zone Zone::find(std::string_view name, std::string_view where) {
  Zone found;
  if (name == "UTC" || name == "Etc/UTC") return found;
  try {
    found.rules_ = std::make_shared<const Rules>(Rules{date::locate_zone(std::string(name))});
  } catch (const std::runtime_error&) {
    std::vector<std::string_view> names;
    try {
      for (const auto& zone : date::get_tzdb().zones) names.push_back(zone.name());
    } catch (const std::runtime_error&) {
      throw Error(ErrorKind::unavailable, std::string(where), "this machine has no time zone database",
                  "install tzdata");
    }
    auto proposal = propose(name, names);
    throw Error(ErrorKind::invalid, std::string(where), "is no time zone: \"" + std::string(name) + "\"",
                proposal.empty() ? "an IANA name such as Europe/Amsterdam" : proposal);
  }
  found.name_ = name;
  return found;
}

std::int64_t Zone::to_utc(std::int64_t local_micros) const {
  if (!rules_) return local_micros;
  const date::local_time<microseconds> local{microseconds(local_micros)};
  const auto info = rules_->zone->get_info(local);
  const auto offset = std::chrono::duration_cast<microseconds>(info.first.offset).count();
  return local_micros - offset;
}

std::int64_t Zone::to_local(std::int64_t utc_micros) const {
  if (!rules_) return utc_micros;
  const date::sys_time<microseconds> point{microseconds(utc_micros)};
  const auto info = rules_->zone->get_info(point);
  return utc_micros + std::chrono::duration_cast<microseconds>(info.offset).count();
}

std::string Zone::format(Time time) const {
  if (!rules_) return format_time(time);
  const auto local = to_local(time.micros);
  const auto minutes = (local - time.micros) / 60'000'000;
  char offset[16];
  std::snprintf(offset, sizeof offset, "%c%02d:%02d", minutes < 0 ? '-' : '+',
                static_cast<int>(std::abs(minutes) / 60 % 100), static_cast<int>(std::abs(minutes) % 60));
  return format_clock(local) + offset;
}

}  // namespace peregrine
