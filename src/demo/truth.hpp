// A Truth is what a simulation knows of the events it made: the true parameters, and beside them what chance made of
// them. It is counted while simulating, from the decisions themselves; no analysis is run. The caller writes it as
// truth.json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "base/time.hpp"

namespace peregrine::demo {

enum class Scenario : std::uint8_t { shop, b2b };
constexpr auto enum_names(Scenario) {
  return std::to_array<std::string_view>({"shop", "b2b"});
}

/// What a channel cost on a day.
struct Spend {
  std::string touch;
  Time day;
  double cost = 0;
  std::string currency;

  static constexpr auto fields() {
    return std::make_tuple(field<&Spend::touch>("The channel, as in the events' column `channel`."),
                           field<&Spend::day>("Start of the day, UTC."),
                           field<&Spend::cost>("Cost of that day's visits."), field<&Spend::currency>("ISO 4217."));
  }
};

/// How many people (or accounts) were at a stage, as the analysis `stages` counts with `idle` 90 days.
struct StageTruth {
  std::string stage;
  std::int64_t entered = 0;
  std::int64_t entries = 0;
  std::int64_t moved_on = 0;
  std::int64_t went_back = 0;
  std::int64_t skipped = 0;
  std::int64_t now = 0;
  std::int64_t lost = 0;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&StageTruth::stage>("The stage of the framework buyer_and_customer."),
        field<&StageTruth::entered>("Who entered it at least once."),
        field<&StageTruth::entries>("Times it was entered."),
        field<&StageTruth::moved_on>("Who entered it and later any later stage."),
        field<&StageTruth::went_back>("Who left it for an earlier stage at least once."),
        field<&StageTruth::skipped>("Who reached a later stage before ever entering this one."),
        field<&StageTruth::now>("Who was in it last, with less than 90 days of silence at the end of the time."),
        field<&StageTruth::lost>("Who was in it last, with 90 days of silence or more."));
  }
};

/// The stays at a stage as they were decided, one for each time a walk came by: of a person in `shop`, of an account in
/// `b2b`.
struct StayTruth {
  std::string stage;
  std::int64_t stays = 0;
  std::int64_t unfinished = 0;
  std::int64_t moved_on = 0;
  std::int64_t went_back = 0;
  std::int64_t dropped_out = 0;
  double moved_on_probability = 0;
  double median_days = 0;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&StayTruth::stage>("The stage."), field<&StayTruth::stays>("Stays that began."),
        field<&StayTruth::unfinished>("Stays that the end of the time cut off."),
        field<&StayTruth::moved_on>("Finished stays that ended in a later stage."),
        field<&StayTruth::went_back>("Finished stays that ended in an earlier stage."),
        field<&StayTruth::dropped_out>("Finished stays that ended for good."),
        field<&StayTruth::moved_on_probability>("True chance to move on, averaged over the finished stays."),
        field<&StayTruth::median_days>("True median from entering the stage to entering the next."));
  }
};

struct HandoffTruth {
  std::int64_t buyers = 0;
  std::int64_t reached_value = 0;
  std::int64_t matured_buyers = 0;
  std::int64_t matured_reached_value = 0;
  std::int64_t onboarded = 0;
  std::int64_t early_support = 0;
  std::int64_t returned = 0;
  std::int64_t bought_again = 0;
  std::int64_t dropped_baton = 0;
  std::int64_t lost = 0;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&HandoffTruth::buyers>("Who bought."),
        field<&HandoffTruth::reached_value>("Buyers with an event of role activate, use or receive within 30 days."),
        field<&HandoffTruth::matured_buyers>("Buyers whose 30 days were over at the end of the time."),
        field<&HandoffTruth::matured_reached_value>("Those of them who reached value within 30 days."),
        field<&HandoffTruth::onboarded>("Buyers who were brought on board within 30 days."),
        field<&HandoffTruth::early_support>("Buyers who opened a ticket or complained within 30 days."),
        field<&HandoffTruth::returned>("Buyers who got their money back within 30 days."),
        field<&HandoffTruth::bought_again>("Buyers who bought again within 30 days."),
        field<&HandoffTruth::dropped_baton>("Matured buyers who did nothing and got nothing within 30 days."),
        field<&HandoffTruth::lost>("Buyers who gave up in Onboarding for good and never reached value."));
  }
};

