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
  const bool reached = value_ && *value_ - bought_ <= days(30).micros;
  ++handoff.buyers;
  handoff.reached += reached ? 1 : 0;
  handoff.matured += matured ? 1 : 0;
  handoff.matured_reached += matured && reached ? 1 : 0;
  handoff.again += buys_ > 1 ? 1 : 0;
}

}  // namespace peregrine::demo
