// Lengths of time of the simulation, in µs.
#pragma once

#include <cstdint>

namespace peregrine::demo {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

constexpr std::int64_t whole_milliseconds(double micros) {
  return static_cast<std::int64_t>(micros / 1000) * 1000;
}

}  // namespace peregrine::demo
