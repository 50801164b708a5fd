// How a Walk leaves a stay: what chance decides, and how it is counted for the truth.
#include <algorithm>

#include "demo/micros.hpp"
#include "demo/walk.hpp"

namespace peregrine::demo {

namespace {

constexpr std::size_t friction_plant = 0, key_point_plant = 1, mail_plant = 2;
constexpr double failures_elsewhere = 0.03;  // of those at the gate whom no friction meets

bool is_customer_stage(Stage stage) {
  return stage >= Stage::onboarding;
}

}  // namespace

double Walk::first_exit_chance(const Stay& stay) const {
  const double chance = story_.stages[place_of(stay.stage)].exits[0].chance;
  if (stay.stage == Stage::consideration) {
    const double raised = stay.saw_key_point ? story_.key_point.raises_by : 0;
    return std::min(0.95, chance * story_.channels[channel_].multiplier + raised);
  }
  if (stay.stage == Stage::onboarding && !mail_) return chance - story_.mail.lowers_by;
  return chance;
}

Walk::Leave Walk::leave(const Stay& stay) {
  if (stay.stage == Stage::decision) return leave_decision(stay);
  const auto& script = story_.stages[place_of(stay.stage)];
  const double first = first_exit_chance(stay);
  const auto score = ask_nps(stay);
  const bool praised = score && *score >= 9 && stay.stage != Stage::advocacy;

  double onwards = 0;
  double left = chance_.uniform();
  Leave decided;
  for (std::size_t i = 0; i < script.exits.size(); ++i) {
    const double chance = i == 0 ? first : script.exits[i].chance;
    if (script.exits[i].to > stay.stage) onwards += chance;
    if (!decided.to && left < chance) decided.to = script.exits[i].to;
    left -= decided.to ? 0 : chance;
  }
  if (praised) decided.to = Stage::advocacy;
  promoter_ = praised;
  const auto& nps = script.nps;
  const double promoters = stay.trouble ? nps.promoters_after_trouble : nps.promoters;
  const double praise = stay.stage == Stage::advocacy ? 0 : nps.asked * nps.response * promoters;
  decided.onwards = praise + (1 - praise) * onwards;

  count_plants(stay, decided, (1 - praise) * first);
  if (decided.to == Stage::decision) prepare_decision(stay);
  if (!decided.to && is_customer_stage(stay.stage) && stay.finished && chance_.happens(story_.says_goodbye)) {
    put(*stay.lead, script_.churn, stay.exit, {});
  }
  return decided;
}

void Walk::prepare_decision(const Stay& stay) {
  in_store_ = story_.in_store && chance_.happens(story_.in_store->share);
  product_ = static_cast<std::uint8_t>(chance_.below(story_.products.size()));
  for (auto& person : std::span(people_.data(), size_)) person.funnel_start = Person::no_attempt;
  const bool views = story_.funnel.starts_in_consideration && stay.stage == Stage::consideration && !in_store_;
  if (!views || !stay.finished) return;
  const std::int64_t time = stay.exit - static_cast<std::int64_t>(chance_.between(60, 540)) * second;
  put(*stay.lead, script_.viewed, time, Stage::consideration);
  stay.lead->funnel_start = time;
}

std::int64_t Walk::gate_time(const Stay& stay) const {
  if (story_.gate.minutes_before_buy == 0) return stay.at(0.6);
  return stay.exit - static_cast<std::int64_t>(story_.gate.minutes_before_buy * minute);
}

bool Walk::meets_friction(const Stay& stay) const {
  const auto& friction = story_.friction;
  const double part = static_cast<double>(gate_time(stay) - start_) / static_cast<double>(end_ - start_);
  if (in_store_ || part < friction.from || part >= friction.to) return false;
  if (friction.property == "device") return story_.devices[stay.lead->device] == friction.value;
  return story_.segments[stay.lead->traits.segment] == friction.value;
}

Walk::Leave Walk::leave_decision(const Stay& stay) {
  const Gate& gate = story_.gate;
  const bool met = meets_friction(stay);
  const double pass = in_store_ ? story_.in_store->pass : gate.pass - (met ? story_.friction.lowers_by : 0);
  const double reach = in_store_ ? 1 : gate.reach;
  Leave decided{.to = {}, .onwards = (1 - gate.back) * reach * pass};
  if (chance_.happens(gate.back)) {
    decided.to = Stage::consideration;
  } else if (chance_.happens(reach)) {
    const bool passes = chance_.happens(pass);
    if (!in_store_) try_gate(stay, met, passes, pass);
    if (passes) decided.to = Stage::onboarding;
  }
  return decided;
}

void Walk::try_gate(const Stay& stay, bool met, bool passes, double chance) {
  Person& person = *stay.lead;
  const std::int64_t time = gate_time(stay);
  if (!script_.story.gate.before.empty() && !person.stays_anonymous) {
    put(person, script_.gate_before, time - 30 * second, {});
  }
  put(person, script_.gate, time, Stage::decision);
  reach(person, story_.funnel.steps.size() - 1, time);
  int failures = 0;
  if (met)
    failures = 1 + chance_.geometric(story_.friction.loops);
  else if (chance_.happens(failures_elsewhere))
    failures = 1;
  const double step = static_cast<double>(stay.exit - time) / (2.0 * failures + 1);
  for (int i = 0; i < failures; ++i) {
    const auto after = [&](int steps) { return time + whole_milliseconds(step * steps); };
    put(person, script_.loop, after(2 * i + 1), Stage::decision);
    put(person, script_.gate, after(2 * i + 2), Stage::decision);
  }
  if (stay.finished) tally_.plants[friction_plant][met ? 1 : 0].add(passes, chance);
}

void Walk::count(const Stay& stay, const Leave& decided) {
  auto& count = tally_.stays[place_of(stay.stage)];
  ++count.stays;
  if (!stay.finished) {
    ++count.unfinished;
    return;
  }
  count.chances += millionths_of_chance(decided.onwards);
  if (!decided.to)
    ++count.dropped_out;
  else
    ++(*decided.to > stay.stage ? count.moved_on : count.went_back);
}

void Walk::count_plants(const Stay& stay, const Leave& decided, double chance) {
  if (!stay.finished) return;
  if (stay.stage == Stage::consideration) {
    const bool success = decided.to == Stage::decision;
    tally_.plants[key_point_plant][stay.saw_key_point ? 1 : 0].add(success, chance);
    auto& channel = tally_.channels[channel_];
    ++channel.considerations;
    channel.decisions += success ? 1 : 0;
    channel.chances += millionths_of_chance(chance);
  }
  if (stay.stage == Stage::onboarding) {
    tally_.plants[mail_plant][mail_ ? 0 : 1].add(decided.to == Stage::engagement, chance);
  }
}

}  // namespace peregrine::demo
