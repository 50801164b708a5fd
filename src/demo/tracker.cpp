#include "demo/tracker.hpp"

#include "base/time.hpp"

namespace peregrine::demo {

void Tracker::enter(Stage stage) {
  const std::size_t place = place_of(stage);
  const unsigned earlier = bit(place) - 1;
  moved_on_ |= entered_ & earlier;
  skipped_ |= earlier & ~entered_;
  if (stage_ && *stage_ > stage) went_back_ |= bit(place_of(*stage_));
  entered_ |= bit(place);
  ++entries_[place];
  stage_ = stage;
}

bool Tracker::heard_until(Sequel sequel, std::int64_t time) const {
  const auto place = static_cast<std::size_t>(sequel);
  const auto told_before = last_told_before_[place];
  return first_told_after_[place] <= time || (told_before > bought_ && told_before <= time);
}

void Tracker::settle(Tally& tally, std::size_t subject, std::int64_t end) const {
  if (!stage_) return;
  auto& stages = tally.stages[subject];
  for (std::size_t i = 0; i < stage_count; ++i) {
    const auto has = [i](unsigned bits) { return (bits >> i) & 1u; };
    stages[i].entered += has(entered_);
    stages[i].moved_on += has(moved_on_);
    stages[i].went_back += has(went_back_);
    stages[i].skipped += has(skipped_);
    stages[i].entries += entries_[i];
  }
  const bool silent = last_ + days(90).micros <= end;
  auto& final_stage = stages[place_of(*stage_)];
  ++(silent ? final_stage.lost : final_stage.now);

  if (buys_ == 0) return;
  auto& handoff = tally.handoff[subject];
  const bool matured = bought_ + days(30).micros <= end;
  const auto in_time = [&](Sequel sequel) { return heard_until(sequel, bought_ + days(30).micros) ? 1 : 0; };
  const auto reached = in_time(Sequel::value);
  ++handoff.buyers;
  handoff.reached += reached;
  handoff.matured += matured ? 1 : 0;
  handoff.matured_reached += matured ? reached : 0;
  handoff.onboarded += in_time(Sequel::onboarding);
  handoff.support += in_time(Sequel::support);
  handoff.returned += in_time(Sequel::refund);
  handoff.again += in_time(Sequel::further_buy);
  handoff.dropped += matured ? 1 - in_time(Sequel::anything) : 0;
  handoff.lost += gave_up_ && !heard_until(Sequel::value, never_after - 1) ? 1 : 0;
}

}  // namespace peregrine::demo
