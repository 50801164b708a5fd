#include "demo/tally.hpp"

#include <bit>
#include <type_traits>

#include "base/money.hpp"

namespace peregrine::demo {
namespace {

constexpr std::int64_t micros_per_day = days(1).micros;

double part(std::int64_t sum, std::int64_t count) {
  return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
}
double mean_chance(std::int64_t chances, std::int64_t count) {
  return part(chances, count) / chance_unit;
}

std::vector<StageTruth> tell_stages(const std::array<StageCount, stage_count>& counts) {
  std::vector<StageTruth> rows;
  for (std::size_t i = 0; i < stage_count; ++i) {
    const auto& count = counts[i];
    rows.push_back({.stage = std::string(enum_names(Stage{})[i]),
                    .entered = count.entered,
                    .entries = count.entries,
                    .moved_on = count.moved_on,
                    .went_back = count.went_back,
                    .skipped = count.skipped,
                    .now = count.now,
                    .lost = count.lost});
  }
  return rows;
}

std::vector<StayTruth> tell_stays(const Tally& tally, const Story& story) {
  std::vector<StayTruth> rows;
  for (std::size_t i = 0; i < stage_count; ++i) {
    const auto& count = tally.stays[i];
    rows.push_back({.stage = std::string(enum_names(Stage{})[i]),
                    .stays = count.stays,
                    .unfinished = count.unfinished,
                    .moved_on = count.moved_on,
                    .went_back = count.went_back,
                    .dropped_out = count.dropped_out,
                    .moved_on_probability = mean_chance(count.chances, count.stays - count.unfinished),
                    .median_days = story.stages[i].median_days});
  }
  return rows;
}

HandoffTruth tell_handoff(const HandoffCount& count) {
  return {.buyers = count.buyers,
          .reached_value = count.reached,
          .matured_buyers = count.matured,
          .matured_reached_value = count.matured_reached,
          .onboarded = count.onboarded,
          .early_support = count.support,
          .returned = count.returned,
          .bought_again = count.again,
          .dropped_baton = count.dropped,
          .lost = count.lost};
}

FunnelTruth tell_funnel(const Tally& tally, const FunnelScript& script) {
  FunnelTruth funnel{.steps = {}, .window = days(script.window_days)};
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    funnel.steps.push_back({.event = std::string(script.steps[i]), .reached = tally.funnel[i]});
  }
  return funnel;
}

std::vector<ChannelTruth> tell_channels(const Tally& tally, const Story& story) {
  std::vector<ChannelTruth> rows;
  for (std::size_t i = 0; i < story.channels.size(); ++i) {
    const auto& script = story.channels[i];
    const auto& count = tally.channels[i];
    rows.push_back({.channel = std::string(script.name),
                    .source = std::string(script.source),
                    .medium = std::string(script.medium),
                    .multiplier = script.multiplier,
                    .cost_per_visit = script.cost,
                    .spend = script.cost * static_cast<double>(count.visits),
                    .visits = count.visits,
                    .brought = count.brought,
                    .buyers = count.buyers,
                    .considerations = count.considerations,
                    .decisions = count.decisions,
                    .expected_decisions = static_cast<double>(count.chances) / chance_unit});
  }
  return rows;
}

std::vector<Spend> tell_spend(const Tally& tally, const Story& story, const Params& params) {
  std::vector<Spend> rows;
  const std::size_t channels = story.channels.size();
  for (std::size_t i = 0; i < tally.visits.size(); ++i) {
    const auto& script = story.channels[i % channels];
    if (script.cost == 0 || tally.visits[i] == 0) continue;
    const auto day = params.start.micros + static_cast<std::int64_t>(i / channels) * micros_per_day;
    rows.push_back({.touch = std::string(script.name),
                    .day = {day},
                    .cost = script.cost * static_cast<double>(tally.visits[i]),
                    .currency = std::string(story.currency)});
  }
  return rows;
}

PlantTruth tell_plant(const std::array<ArmCount, 2>& arms, PlantTruth plant) {
  plant.with = arms[1].stays;
  plant.with_success = arms[1].successes;
  plant.with_probability = mean_chance(arms[1].chances, arms[1].stays);
  plant.without = arms[0].stays;
  plant.without_success = arms[0].successes;
  plant.without_probability = mean_chance(arms[0].chances, arms[0].stays);
  return plant;
}

void tell_plants(Truth& truth, const Tally& tally, const Story& story) {
  const double length = static_cast<double>(truth.to.micros - truth.from.micros);
  const auto at = [&](double share) { return Time{truth.from.micros + static_cast<std::int64_t>(length * share)}; };
  const auto& friction = story.friction;
  truth.friction =
      tell_plant(tally.plants[0], {.place = std::string(story.gate.event) + " → " + std::string(story.gate.buy),
                                   .group = std::string(friction.property) + " = " + std::string(friction.value),
                                   .from = at(friction.from),
                                   .to = at(friction.to),
                                   .effect = -friction.lowers_by});
  truth.key_point = tell_plant(tally.plants[1], {.place = "Consideration → Decision",
                                                 .group = "did(\"" + std::string(story.key_point.event) + "\")",
                                                 .from = truth.from,
                                                 .to = truth.to,
                                                 .effect = story.key_point.raises_by});
  truth.onboarding_mail = tell_plant(tally.plants[2], {.place = "Onboarding → Engagement",
                                                       .group = "trait.onboarding_mail = no",
                                                       .from = truth.from,
                                                       .to = truth.to,
                                                       .effect = -story.mail.lowers_by});
}

double mean_score(const std::vector<double>& weights) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i] * static_cast<double>(i + 1);
    total += weights[i];
  }
  return total == 0 ? 0 : sum / total;
}

