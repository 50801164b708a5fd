#include "statistics/time_tally.hpp"

namespace peregrine::statistics {

namespace {

constexpr std::size_t longest_wait = 4'096;

}  // namespace

void TimeTally::wait(std::int64_t micros) {
  if (many_) {
    buckets_.resize(TimeBuckets::count);
    ++buckets_[TimeBuckets::find(micros)];
    return;
  }
  waiting_.push_back(micros);
  if (proof_ == nullptr && waiting_.size() <= TimeHistogram::max_exact) return;
  if (proof_ == nullptr) {
    proof_ = std::make_unique<ManyTimes>();
    for (const auto each : waiting_) proof_->add(each);
  }
  proof_->add(micros);
  if (proof_->proven()) {
    buckets_.resize(TimeBuckets::count);
    for (const auto each : waiting_) ++buckets_[TimeBuckets::find(each)];
    waiting_ = {};
  } else if (waiting_.size() == longest_wait) {
    for (const auto each : waiting_) few_.add(each);
    waiting_.clear();
  }
}

void TimeTally::settle(TimeHistogram& into) {
  if (few_.count() > 0) into.merge(few_);
  for (const auto each : waiting_) into.add(each);
  if (!buckets_.empty()) into.add_buckets(buckets_);
  *this = TimeTally(many_);
}

}  // namespace peregrine::statistics
