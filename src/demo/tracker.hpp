// A Tracker follows one subject (a person, an account) through the stages as the simulator moves it. It is told of each
// thing done at a stage; it does not read events.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "demo/tally.hpp"

namespace peregrine::demo {

class Tracker {
 public:
  void did(Stage stage, std::int64_t time) {
    if (!stage_ || *stage_ != stage) enter(stage);
    last_ = std::max(last_, time);
  }
  void bought(std::int64_t time) {
    if (++buys_ == 1) bought_ = time;
  }
  void got_value(std::int64_t time) {
    if (buys_ > 0 && (!value_ || time < *value_)) value_ = time;
  }

  bool was_anywhere() const { return stage_.has_value(); }
  bool is_buyer() const { return buys_ > 0; }

  /// Adds what happened to the counts of this kind of subject; the time ends at `end`.
  void settle(Tally& tally, std::size_t subject, std::int64_t end) const;

 private:
  static constexpr unsigned bit(std::size_t place) { return 1u << place; }
  void enter(Stage stage);

  std::optional<Stage> stage_;
  std::int64_t last_ = INT64_MIN;
  unsigned entered_ = 0, moved_on_ = 0, went_back_ = 0, skipped_ = 0;  // a bit a stage
  std::array<std::uint16_t, stage_count> entries_{};
  int buys_ = 0;
  std::int64_t bought_ = 0;
  std::optional<std::int64_t> value_;
};

}  // namespace peregrine::demo
