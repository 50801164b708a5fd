// Time is a point in UTC, Duration a length, both in microseconds; Zone is an IANA time zone.
// Windows are Durations (a day is 86,400 s); only buckets are cut in a Zone, where a day may have 23 or 25 hours.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace peregrine {

struct Duration {
  std::int64_t micros = 0;
  auto operator<=>(const Duration&) const = default;
};

constexpr Duration seconds(std::int64_t count) {
  return {count * 1'000'000};
}
constexpr Duration days(std::int64_t count) {
  return seconds(count * 86'400);
}

struct Time {
  std::int64_t micros = 0;
  auto operator<=>(const Time&) const = default;

  static constexpr Time earliest() { return {std::numeric_limits<std::int64_t>::min()}; }
  static constexpr Time latest() { return {std::numeric_limits<std::int64_t>::max()}; }
};

/// Reads `14d`, `1h30m`, `45s`, `500ms`, `2w`: whole numbers with the units w d h m s ms us. Nothing when it is none.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest text that reads back the same: `14d`, `1h30m`, `0s`.
std::string format_duration(Duration duration);

struct ParsedTime {
  std::int64_t micros = 0;  // UTC when `zoned`, else local wall clock counted as if it were UTC
  bool zoned = false;
};

/// Reads `2026-02-28`, `2026-02-28T13:05`, `2026-02-28 13:05:07.123456`, each with an optional `Z`, ` UTC` or `+01:00`.
/// Nothing for anything else, and for days and hours that do not exist.
std::optional<ParsedTime> parse_time(std::string_view text);

/// Microseconds since the epoch of a civil date and time of day, as if in UTC; the date must exist.
std::int64_t micros_of_civil(int year, unsigned month, unsigned day, std::int64_t micros_of_day);

/// True when the proleptic Gregorian calendar has this day.
bool is_civil(int year, unsigned month, unsigned day);

/// RFC 3339 in UTC: `2026-02-28T13:05:07Z`, with a fraction only when there is one.
std::string format_time(Time time);

class Zone {
 public:
  Zone();  // UTC
  /// Throws `invalid` for a name that is no IANA zone, proposing near ones. `where` names the source in the error.
  static Zone find(std::string_view name, std::string_view where);

  const std::string& name() const { return name_; }

  /// Local wall clock to UTC. An hour that occurs twice takes the first; one that does not exist moves forward by the
  /// gap.
  std::int64_t to_utc(std::int64_t local_micros) const;
  /// UTC to local wall clock, counted as if it were UTC.
  std::int64_t to_local(std::int64_t utc_micros) const;
  /// RFC 3339 with this zone's offset: `2026-02-28T14:05:07+01:00`.
  std::string format(Time time) const;

 private:
  struct Rules;
  std::string name_;
  std::shared_ptr<const Rules> rules_;  // shared by copies of this Zone: the loaded rules never change
};

}  // namespace peregrine
