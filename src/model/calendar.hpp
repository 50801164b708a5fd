// Calendar buckets: days, ISO weeks (from Monday), months, quarters and years, cut in a time zone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace peregrine {

enum class Bucket : std::uint8_t { day, week, month, quarter, year };
constexpr auto enum_names(Bucket) {
  return std::to_array<std::string_view>({"day", "week", "month", "quarter", "year"});
}

/// The first moment of the bucket that a moment lies in, `later` buckets on.
Time begin_of_bucket(Time time, Bucket bucket, const Zone& zone, int later = 0);

/// The name of the bucket of a point in UTC: its first day, `2026-02-28`; a month is `2026-02`, a year `2026`.
std::string format_bucket(std::int64_t utc_micros, Bucket bucket, const Zone& zone);

}  // namespace peregrine
