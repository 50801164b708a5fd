// A Tally is the integer counts behind a Truth. Each batch has its own; they add up to the same in any order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "demo/demo.hpp"
#include "demo/story.hpp"

namespace peregrine::demo {

/// Chances are added up as whole millionths, so that sums do not depend on their order.
constexpr double chance_unit = 1e6;
std::int64_t millionths_of_chance(double chance);

struct StageCount {
  std::int64_t entered = 0, entries = 0, moved_on = 0, went_back = 0, skipped = 0, now = 0, lost = 0;
};

struct StayCount {
  std::int64_t stays = 0, unfinished = 0, moved_on = 0, went_back = 0, dropped_out = 0, chances = 0;
};

struct HandoffCount {
  std::int64_t buyers = 0, reached = 0, matured = 0, matured_reached = 0;
  std::int64_t onboarded = 0, support = 0, returned = 0, again = 0, dropped = 0, lost = 0;
};

struct ChannelCount {
  std::int64_t visits = 0, brought = 0, buyers = 0, considerations = 0, decisions = 0, chances = 0;
};

/// Finished chances of one arm of something planted.
struct ArmCount {
  std::int64_t stays = 0, successes = 0, chances = 0;
  void add(bool success, double chance) {
    ++stays;
    successes += success ? 1 : 0;
    chances += millionths_of_chance(chance);
  }
};

struct SurveyCount {
  std::int64_t asked = 0, answered = 0, sum = 0, high = 0, low = 0;
};

enum class SurveyKind : std::uint8_t { nps, csat, ces };
constexpr std::size_t survey_kinds = 3;

struct Tally {
  /// `subjects` of which there are stages: 0 people, 1 accounts.
  static constexpr std::size_t subjects = 2;

  std::int64_t events = 0, people = 0, known = 0, accounts = 0, devices = 0, devices_linked = 0;
  std::int64_t unlabelled = 0, late = 0, equal_times = 0, revenue = 0, refunded = 0;  // money in millionths
  std::array<std::array<StageCount, stage_count>, subjects> stages{};
  std::array<HandoffCount, subjects> handoff{};
  std::array<StayCount, stage_count> stays{};
  std::array<std::int64_t, 4> funnel{};
  std::array<std::array<ArmCount, 2>, 3> plants{};  // friction, key point, mail; without, with
  std::array<std::array<std::array<SurveyCount, 2>, stage_count>, survey_kinds> surveys{};
  std::vector<ChannelCount> channels;
  std::vector<std::int64_t> visits;  // by day and channel

  Tally(const Story& story, std::int64_t days);
  void add(const Tally& other);
};

/// The parameters and the counts as a document.
Truth tell(const Tally& tally, const Story& story, const Params& params);

}  // namespace peregrine::demo
