#include "model/calendar.hpp"

#include <chrono>

namespace peregrine {

namespace {

constexpr std::int64_t day_micros = 86'400'000'000;

std::int64_t floor_day(std::int64_t local) {
  return local >= 0 ? local / day_micros : -((-local + day_micros - 1) / day_micros);
}

/// The first day of the bucket that a day lies in, `later` buckets on, in days since 1970-01-01.
std::int64_t first_day(std::int64_t day, Bucket bucket, int later) {
  using namespace std::chrono;
  if (bucket == Bucket::day) return day + later;
  if (bucket == Bucket::week) return day - ((day + 3) % 7 + 7) % 7 + 7 * later;  // 1970-01-01 was a Thursday
  const year_month_day date{sys_days{std::chrono::days{day}}};
  const unsigned length = bucket == Bucket::month ? 1 : bucket == Bucket::quarter ? 3 : 12;
  const unsigned month = (static_cast<unsigned>(date.month()) - 1) / length * length + 1;
  const auto begin = year_month{date.year(), std::chrono::month{month}} + months{static_cast<int>(length) * later};
  return sys_days{begin / 1}.time_since_epoch().count();
}

}  // namespace

Time begin_of_bucket(Time time, Bucket bucket, const Zone& zone, int later) {
  return {zone.to_utc(first_day(floor_day(zone.to_local(time.micros)), bucket, later) * day_micros)};
}

std::string format_bucket(std::int64_t utc_micros, Bucket bucket, const Zone& zone) {
  const auto day = first_day(floor_day(zone.to_local(utc_micros)), bucket, 0);
  const auto date = format_time({day * day_micros});
  return date.substr(0, bucket == Bucket::month ? 7 : bucket == Bucket::year ? 4 : 10);
}

}  // namespace peregrine