struct StepTruth {
  std::string event;
  std::int64_t reached = 0;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&StepTruth::event>("The event."),
        field<&StepTruth::reached>("People who reached this step, by construction of their visits."));
  }
};

struct FunnelTruth {
  std::vector<StepTruth> steps;
  Duration window;

  static constexpr auto fields() {
    return std::make_tuple(field<&FunnelTruth::steps>("The steps in order."),
                           field<&FunnelTruth::window>("Longest time from the first step to the last."));
  }
};

/// A channel by the customers it brought: the channel of the first visit.
struct ChannelTruth {
  std::string channel;
  std::string source;
  std::string medium;
  double multiplier = 1;
  double cost_per_visit = 0;
  double spend = 0;
  std::int64_t visits = 0;
  std::int64_t brought = 0;
  std::int64_t buyers = 0;
  std::int64_t considerations = 0;
  std::int64_t decisions = 0;
  double expected_decisions = 0;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&ChannelTruth::channel>("The name in the default channel group of GA4."),
        field<&ChannelTruth::source>("Source of its visits."), field<&ChannelTruth::medium>("Medium of its visits."),
        field<&ChannelTruth::multiplier>(
            "True factor on the chance to move from Consideration to Decision, for those it brought."),
        field<&ChannelTruth::cost_per_visit>("Cost of one visit."), field<&ChannelTruth::spend>("Cost of all visits."),
        field<&ChannelTruth::visits>("Visits through it, first and later ones."),
        field<&ChannelTruth::brought>("Walks (people, or accounts in b2b) that began with it."),
        field<&ChannelTruth::buyers>("Those of them that bought."),
        field<&ChannelTruth::considerations>("Finished stays in Consideration of those it brought."),
        field<&ChannelTruth::decisions>("Those stays that moved on to Decision."),
        field<&ChannelTruth::expected_decisions>("How many should have, by their true chances."));
  }
};

/// Something planted: finished chances with it and without it.
struct PlantTruth {
  std::string place;
  std::string group;
  Time from;
  Time to;
  double effect = 0;
  std::int64_t with = 0;
  std::int64_t with_success = 0;
  double with_probability = 0;
  std::int64_t without = 0;
  std::int64_t without_success = 0;
  double without_probability = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&PlantTruth::place>("Where it is planted."),
                           field<&PlantTruth::group>("Whom it meets."), field<&PlantTruth::from>("When it begins."),
                           field<&PlantTruth::to>("When it is over."),
                           field<&PlantTruth::effect>("True change of the chance of success, in parts of 1."),
                           field<&PlantTruth::with>("Finished stays that met it."),
                           field<&PlantTruth::with_success>("Those of them that succeeded."),
                           field<&PlantTruth::with_probability>("Their true mean chance of success."),
                           field<&PlantTruth::without>("Finished stays that did not meet it."),
                           field<&PlantTruth::without_success>("Those of them that succeeded."),
                           field<&PlantTruth::without_probability>("Their true mean chance of success."));
  }
};

