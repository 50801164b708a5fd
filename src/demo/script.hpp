// A Script is a Story made ready to be played: names are codes, choices are drawn at once. Read only, shared by all
// threads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/chance.hpp"
#include "demo/story.hpp"

namespace peregrine::demo {

/// Distinct names; the code of a name is its place.
class NameTable {
 public:
  std::uint16_t code(std::string_view name);
  const std::vector<std::string_view>& names() const { return names_; }

 private:
  std::vector<std::string_view> names_;
};

constexpr std::uint16_t nothing = 0xffff;

/// An Act with its event's code and the pieces of content it can show.
struct Cue {
  Act act;
  std::uint16_t event = nothing;
  std::vector<std::uint16_t> pieces;
};

struct Scene {
  const StageScript* script = nullptr;
  Choices<Cue> opening;
  Choices<Cue> acts;
};

struct Script {
  explicit Script(const Story& told);

  const Story& story;
  NameTable events;
  std::vector<Piece> pieces;  // those of the story and the key point's page, the last
  std::array<Scene, stage_count> scenes;
  Scene in_store;                 // Decision in a store
  std::vector<Cue> first_visits;  // by channel
  std::vector<double> first_weights, later_weights;
  Cue viewed, added, gate_before, gate, loop, buy, store_buy, key_point, mail, shipped, delivery, churn, refund;
  Cue ticket, ticket_solved, complaint, signed_in;
  std::array<std::uint16_t, 3> asked{}, answered{};  // by SurveyKind
  std::array<std::uint16_t, unlabelled_events.size()> unlabelled{};

 private:
  Cue cue(const Act& act);
  Choices<Cue> choices(const std::vector<Act>& acts);
};

/// The script of a scenario; made once.
const Script& script_of(const Story& story);

}  // namespace peregrine::demo
