#include "model/calendar.hpp"

namespace peregrine {

namespace {

constexpr std::int64_t day_micros = 86'400'000'000;

std::int64_t floor_day(std::int64_t local) {
  return local >= 0 ? local / day_micros : -((-local + day_micros - 1) / day_micros);
}

}  // namespace

std::string format_bucket(std::int64_t utc_micros, Bucket bucket, const Zone& zone) {
  auto day = floor_day(zone.to_local(utc_micros));
  if (bucket == Bucket::week) day -= ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
  const auto date = format_time({day * day_micros});
  return date.substr(0, bucket == Bucket::month ? 7 : 10);
}

}  // namespace peregrine