SurveyTruth tell_survey(const SurveyCount& count, std::size_t stage, bool trouble) {
  return {.survey = {},
          .stage = std::string(enum_names(Stage{})[stage]),
          .trouble = trouble,
          .asked = count.asked,
          .answered = count.answered,
          .realised_promoters = count.high,
          .realised_detractors = count.low};
}

SurveyTruth tell_nps(const SurveyCount& count, const NpsScript& script, std::size_t stage, bool trouble) {
  auto row = tell_survey(count, stage, trouble);
  row.survey = "nps";
  row.response = script.response;
  row.promoters = trouble ? script.promoters_after_trouble : script.promoters;
  row.detractors = trouble ? script.detractors_after_trouble : script.detractors;
  row.true_score = 100 * (row.promoters - row.detractors);
  row.realised_score = 100 * part(count.high - count.low, count.answered);
  return row;
}

SurveyTruth tell_scale(const SurveyCount& count, const ScaleScript& script, std::size_t stage, bool trouble) {
  auto row = tell_survey(count, stage, trouble);
  row.response = script.response;
  row.true_score = mean_score(trouble ? script.weights_after_trouble : script.weights);
  row.realised_score = part(count.sum, count.answered);
  return row;
}

std::vector<SurveyTruth> tell_surveys(const Tally& tally, const Story& story) {
  std::vector<SurveyTruth> rows;
  for (std::size_t stage = 0; stage < stage_count; ++stage) {
    const auto& script = story.stages[stage];
    for (const bool trouble : {false, true}) {
      const auto count = [&](SurveyKind kind) {
        return tally.surveys[static_cast<std::size_t>(kind)][stage][trouble ? 1 : 0];
      };
      if (script.nps.asked > 0) rows.push_back(tell_nps(count(SurveyKind::nps), script.nps, stage, trouble));
      for (const auto kind : {SurveyKind::csat, SurveyKind::ces}) {
        const auto& scale = kind == SurveyKind::csat ? script.csat : script.ces;
        if ((trouble ? scale.weights_after_trouble : scale.weights).empty()) continue;
        rows.push_back(tell_scale(count(kind), scale, stage, trouble));
        rows.back().survey = kind == SurveyKind::csat ? "csat" : "ces";
      }
    }
  }
  return rows;
}

template <class Count>
void add_fields(Count& into, const Count& from) {
  // Each count is nothing but whole numbers of one width, one after the other.
  static_assert(sizeof(Count) % sizeof(std::int64_t) == 0 && std::is_trivially_copyable_v<Count>);
  constexpr std::size_t numbers = sizeof(Count) / sizeof(std::int64_t);
  auto to = std::bit_cast<std::array<std::int64_t, numbers>>(into);
  const auto plus = std::bit_cast<std::array<std::int64_t, numbers>>(from);
  for (std::size_t i = 0; i < numbers; ++i) to[i] += plus[i];
  into = std::bit_cast<Count>(to);
}

}  // namespace

std::int64_t millionths_of_chance(double chance) {
  return static_cast<std::int64_t>(chance * chance_unit + 0.5);
}

Tally::Tally(const Story& story, std::int64_t days)
    : channels(story.channels.size()), visits(story.channels.size() * static_cast<std::size_t>(days)) {}

void Tally::add(const Tally& other) {
  const auto single = {&Tally::events,      &Tally::people,         &Tally::known,      &Tally::accounts,
                       &Tally::devices,     &Tally::devices_linked, &Tally::unlabelled, &Tally::late,
                       &Tally::equal_times, &Tally::revenue,        &Tally::refunded};
  for (const auto member : single) this->*member += other.*member;
  add_fields(stages, other.stages);
  add_fields(handoff, other.handoff);
  add_fields(stays, other.stays);
  add_fields(funnel, other.funnel);
  add_fields(plants, other.plants);
  add_fields(surveys, other.surveys);
  for (std::size_t i = 0; i < channels.size(); ++i) add_fields(channels[i], other.channels[i]);
  for (std::size_t i = 0; i < visits.size(); ++i) visits[i] += other.visits[i];
}

Truth tell(const Tally& tally, const Story& story, const Params& params) {
  Truth truth;
  truth.scenario = params.scenario;
  truth.seed = params.seed;
  truth.from = params.start;
  truth.to = {params.start.micros + params.days * micros_per_day};
  truth.events = tally.events;
  truth.people = tally.people;
  truth.known = tally.known;
  truth.anonymous_only = tally.people - tally.known;
  truth.accounts = tally.accounts;
  truth.devices = tally.devices;
  truth.devices_linked = tally.devices_linked;
  truth.unlabelled = tally.unlabelled;
  truth.late = tally.late;
  truth.equal_times = tally.equal_times;
  truth.revenue = amount_of(tally.revenue);
  truth.refunded = amount_of(tally.refunded);
  truth.stages = tell_stages(tally.stages[0]);
  if (story.has_accounts) truth.account_stages = tell_stages(tally.stages[1]);
  truth.stays = tell_stays(tally, story);
  truth.handoff = tell_handoff(tally.handoff[0]);
  truth.account_handoff = tell_handoff(tally.handoff[1]);
  truth.funnel = tell_funnel(tally, story.funnel);
  truth.channels = tell_channels(tally, story);
  tell_plants(truth, tally, story);
  truth.surveys = tell_surveys(tally, story);
  truth.spend = tell_spend(tally, story, params);
  return truth;
}

}  // namespace peregrine::demo
