// A Tracker follows one subject (a person, an account) through the stages as the simulator moves it. It is told of each
// thing done at a stage; it does not read events.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "demo/tally.hpp"

namespace peregrine::demo {

/// What may come of a purchase. `anything` is all that is heard of the buyer, the rest of these too.
enum class Sequel : std::uint8_t { value, onboarding, support, refund, further_buy, anything };
constexpr std::size_t sequels = 6;

class Tracker {
 public:
  void did(Stage stage, std::int64_t time) {
    if (!stage_ || *stage_ != stage) enter(stage);
    last_ = std::max(last_, time);
  }
  void bought(std::int64_t time) {
    if (++buys_ == 1) {
      bought_ = time;
    } else {
      heard(Sequel::further_buy, time);
    }
  }
  /// Things are told in the order in which they are decided: an answer may be told before the purchase that it follows.
  void heard(Sequel sequel, std::int64_t time) {
    const auto place = static_cast<std::size_t>(sequel);
    if (buys_ == 0) {
      last_told_before_[place] = std::max(last_told_before_[place], time);
    } else {
      first_told_after_[place] = std::min(first_told_after_[place], time);
    }
    if (sequel != Sequel::anything) heard(Sequel::anything, time);
  }
  /// The walk ended in Onboarding.
  void gave_up() { gave_up_ = true; }

  bool was_anywhere() const { return stage_.has_value(); }
  bool is_buyer() const { return buys_ > 0; }

  /// Adds what happened to the counts of this kind of subject; the time ends at `end`.
  void settle(Tally& tally, std::size_t subject, std::int64_t end) const;

 private:
  static constexpr unsigned bit(std::size_t place) { return 1u << place; }
  static constexpr auto never_before = std::numeric_limits<std::int64_t>::min();
  static constexpr auto never_after = std::numeric_limits<std::int64_t>::max();
  void enter(Stage stage);
  bool heard_until(Sequel sequel, std::int64_t time) const;

  std::optional<Stage> stage_;
  std::int64_t last_ = INT64_MIN;
  unsigned entered_ = 0, moved_on_ = 0, went_back_ = 0, skipped_ = 0;  // a bit a stage
  std::array<std::uint16_t, stage_count> entries_{};
  int buys_ = 0;
  std::int64_t bought_ = 0;
  bool gave_up_ = false;
  std::array<std::int64_t, sequels> last_told_before_{never_before, never_before, never_before,
                                                      never_before, never_before, never_before};
  std::array<std::int64_t, sequels> first_told_after_{never_after, never_after, never_after,
                                                      never_after, never_after, never_after};
};

}  // namespace peregrine::demo
