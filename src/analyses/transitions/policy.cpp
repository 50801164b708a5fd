// The rules of transitions in words, for `meta.policy`, and why figures are missing, for `meta.undefined`.
#include "analyses/transitions/transitions.hpp"

namespace peregrine::transitions {

namespace {

std::string words_of_level(const Params& params) {
  switch (params.level) {
    case Level::event: return "a journey is the sequence of its events, those without a role too";
    case Level::touchpoint:
      return "a journey is the sequence of the touchpoints of its events; one that no touchpoint names counts by its "
             "own name";
    case Level::stage:
      return "a journey is the sequence of its stays in stages of " + params.framework + ", lost after " +
             format_duration(params.idle) +
             " of silence; times are from the beginning of one stay to that of the next" +
             (params.reenter ? "; buyers come into buyer stages again" : "");
  }
  return {};
}

}  // namespace

void State::describe(Meta& meta) const {
  const auto say = [&](std::string rule, std::string words) {
    meta.policy.push_back({std::move(rule), std::move(words)});
  };
  say("level", words_of_level(params_));
  say("transition", "a pair of neighbours in a journey; one name after itself is a transition too");
  say("range", params_.level == Level::stage
                   ? "a stay counts when it begins in the range; a transition counts when both of its stays do"
                   : "only events in the range are seen: a transition counts when both of its events lie in it, and "
                     "a journey starts and ends with its first and its last event there");
  say("names", "the " + std::to_string(params_.names) +
                   " names with most events (then by name) have edges of their own; the rest count together as other");
  if (params_.variants > 0) {
    static_assert(Variants::usual_room == 1'048'576);
    say("variants",
        "a variant is a whole journey in the range with each run of one name said once; counts are exact. When the "
        "distinct variants hold more than 1,048,576 names together, the longest are counted with other, down to the "
        "longest_variant that fits");
  }
  if (params_.depth > 0) {
    say("steps", "journeys are unrolled from their first event in the range to step " + std::to_string(params_.depth) +
                     (params_.collapse ? ", a run of one name being one step whose time is its first"
                                       : ", every event being a step") +
                     "; a step's " + std::to_string(params_.top) +
                     " names with most journeys (then by name) have nodes of their own, the rest are other");
  }
  say("times",
      "medians are exact up to 1,024 distinct times of an edge (in all groups together), and at most 1 % off beyond");

  const auto miss = [&](const std::string& pointer, std::string why) { meta.undefined[pointer] = std::move(why); };
  if (params_.level != Level::stage) miss("/framework", "the level is no stage");
  if (params_.variants == 0) {
    miss("/distinct_variants", "no variants were asked for");
    miss("/longest_variant", "no variants were asked for");
  } else if (params_.choice->longest_variant == 0) {
    miss("/longest_variant", "variants of every length were counted");
  }
  const auto result = finish();
  for (std::size_t i = 0; i < result.variants.size(); ++i) {
    if (!result.variants[i].length) {
      miss("/variants/" + std::to_string(i) + "/length", "it stands for variants of several lengths");
    }
  }
  for (std::size_t i = 0; i < result.steps.edges.size(); ++i) {
    if (!result.steps.edges[i].median_seconds) {
      miss("/steps/edges/" + std::to_string(i) + "/median_seconds", "the journeys end there");
    }
  }
}

}  // namespace peregrine::transitions
