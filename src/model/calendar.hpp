// Calendar buckets: days, ISO weeks (from Monday) and months, cut in a time zone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace peregrine {

enum class Bucket : std::uint8_t { day, week, month };
constexpr auto enum_names(Bucket) {
  return std::to_array<std::string_view>({"day", "week", "month"});
}

/// The name of the bucket of a point in UTC: its first day, `2026-02-28`; a month is `2026-02`.
std::string format_bucket(std::int64_t utc_micros, Bucket bucket, const Zone& zone);

}  // namespace peregrine
