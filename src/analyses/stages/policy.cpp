// The rules of stages in words, for `meta.policy`, and why figures are missing, for `meta.undefined`.
#include "analyses/stages/stages.hpp"

namespace peregrine::stages {

namespace {

void say(Meta& meta, std::string rule, std::string words) {
  meta.policy.push_back({std::move(rule), std::move(words)});
}

void miss(Meta& meta, const std::string& pointer, std::string why) {
  meta.undefined[pointer] = std::move(why);
}

}  // namespace

void State::describe(Meta& meta) const {
  say_how_stays_are_found(meta);
  say_how_they_are_counted(meta);
  for (std::size_t i = 0; i < tallies_.size(); ++i) miss_figures_of_stage(meta, i);
  miss_other_figures(meta);
}

void State::say_how_stays_are_found(Meta& meta) const {
  const auto idle = format_duration(idle_);
  say(meta, "framework", "Stages of " + definition_->title + " (" + definition_->name + ").");
  say(meta, "stay",
      "A stay opens at an event whose role or name belongs to a stage and is extended by events of the same stage. It "
      "ends when another stage opens, or as lost " +
          idle + " after its last event: an event exactly " + idle +
          " later begins a new stay. Events without a role open and close nothing.");
  say(meta, "several_stages",
      "A role of several stages means the first at or after the present stage, else the nearest before it.");
  say(meta, "repeat_buy", "The second and later buy of a customer reads as repeat_buy.");
  say(meta, "activate", "The first use also counts as activate when nothing else of the customer does.");
  say(meta, "reenter",
      reenter_ ? "Customers who have bought come into stages of the buyer phase again (reenter: true)."
               : "After the first buy stages of the buyer phase do not open again (reenter: false).");
  if (definition_->monotone) say(meta, "monotone", "Stages of this framework are never gone back to.");
  if (StageWalk::ends_with_buy(*definition_)) {
    say(meta, "end", "The framework ends with the first buy, which counts as its later stage.");
  }
}

void State::say_how_they_are_counted(Meta& meta) const {
  const auto idle = format_duration(idle_);
  say(meta, "counting",
      "Figures count customers, each once a stage. A stay counts when it begins in the range; earlier events are "
      "context and later ones are not looked at.");
  say(meta, "matured",
      "Conversion rests on customers who first entered at least " + idle +
          " before the newest event or the end of the "
          "range, whether they went on or not.");
  say(meta, "skipped", "Who reaches a later stage has skipped the earlier ones that were never entered.");
  say(meta, "days", "Medians are over stays that ended by moving on; in moves, over the stays before that move.");
  say(meta, "value", "The values of all events during the stays, negative ones too; currencies are never added up.");
  say(meta, "satisfaction",
      "NPS and CSAT are of answers with scores on their true range. An answer counts in the stage the customer was in "
      "just before it, whatever it opens; in the stage it opens when the customer had been in none yet; nowhere when "
      "the customer was lost.");
}

void State::miss_figures_of_stage(Meta& meta, std::size_t stage) const {
  const auto at = "/stages/" + std::to_string(stage);
  const auto& tally = tallies_[stage];
  if (is_last(stage)) {
    miss(meta, at + "/conversion", "the last stage has no later stage");
  } else if (tally.matured == 0) {
    miss(meta, at + "/conversion", "no customer who entered has had " + format_duration(idle_) + " yet");
  }
  if (tally.stays.count() == 0) {
    for (const auto* figure : {"/median_days", "/p90_days"}) {
      miss(meta, at + figure, is_last(stage) ? "nobody moves on from the last stage" : "nobody has moved on");
    }
  }
  if (const auto why = money_.why_not(); !why.empty()) miss(meta, at + "/value", why);
  if (tally.nps_responses == 0) miss(meta, at + "/nps", "no NPS answers in this stage");
  if (tally.csat_responses == 0) miss(meta, at + "/csat", "no CSAT answers in this stage");
}

void State::miss_other_figures(Meta& meta) const {
  const auto no_value = money_.why_not();
  const auto phases = phase_rows();
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const auto at = "/phases/" + std::to_string(i);
    if (!phases[i].moved_on) miss(meta, at + "/moved_on", "no phase follows");
    if (!no_value.empty()) miss(meta, at + "/value", no_value);
  }
  if (const auto currency = money_.currency(); !currency) {
    miss(meta, "/currency", no_value);
  } else if (currency->empty()) {
    miss(meta, "/currency", "no value says its currency");
  }
  if (!has_two_phases()) {
    miss(meta, "/handoff", "the framework has one phase");
  } else if (handoff_matured_ == 0) {
    miss(meta, "/handoff/conversion",
         "no customer who entered a buyer stage has had " + format_duration(idle_) + " yet");
  }
}

}  // namespace peregrine::stages
