// A TimeTally fills a TimeHistogram fast, where many times come for each of many histograms. What comes out of
// `settle` is what adding each time to the histogram would have given. One thread at a time owns it.
//
// Exact values are costly while there are few and useless once there are more than a histogram keeps. So times wait in
// a list until ManyTimes proves that the histogram will be of buckets, and from then on only those are counted.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "statistics/time_histogram.hpp"

namespace peregrine::statistics {

/// Proves that times have more distinct values than a TimeHistogram keeps: each value sets one of 4,096 bits, so that
/// there are at least as many values as bits. Merges exactly.
class ManyTimes {
 public:
  void add(std::int64_t micros) {
    const auto bit = (static_cast<std::uint64_t>(micros) * 0x9e37'79b9'7f4a'7c15u) >> 52;
    auto& word = bits_[bit / 64];
    const auto mask = std::uint64_t{1} << (bit % 64);
    distinct_ += (word & mask) == 0 ? 1 : 0;
    word |= mask;
  }
  void merge(const ManyTimes& other) {
    for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] |= other.bits_[i];
    recount();
  }
  bool any() const { return distinct_ > 0; }
  bool proven() const { return distinct_ > TimeHistogram::max_exact; }

  template <class Archive>
  void archive(Archive& archive) {
    archive(bits_);
    recount();
  }

 private:
  void recount() {
    distinct_ = 0;
    for (const auto word : bits_) distinct_ += static_cast<std::size_t>(std::popcount(word));
  }

  std::array<std::uint64_t, 64> bits_{};
  std::size_t distinct_ = 0;
};

class TimeTally {
 public:
  /// `many`: it was proven before that the histogram will be of buckets.
  explicit TimeTally(bool many = false) : many_(many) {}

  /// `micros` >= 0.
  void add(std::int64_t micros) {
    if (!buckets_.empty()) {
      ++buckets_[TimeBuckets::find(micros)];
    } else {
      wait(micros);
    }
  }
  /// Where times are counted by bucket, once they are; else null. Stays until `settle`.
  std::uint32_t* buckets() { return buckets_.empty() ? nullptr : buckets_.data(); }
  /// Moves all that was added into the histogram.
  void settle(TimeHistogram& into);

 private:
  void wait(std::int64_t micros);

  std::vector<std::uint32_t> buckets_;  // empty until there are too many distinct times
  bool many_;
  std::vector<std::int64_t> waiting_;
  std::unique_ptr<ManyTimes> proof_;
  TimeHistogram few_;  // what waited too long: many times of few values
};

}  // namespace peregrine::statistics
