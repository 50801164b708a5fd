// A WeightedRate is the average of the rates of several cohorts, each with a weight: Σ w c/p ÷ Σ w. Its interval is
// Wilson's for as many customers as the average is worth, (Σ w)² ÷ Σ w²/p; where a cohort weighs what it has customers,
// that is all of them. In a result it becomes `rate`, `rate_low`, `rate_high`, and `small` below 30 customers.
#pragma once

#include <cstdint>

#include "analyses/retention/params.hpp"
#include "fold/rate.hpp"

namespace peregrine::retention {

class WeightedRate {
 public:
  WeightedRate() = default;
  explicit WeightedRate(Average average) : average_(average) {}

  /// `whole` > 0. In one fixed order: these sums are of floating point.
  void add(std::int64_t part, std::int64_t whole) {
    const auto p = static_cast<double>(whole);
    const double weight = average_ == Average::pooled ? p : average_ == Average::weighted ? p * p : 1;
    customers_ += whole;
    weights_ += weight;
    // A pooled sum is of whole numbers, and exact.
    rates_ += average_ == Average::pooled ? static_cast<double>(part) : weight * (static_cast<double>(part) / p);
    squares_ += weight * (weight / p);
  }

  bool exists() const { return customers_ > 0; }
  bool is_small() const { return customers_ < small_sample; }
  double rate() const { return rates_ / weights_; }
  statistics::Interval interval() const {
    return statistics::wilson_of_share(rate(), weights_ * (weights_ / squares_));
  }

 private:
  Average average_ = Average::pooled;
  std::int64_t customers_ = 0;
  double weights_ = 0;
  double rates_ = 0;
  double squares_ = 0;
};

}  // namespace peregrine::retention

namespace peregrine {

template <>
struct JsonType<retention::WeightedRate> {
  static void write_members(json::object& object, std::string_view name, const retention::WeightedRate& rate) {
    const std::string low = std::string(name) + "_low";
    const std::string high = std::string(name) + "_high";
    for (const std::string_view member : {name, std::string_view(low), std::string_view(high)})
      object[member] = nullptr;
    if (!rate.exists()) return;
    const auto interval = rate.interval();
    object[name] = rate.rate();
    object[low] = interval.low;
    object[high] = interval.high;
    if (rate.is_small()) object["small"] = true;
  }
  static void describe_members(json::object& properties, std::string_view name, std::string_view words) {
    JsonType<Rate>::describe_members(properties, name, words);
  }
};

}  // namespace peregrine
