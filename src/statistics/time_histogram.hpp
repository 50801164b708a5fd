// A TimeHistogram holds lengths of time so that histograms merge bit for bit in any order: exact while there are at
// most 1,024 distinct values, then logarithmic buckets whose middle is at most 1 % off (borders grow by 1.01 / 0.99,
// from 1 ms to 100 years, in an integer table; longer times fall into the last bucket, and those below 1 ms into the
// first, which reads as 0). Quantiles are nearest rank. One thread at a time owns it.
//
// The first 1,024 times are a plain list; only then are distinct values told apart, and beyond as many of those,
// spread.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace peregrine::statistics {

/// The borders of the logarithmic buckets. Bucket 0 is [0, border[1]), bucket i is [border[i], border[i + 1]), the last
/// has no end.
struct TimeBorders {
  static constexpr std::int64_t shortest = 1'000;                                 // 1 ms
  static constexpr std::int64_t longest = std::int64_t{36'525} * 86'400'000'000;  // 100 years

  static constexpr std::int64_t next(std::int64_t border) { return border * 101 / 99; }
  static constexpr std::size_t count_buckets() {
    std::size_t buckets = 1;
    for (auto border = shortest; border < longest; border = next(border)) ++buckets;
    return buckets;
  }
  /// A slot holds the times with one exponent and one value of the next 6 bits: it is never wider than a bucket, so
  /// that at most one border lies in it.
  static constexpr std::size_t slots = std::size_t{64} * 43;  // exponents 9 (of 1,000) to 51 (of 100 years)
  static constexpr std::size_t slot(std::int64_t micros) {
    const auto value = static_cast<std::uint64_t>(micros);
    const auto exponent = static_cast<unsigned>(std::bit_width(value)) - 1;
    return std::size_t{exponent - 9} * 64 + ((value >> (exponent - 6)) & 63);
  }
};

class TimeBuckets {
 public:
  static constexpr std::size_t count = TimeBorders::count_buckets();

  /// The bucket of a length in microseconds: a look-up leaves two candidates.
  static std::size_t find(std::int64_t micros) {
    if (micros < TimeBorders::shortest) return 0;
    if (micros >= TimeBorders::longest) return count - 1;
    const std::size_t guess = tables.guess[TimeBorders::slot(micros)];
    return guess + static_cast<std::size_t>(micros >= tables.border[guess + 1]);
  }
  /// What a bucket's times read as: at most 1 % from each of them.
  static std::int64_t middle(std::size_t bucket) {
    return bucket == 0 ? 0 : tables.border[bucket] + tables.border[bucket] / 100;
  }

 private:
  struct Tables {
    std::array<std::int64_t, count + 1> border{};
    std::array<std::uint16_t, TimeBorders::slots> guess{};  // bucket of the slot's first value
  };
  static const Tables tables;
};

class TimeHistogram {
 public:
  static constexpr std::size_t max_exact = 1'024;

  /// `micros` >= 0. Once spread this is a look-up and an increment, and at first an append.
  void add(std::int64_t micros) {
    ++count_;
    keep(micros, 1);
  }
  /// Adds times of more than max_exact distinct values that were counted by bucket: TimeBuckets::count figures.
  void add_buckets(std::span<const std::uint32_t> counted);
  void merge(const TimeHistogram& other);

  std::int64_t count() const { return count_; }
  /// The value of rank ceil(q * count), 0 < q <= 1; nothing when there are none.
  std::optional<std::int64_t> quantile(double q) const;
  /// The same in seconds and in days, for results.
  std::optional<double> quantile_seconds(double q) const;
  std::optional<double> quantile_days(double q) const;

  template <class Archive>
  void archive(Archive& archive) {
    if constexpr (Archive::loading) {
      Pairs exact;
      std::vector<std::int64_t> buckets;
      archive(count_, exact, buckets);
      archive.require(load(exact, std::move(buckets)), "holds a time histogram that does not add up");
    } else {
      Pairs exact = sorted();
      archive(count_, exact, buckets_);
    }
  }

 private:
  using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;  // value, how many; ascending
  struct Slot {
    std::int64_t value = 0;
    std::int64_t many = 0;  // 0: free
  };

  void keep(std::int64_t micros, std::int64_t many) {
    if (!buckets_.empty()) {
      buckets_[TimeBuckets::find(micros)] += many;
    } else if (many == 1 && slots_.empty() && listed_.size() < max_exact) {
      listed_.push_back(micros);
    } else {
      add_exact(micros, many);
    }
  }
  void add_exact(std::int64_t micros, std::int64_t many);
  void grow();
  void spread();
  Pairs sorted() const;
  bool load(const Pairs& exact, std::vector<std::int64_t> buckets);

  std::int64_t count_ = 0;
  std::vector<std::int64_t> listed_;   // at first: each time
  std::vector<Slot> slots_;            // then: the distinct values, hashed, at most half full
  std::size_t distinct_ = 0;           // in slots_
  std::vector<std::int64_t> buckets_;  // once spread
};

}  // namespace peregrine::statistics