/// Answers to a survey that was asked at a stage. `trouble`: of customers who had opened a ticket before.
struct SurveyTruth {
  std::string survey;
  std::string stage;
  bool trouble = false;
  std::int64_t asked = 0;
  std::int64_t answered = 0;
  double response = 0;
  double true_score = 0;
  double realised_score = 0;
  double promoters = 0;
  double detractors = 0;
  std::int64_t realised_promoters = 0;
  std::int64_t realised_detractors = 0;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&SurveyTruth::survey>("nps, csat or ces."),
        field<&SurveyTruth::stage>("The stage the customer was in when asked."),
        field<&SurveyTruth::trouble>("True: customers who had opened a ticket before."),
        field<&SurveyTruth::asked>("Times asked."), field<&SurveyTruth::answered>("Times answered."),
        field<&SurveyTruth::response>("True chance of an answer."),
        field<&SurveyTruth::true_score>("True NPS (promoters less detractors, in points), or true mean score."),
        field<&SurveyTruth::realised_score>("The same of the answers; 0 without answers."),
        field<&SurveyTruth::promoters>("NPS: true share of promoters."),
        field<&SurveyTruth::detractors>("NPS: true share of detractors."),
        field<&SurveyTruth::realised_promoters>("NPS: answers of 9 and 10. CSAT: of 4 and 5."),
        field<&SurveyTruth::realised_detractors>("NPS: answers of 0 to 6."));
  }
};

struct Truth {
  Scenario scenario = Scenario::shop;
  std::int64_t seed = 0;
  Time from;
  Time to;
  std::int64_t events = 0;
  std::int64_t people = 0;
  std::int64_t known = 0;
  std::int64_t anonymous_only = 0;
  std::int64_t accounts = 0;
  std::int64_t devices = 0;
  std::int64_t devices_linked = 0;
  std::int64_t unlabelled = 0;
  std::int64_t late = 0;
  std::int64_t equal_times = 0;
  double revenue = 0;
  double refunded = 0;
  std::vector<StageTruth> stages;
  std::vector<StageTruth> account_stages;
  std::vector<StayTruth> stays;
  HandoffTruth handoff;
  HandoffTruth account_handoff;
  FunnelTruth funnel;
  std::vector<ChannelTruth> channels;
  PlantTruth friction;
  PlantTruth key_point;
  PlantTruth onboarding_mail;
  std::vector<SurveyTruth> surveys;
  std::vector<Spend> spend;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Truth::scenario>("The demo firm."), field<&Truth::seed>("The seed it came from."),
        field<&Truth::from>("Start of the simulated time."), field<&Truth::to>("Its end: no event is as late as this."),
        field<&Truth::events>("Events emitted."), field<&Truth::people>("People with at least one event."),
        field<&Truth::known>("People who said who they are."), field<&Truth::anonymous_only>("People who never did."),
        field<&Truth::accounts>("Organisations with at least one event; 0 in shop."),
        field<&Truth::devices>("Anonymous ids that occur."),
        field<&Truth::devices_linked>("Anonymous ids that occur in an event beside a customer id."),
        field<&Truth::unlabelled>("Events with a name that no vocabulary knows."),
        field<&Truth::late>("Events that stand in a row after later ones of the same person."),
        field<&Truth::equal_times>("Events made to have the time of the one before them."),
        field<&Truth::revenue>("Sum of all values above 0."), field<&Truth::refunded>("Sum of all values below 0."),
        field<&Truth::stages>("People at each stage."),
        field<&Truth::account_stages>("Accounts at each stage; empty in shop."),
        field<&Truth::stays>("Stays at each stage, with the true chance to move on."),
        field<&Truth::handoff>("People who bought."), field<&Truth::account_handoff>("Accounts that bought."),
        field<&Truth::funnel>("A funnel that visits were built for."),
        field<&Truth::channels>("Channels with their true effect."),
        field<&Truth::friction>("Planted friction: a loop in front of the buy that lowers the chance to buy."),
        field<&Truth::key_point>("Planted moment of truth: a page that raises the chance of Decision."),
        field<&Truth::onboarding_mail>("Planted at the handoff: buyers without (not with) the mail use less."),
        field<&Truth::surveys>("Surveys by stage."), field<&Truth::spend>("Cost of each day and channel."));
  }
};

}  // namespace peregrine::demo
