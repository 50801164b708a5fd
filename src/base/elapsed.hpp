// How long after another a moment lies, and moments so much later or earlier, in microseconds. What would leave the
// range of numbers ends at its end: a mapped `time` may lie anywhere in it.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace peregrine {

/// How long after `from` `to` is, at most the longest there is; 0 when it is before.
constexpr std::int64_t passed(std::int64_t from, std::int64_t to) {
  if (to <= from) return 0;
  const auto length = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
  const auto longest = static_cast<std::uint64_t>(Time::latest().micros);
  return static_cast<std::int64_t>(length < longest ? length : longest);
}

/// `time + length`, at most the latest moment. `length` >= 0.
constexpr std::int64_t later(std::int64_t time, std::int64_t length) {
  return time > Time::latest().micros - length ? Time::latest().micros : time + length;
}

/// `time - length`, at least the earliest moment. `length` >= 0.
constexpr std::int64_t earlier(std::int64_t time, std::int64_t length) {
  return time < Time::earliest().micros + length ? Time::earliest().micros : time - length;
}

}  // namespace peregrine
