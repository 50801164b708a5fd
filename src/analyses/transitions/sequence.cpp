#include "analyses/transitions/sequence.hpp"

#include <unordered_map>

namespace peregrine::transitions {

Sequences::Sequences(const Params& params, const Scope& scope, const Part& part)
    : scope_(scope),
      open_(scope.from == Time::earliest() && scope.to == Time::latest()),
      time_(part.time),
      event_(part.event) {
  switch (params.level) {
    case Level::event:
      for (const auto& label : part.labels) names_.push_back(label.event);
      break;
    case Level::touchpoint: {
      std::unordered_map<std::string_view, std::uint32_t> places;
      for (const auto& label : part.labels) {
        const auto [found, is_new] = places.try_emplace(label.touchpoint, static_cast<std::uint32_t>(names_.size()));
        if (is_new) names_.push_back(label.touchpoint);
        place_of_code_.push_back(found->second);
      }
      break;
    }
    case Level::stage:
      for (const auto& stage : params.definition->stages) names_.push_back(stage.name);
      walk_.emplace(*params.definition, scope, part,
                    StageWalk::Options{.idle = params.idle, .reenter = params.reenter});
      break;
  }
}

bool Sequences::walk_stages(std::uint64_t begin, std::uint64_t end, Room& room) const {
  room.places.clear();
  room.times.clear();
  if (begin == end) return false;
  walk_->walk(begin, end, [&](const StageInterval& stay) {
    if (!scope_.contains(stay.begin)) return;
    room.places.push_back(stay.stage);
    room.times.push_back(stay.begin);
  });
  return !room.places.empty();
}

}  // namespace peregrine::transitions
