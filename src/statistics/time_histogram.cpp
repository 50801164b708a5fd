#include "statistics/time_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.hpp"

namespace peregrine::statistics {

constinit const TimeBuckets::Tables TimeBuckets::tables = [] {
  Tables made;
  made.border[1] = TimeBorders::shortest;
  for (std::size_t i = 2; i <= count; ++i) made.border[i] = TimeBorders::next(made.border[i - 1]);
  std::size_t bucket = 0;
  for (std::size_t i = 0; i < TimeBorders::slots; ++i) {
    const auto first = static_cast<std::int64_t>((64 + i % 64) << (i / 64 + 3));
    while (bucket + 1 < count && made.border[bucket + 1] <= first) ++bucket;
    made.guess[i] = static_cast<std::uint16_t>(bucket);
  }
  return made;
}();

namespace {

// Fibonacci hashing: times are multiples of seconds and days, whose low bits say nothing.
std::size_t place_of(std::int64_t value, std::size_t slots) {
  const auto mixed = static_cast<std::uint64_t>(value) * 0x9e37'79b9'7f4a'7c15u;
  return static_cast<std::size_t>((mixed ^ (mixed >> 32)) & (slots - 1));
}

}  // namespace

void TimeHistogram::add_exact(std::int64_t micros, std::int64_t many) {
  if (slots_.empty()) {
    grow();
    for (const auto each : std::exchange(listed_, {})) add_exact(each, 1);
  }
  auto place = place_of(micros, slots_.size());
  while (slots_[place].many != 0) {
    if (slots_[place].value == micros) {
      slots_[place].many += many;
      return;
    }
    place = (place + 1) & (slots_.size() - 1);
  }
  if (distinct_ == max_exact) {
    spread();
    buckets_[TimeBuckets::find(micros)] += many;
  } else if (2 * (distinct_ + 1) > slots_.size()) {
    grow();
    add_exact(micros, many);
  } else {
    slots_[place] = {micros, many};
    ++distinct_;
  }
}

void TimeHistogram::grow() {
  std::vector<Slot> larger(std::max<std::size_t>(8, 4 * slots_.size()));
  for (const auto& slot : slots_) {
    if (slot.many == 0) continue;
    auto place = place_of(slot.value, larger.size());
    while (larger[place].many != 0) place = (place + 1) & (larger.size() - 1);
    larger[place] = slot;
  }
  slots_ = std::move(larger);
}

void TimeHistogram::spread() {
  buckets_.assign(TimeBuckets::count, 0);
  for (const auto each : std::exchange(listed_, {})) ++buckets_[TimeBuckets::find(each)];
  for (const auto& slot : std::exchange(slots_, {})) {
    if (slot.many != 0) buckets_[TimeBuckets::find(slot.value)] += slot.many;
  }
  distinct_ = 0;
}

void TimeHistogram::add_buckets(std::span<const std::uint32_t> counted) {
  PEREGRINE_CHECK(counted.size() == TimeBuckets::count);
  if (buckets_.empty()) spread();
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    buckets_[i] += counted[i];
    count_ += counted[i];
  }
}

void TimeHistogram::merge(const TimeHistogram& other) {
  if (!other.buckets_.empty()) {
    if (buckets_.empty()) spread();
    for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  } else if (&other == this) {
    return merge(TimeHistogram(other));
  } else {
    for (const auto each : other.listed_) keep(each, 1);
    for (const auto& slot : other.slots_) {
      if (slot.many != 0) keep(slot.value, slot.many);
    }
  }
  count_ += other.count_;
}

std::optional<std::int64_t> TimeHistogram::quantile(double q) const {
  PEREGRINE_CHECK(q > 0 && q <= 1);
  if (count_ == 0) return std::nullopt;
  const auto rank = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(q * static_cast<double>(count_))));
  std::int64_t seen = 0;
  if (buckets_.empty()) {
    for (const auto& [value, many] : sorted()) {
      seen += many;
      if (seen >= rank) return value;
    }
  } else {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen >= rank) return TimeBuckets::middle(i);
    }
  }
  PEREGRINE_CHECK(false);
  return std::nullopt;
}

std::optional<double> TimeHistogram::quantile_seconds(double q) const {
  const auto micros = quantile(q);
  if (!micros) return std::nullopt;
  return static_cast<double>(*micros) / 1e6;
}

std::optional<double> TimeHistogram::quantile_days(double q) const {
  const auto micros = quantile(q);
  if (!micros) return std::nullopt;
  return static_cast<double>(*micros) / 86'400e6;
}

TimeHistogram::Pairs TimeHistogram::sorted() const {
  Pairs pairs;
  for (const auto& slot : slots_) {
    if (slot.many != 0) pairs.emplace_back(slot.value, slot.many);
  }
  std::sort(pairs.begin(), pairs.end());
  auto listed = listed_;
  std::sort(listed.begin(), listed.end());
  for (const auto value : listed) {
    if (pairs.empty() || pairs.back().first != value) pairs.emplace_back(value, 0);
    ++pairs.back().second;
  }
  return pairs;
}

bool TimeHistogram::load(const Pairs& exact, std::vector<std::int64_t> buckets) {
  listed_ = {};
  slots_ = {};
  buckets_ = {};
  distinct_ = 0;
  if (count_ < 0 || exact.size() > max_exact || (!exact.empty() && !buckets.empty())) return false;
  if (!buckets.empty() && buckets.size() != TimeBuckets::count) return false;
  auto left = count_;
  const auto take = [&](std::int64_t many) {
    if (many < 0 || many > left) return false;
    left -= many;
    return true;
  };
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const auto [value, many] = exact[i];
    if (value < 0 || many == 0 || !take(many) || (i > 0 && value <= exact[i - 1].first)) return false;
    keep(value, many);
  }
  for (const auto many : buckets) {
    if (!take(many)) return false;
  }
  if (left != 0) return false;
  buckets_ = std::move(buckets);
  return true;
}

}  // namespace peregrine::statistics
