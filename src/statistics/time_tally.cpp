#include "statistics/time_tally.hpp"

namespace peregrine::statistics {

namespace {

constexpr std::size_t set_bits = 4'096;
constexpr std::size_t longest_wait = 4'096;

}  // namespace

void TimeTally::wait(std::int64_t micros) {
  if (bits_.empty()) bits_.resize(set_bits / 64);
  const auto bit = (static_cast<std::uint64_t>(micros) * 0x9e37'79b9'7f4a'7c15u) >> 52;
  auto& word = bits_[bit / 64];
  const auto mask = std::uint64_t{1} << (bit % 64);
  distinct_ += (word & mask) == 0 ? 1 : 0;
  word |= mask;
  waiting_.push_back(micros);
  if (distinct_ > TimeHistogram::max_exact) {
    buckets_.resize(TimeBuckets::count);
    for (const auto each : waiting_) ++buckets_[TimeBuckets::find(each)];
    waiting_ = {};
    bits_ = {};
  } else if (waiting_.size() == longest_wait) {
    for (const auto each : waiting_) few_.add(each);
    waiting_.clear();
  }
}

void TimeTally::settle(TimeHistogram& into) {
  if (few_.count() > 0) into.merge(few_);
  for (const auto each : waiting_) into.add(each);
  if (!buckets_.empty()) into.add_buckets(buckets_);
  *this = TimeTally();
}

}  // namespace peregrine::statistics
