// A TimeHistogram holds lengths of time so that histograms merge bit for bit in any order: exact while there are at most
// 1,024 distinct values, then logarithmic buckets whose middle is at most 1 % off (borders grow by 1.01 / 0.99, from 1 ms
// to 100 years, in an integer table; shorter and longer times fall into the first and last). Quantiles are nearest rank.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace peregrine::statistics {

class TimeHistogram {
 public:
  /// `micros` >= 0.
  void add(std::int64_t micros);
  void merge(const TimeHistogram& other);

  std::int64_t count() const { return count_; }
  /// The value of rank ceil(q * count), 0 < q <= 1; nothing when there are none.
  std::optional<std::int64_t> quantile(double q) const;
  /// The same in seconds and in days, for results.
  std::optional<double> quantile_seconds(double q) const;
  std::optional<double> quantile_days(double q) const;

  template <class Archive>
  void archive(Archive& archive) {
    archive(count_, exact_, buckets_);
  }

 private:
  void spread();

  std::int64_t count_ = 0;
  std::map<std::int64_t, std::int64_t> exact_;  // value -> how many; empty once spread
  std::vector<std::int64_t> buckets_;           // empty until spread
};

}  // namespace peregrine::statistics
