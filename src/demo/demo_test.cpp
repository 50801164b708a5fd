#include "demo/demo.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>

#include "base/money.hpp"
#include "demo/story.hpp"
#include "model/channel.hpp"
#include "model/memory_part.hpp"
#include "model/stage_walk.hpp"
#include "model/vocabulary.hpp"

namespace peregrine::demo {
namespace {

struct Simulation {
  Params params;
  Truth truth;
  std::vector<EventBatch> batches;
};

Simulation simulated(Params params, std::size_t threads = 1) {
  Simulation made{.params = params, .truth = {}, .batches = {}};
  made.truth = simulate(
      params, [&](EventBatch&& batch) { made.batches.push_back(std::move(batch)); }, threads);
  return made;
}

const Simulation& shop_of_5000() {
  static const Simulation made = simulated({});
  return made;
}
const Simulation& b2b_of_5000() {
  static const Simulation made = simulated({.scenario = Scenario::b2b});
  return made;
}

std::string bytes(const Simulation& made) {
  std::string all;
  for (const auto& batch : made.batches) all += write_batch(batch);
  return all;
}

template <class Visit>
void for_each_event(const Simulation& made, Visit&& visit) {
  for (const auto& batch : made.batches) {
    for (std::size_t i = 0; i < batch.size(); ++i) visit(batch, i);
  }
}

/// Who was behind a device, by events that carry both ids.
std::map<std::string, std::string> links(const Simulation& made) {
  std::map<std::string, std::string> customer_of;
  for_each_event(made, [&](const EventBatch& batch, std::size_t i) {
    if (batch.customer.has(i) && batch.anonymous.has(i)) {
      customer_of.emplace(batch.anonymous.text(i), batch.customer.text(i));
    }
  });
  return customer_of;
}

enum class Subject { person, account };

/// The journeys as a store would hold them: stitched, in order of time and row.
MemoryPart journeys(const Simulation& made, Subject subject) {
  const auto customer_of = links(made);
  std::vector<MemoryEvent> events;
  for_each_event(made, [&](const EventBatch& batch, std::size_t i) {
    std::string who(batch.customer.has(i) ? batch.customer.text(i) : batch.anonymous.text(i));
    if (const auto found = customer_of.find(who); found != customer_of.end()) who = found->second;
    if (subject == Subject::account) who = batch.account.text(i);
    MemoryEvent event{.customer = who, .time = {batch.time[i]}, .event = std::string(batch.event.text(i))};
    const auto& score = batch.properties.at("score");
    if (score.valid[i] != 0) event.properties.emplace("score", score.numbers[i]);
    events.push_back(std::move(event));
  });
  return MemoryPart::of(std::move(events));
}

Framework default_stages() {
  for (const auto& framework : shipped_frameworks()) {
    if (framework.name == default_framework) return framework;
  }
  throw std::logic_error("no default framework");
}

/// The stages counted by other code than the simulator's: model/stage_walk.
std::vector<StageTruth> stages_by_rule(const Simulation& made, Subject subject) {
  const auto part = journeys(made, subject);
  const auto framework = default_stages();
  const Scope scope{.newest = made.truth.to};
  const StageWalk walk(framework, scope, part, {});
  std::vector<StageTruth> rows(stage_count);
  for (std::size_t j = 0; j < part.journeys(); ++j) {
    std::vector<StageInterval> intervals;
    walk.walk(part.first[j], part.first[j + 1], [&](const StageInterval& each) { intervals.push_back(each); });
    std::set<std::size_t> entered, moved_on, went_back, skipped;
    for (const auto& each : intervals) {
      for (std::size_t earlier = 0; earlier < each.stage; ++earlier) {
        (entered.contains(earlier) ? moved_on : skipped).insert(earlier);
      }
      entered.insert(each.stage);
      ++rows[each.stage].entries;
      if (each.ended == StageEnd::went_back) went_back.insert(each.stage);
    }
    for (const auto i : entered) ++rows[i].entered;
    for (const auto i : moved_on) ++rows[i].moved_on;
    for (const auto i : went_back) ++rows[i].went_back;
    for (const auto i : skipped) ++rows[i].skipped;
    if (!intervals.empty() && intervals.back().ended == StageEnd::open) ++rows[intervals.back().stage].now;
    if (!intervals.empty() && intervals.back().ended == StageEnd::lost) ++rows[intervals.back().stage].lost;
  }
  return rows;
}

void expect_stages(const std::vector<StageTruth>& told, const std::vector<StageTruth>& found, std::int64_t tolerance) {
  ASSERT_EQ(told.size(), found.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    SCOPED_TRACE(told[i].stage);
    EXPECT_EQ(told[i].entered, found[i].entered);
    EXPECT_EQ(told[i].moved_on, found[i].moved_on);
    EXPECT_EQ(told[i].skipped, found[i].skipped);
    EXPECT_NEAR(static_cast<double>(told[i].went_back), static_cast<double>(found[i].went_back),
                static_cast<double>(tolerance));
    EXPECT_NEAR(static_cast<double>(told[i].entries), static_cast<double>(found[i].entries),
                static_cast<double>(tolerance));
    EXPECT_EQ(told[i].now, found[i].now);
    EXPECT_EQ(told[i].lost, found[i].lost);
  }
}

void expect_binomial(std::int64_t successes, std::int64_t trials, double p, const std::string& what) {
  const auto n = static_cast<double>(trials);
  const double sigma = std::sqrt(n * p * (1 - p));
  EXPECT_NEAR(static_cast<double>(successes), n * p, 4 * sigma + 1) << what << " of " << trials;
}

class each_scenario : public testing::TestWithParam<Scenario> {
 protected:
  static const Simulation& made() { return GetParam() == Scenario::shop ? shop_of_5000() : b2b_of_5000(); }
  static Params params() { return {.scenario = GetParam()}; }
  static const Story& story() { return GetParam() == Scenario::shop ? shop() : b2b(); }
};
INSTANTIATE_TEST_SUITE_P(demo, each_scenario, testing::Values(Scenario::shop, Scenario::b2b),
                         [](const auto& each) { return std::string(name_of(each.param)); });

TEST_P(each_scenario, same_seed_gives_the_same_bytes_and_another_seed_others) {
  Params few = params();
  few.customers = 500;
  const auto once = simulated(few);
  EXPECT_EQ(bytes(once), bytes(simulated(few)));
  Params other = few;
  other.seed = 2;
  EXPECT_NE(bytes(once), bytes(simulated(other)));
}

TEST_P(each_scenario, threads_change_nothing) {
  Params many = params();
  many.customers = 3 * static_cast<std::int64_t>(story().people_per_batch) + 17;
  many.days = 40;
  const auto alone = simulated(many, 1);
  const auto together = simulated(many, 4);
  EXPECT_EQ(alone.batches.size(), 4u);
  EXPECT_EQ(bytes(alone), bytes(together));
  EXPECT_EQ(json::format(to_json(alone.truth)), json::format(to_json(together.truth)));
}

TEST_P(each_scenario, a_customer_is_the_same_whoever_comes_after) {
  Params few = params();
  few.customers = 300;
  Params more = params();
  more.customers = 700;
  const auto small = simulated(few);
  const auto large = simulated(more);
  const auto& a = small.batches.at(0);
  const auto& b = large.batches.at(0);
  ASSERT_LT(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a.time[i], b.time[i]);
    ASSERT_EQ(a.event.text(i), b.event.text(i));
    ASSERT_EQ(a.value[i], b.value[i]);
    ASSERT_EQ(a.customer.has(i), b.customer.has(i));
    if (a.customer.has(i)) {
      ASSERT_EQ(a.customer.text(i), b.customer.text(i));
    }
    ASSERT_EQ(a.anonymous.has(i), b.anonymous.has(i));
    if (a.anonymous.has(i)) {
      ASSERT_EQ(a.anonymous.text(i), b.anonymous.text(i));
    }
  }
}

TEST_P(each_scenario, batches_are_whole_and_can_be_read_again) {
  std::uint64_t next = 0;
  for (const auto& batch : made().batches) {
    EXPECT_EQ(batch.first_row, next);
    next += batch.size();
    for (std::size_t i = 0; i < batch.size(); ++i) ASSERT_EQ(batch.row[i], i);
    const auto again = read_batch(write_batch(batch));
    EXPECT_EQ(write_batch(again), write_batch(batch));
    for (const auto& [name, column] : batch.properties) {
      EXPECT_EQ(column.size(), batch.size()) << name;
      const auto& names = column.texts.names();
      EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size()) << name;
    }
  }
}

TEST_P(each_scenario, no_event_lies_outside_the_time) {
  for_each_event(made(), [&](const EventBatch& batch, std::size_t i) {
    ASSERT_GE(batch.time[i], made().truth.from.micros);
    ASSERT_LT(batch.time[i], made().truth.to.micros);
  });
}

TEST_P(each_scenario, first_events_come_by_a_channel_or_with_an_account) {
  const auto part = journeys(made(), GetParam() == Scenario::shop ? Subject::person : Subject::account);
  for (std::size_t j = 0; j < part.journeys(); ++j) {
    const auto& label = part.labels[part.event[part.first[j]]];
    ASSERT_TRUE(label.role != Role::none && label.role != Role::buy) << label.event;
  }
}

TEST_P(each_scenario, every_name_is_labelled_but_the_planted_ones) {
  const Vocabulary vocabulary;
  std::int64_t unlabelled = 0;
  for_each_event(made(), [&](const EventBatch& batch, std::size_t i) {
    const auto name = batch.event.text(i);
    const bool planted = std::find(unlabelled_events.begin(), unlabelled_events.end(), name) != unlabelled_events.end();
    EXPECT_EQ(vocabulary.label(name).labelled, !planted) << name;
    unlabelled += planted ? 1 : 0;
  });
  EXPECT_EQ(unlabelled, made().truth.unlabelled);
  expect_binomial(unlabelled, made().truth.events, unlabelled_share, "unlabelled");
}

TEST_P(each_scenario, counts_are_those_of_the_events) {
  std::int64_t events = 0;
  std::set<std::string> customers, devices, accounts;
  MoneySum revenue = 0, refunded = 0;
  for_each_event(made(), [&](const EventBatch& batch, std::size_t i) {
    ++events;
    if (batch.customer.has(i)) customers.emplace(batch.customer.text(i));
    if (batch.anonymous.has(i)) devices.emplace(batch.anonymous.text(i));
    if (batch.account.size() > 0) accounts.emplace(batch.account.text(i));
    if (batch.value_valid[i] != 0) (batch.value[i] > 0 ? revenue : refunded) += batch.value[i];
  });
  const auto& truth = made().truth;
  const auto linked = links(made());
  EXPECT_EQ(events, truth.events);
  EXPECT_EQ(static_cast<std::int64_t>(customers.size()), truth.known);
  EXPECT_EQ(static_cast<std::int64_t>(devices.size()), truth.devices);
  EXPECT_EQ(static_cast<std::int64_t>(linked.size()), truth.devices_linked);
  EXPECT_EQ(static_cast<std::int64_t>(devices.size() - linked.size()), truth.anonymous_only);
  EXPECT_EQ(truth.people, truth.known + truth.anonymous_only);
  EXPECT_EQ(static_cast<std::int64_t>(accounts.size()), truth.accounts);
  EXPECT_DOUBLE_EQ(amount_of(revenue), truth.revenue);
  EXPECT_DOUBLE_EQ(amount_of(refunded), truth.refunded);
}

TEST_P(each_scenario, people_are_anonymous_then_linked_then_known) {
  std::map<std::string, std::vector<std::pair<std::int64_t, int>>> ids;  // by person: time and which ids
  const auto linked = links(made());
  std::set<std::string> second_devices;
  for_each_event(made(), [&](const EventBatch& batch, std::size_t i) {
    std::string who(batch.customer.has(i) ? batch.customer.text(i) : batch.anonymous.text(i));
    if (const auto found = linked.find(who); found != linked.end()) who = found->second;
    ids[who].emplace_back(batch.time[i], (batch.anonymous.has(i) ? 1 : 0) + (batch.customer.has(i) ? 2 : 0));
  });
  for (auto& [who, events] : ids) {
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto link = std::find_if(events.begin(), events.end(), [](const auto& each) { return each.second == 3; });
    for (auto each = events.begin(); each != link; ++each) ASSERT_EQ(each->second, 1) << who;
    if (link == events.end()) continue;
    // Afterwards the customer id alone, but for at most one visit on a second device, which ends with both ids again.
    const auto rest = [&](int what) {
      return std::count_if(link + 1, events.end(), [&](const auto& each) { return each.second == what; });
    };
    ASSERT_LE(rest(1), 1) << who;
    ASSERT_EQ(rest(1), rest(3)) << who;
  }
}

TEST_P(each_scenario, stages_of_people_are_those_of_the_rule) {
  // Two members of a buying group who are silent for 90 days and come back are two entries to the rule, one to the
  // truth.
  expect_stages(made().truth.stages, stages_by_rule(made(), Subject::person), GetParam() == Scenario::shop ? 0 : 40);
}

TEST(demo, stages_of_accounts_are_those_of_the_rule) {
  expect_stages(b2b_of_5000().truth.account_stages, stages_by_rule(b2b_of_5000(), Subject::account), 0);
}

/// The handoff of journeys by the roles of their events, other code than the simulator's.
HandoffTruth handoff_by_rule(const Simulation& made, Subject subject) {
  const auto part = journeys(made, subject);
  HandoffTruth found;
  for (std::size_t j = 0; j < part.journeys(); ++j) {
    std::optional<std::int64_t> bought;
    std::set<Role> roles;
    for (auto row = part.first[j]; row < part.first[j + 1]; ++row) {
      const Role role = part.labels[part.event[row]].role;
      if (!bought) {
        if (role == Role::buy) bought = part.time[row];
        continue;
      }
      if (part.time[row] - *bought <= days(30).micros) roles.insert(role);
    }
    if (!bought) continue;
    const auto any = [&](std::initializer_list<Role> some) {
      return std::any_of(some.begin(), some.end(), [&](Role role) { return roles.contains(role); }) ? 1 : 0;
    };
    const auto reached = any({Role::activate, Role::use, Role::receive});
    const bool matured = *bought + days(30).micros <= made.truth.to.micros;
    ++found.buyers;
    found.reached_value += reached;
    found.matured_buyers += matured ? 1 : 0;
    found.matured_reached_value += matured ? reached : 0;
    found.onboarded += any({Role::onboard});
    found.early_support += any({Role::support, Role::complain});
    found.returned += any({Role::return_});
    found.bought_again += any({Role::buy, Role::repeat_buy});
    roles.erase(Role::none);
    roles.erase(Role::ask);
    found.dropped_baton += matured && roles.empty() ? 1 : 0;
  }
  return found;
}

void expect_handoff(const HandoffTruth& told, HandoffTruth found) {
  // Giving up is a decision that no event shows; who did never reached value.
  EXPECT_GT(told.lost, 0);
  EXPECT_LE(told.lost, told.buyers - told.reached_value);
  found.lost = told.lost;
  EXPECT_EQ(json::format(to_json(found)), json::format(to_json(told)));
}

TEST_P(each_scenario, handoff_is_that_of_the_rule) {
  expect_handoff(made().truth.handoff, handoff_by_rule(made(), Subject::person));
}

TEST(demo, handoff_of_accounts_is_that_of_the_rule) {
  expect_handoff(b2b_of_5000().truth.account_handoff, handoff_by_rule(b2b_of_5000(), Subject::account));
}

TEST_P(each_scenario, funnel_is_that_of_the_rule) {
  const auto part = journeys(made(), Subject::person);
  const auto& funnel = made().truth.funnel;
  std::vector<std::int64_t> reached(funnel.steps.size());
  for (std::size_t j = 0; j < part.journeys(); ++j) {
    std::vector<std::int64_t> start(funnel.steps.size(), INT64_MIN);  // latest first step from which a step was reached
    for (auto row = part.first[j]; row < part.first[j + 1]; ++row) {
      for (std::size_t k = funnel.steps.size(); k-- > 0;) {
        if (part.labels[part.event[row]].event != funnel.steps[k].event) continue;
        if (k == 0) {
          start[0] = part.time[row];
        } else if (start[k - 1] != INT64_MIN && part.time[row] - start[k - 1] <= funnel.window.micros) {
          start[k] = std::max(start[k], start[k - 1]);
        }
      }
    }
    for (std::size_t k = 0; k < start.size(); ++k) reached[k] += start[k] != INT64_MIN ? 1 : 0;
  }
  for (std::size_t k = 0; k < reached.size(); ++k)
    EXPECT_EQ(funnel.steps[k].reached, reached[k]) << funnel.steps[k].event;
}

TEST_P(each_scenario, stays_end_as_their_chances_say) {
  for (const auto& stay : made().truth.stays) {
    const auto finished = stay.stays - stay.unfinished;
    EXPECT_EQ(finished, stay.moved_on + stay.went_back + stay.dropped_out);
    expect_binomial(stay.moved_on, finished, stay.moved_on_probability, stay.stage);
  }
  for (const auto& channel : made().truth.channels) {
    if (channel.considerations == 0) continue;
    const double chance = channel.expected_decisions / static_cast<double>(channel.considerations);
    expect_binomial(channel.decisions, channel.considerations, chance, channel.channel);
  }
}

TEST_P(each_scenario, what_is_planted_is_there) {
  const auto& truth = made().truth;
  for (const auto* plant : {&truth.friction, &truth.key_point, &truth.onboarding_mail}) {
    SCOPED_TRACE(plant->place);
    EXPECT_GT(plant->with, 0);
    expect_binomial(plant->with_success, plant->with, plant->with_probability, "with");
    expect_binomial(plant->without_success, plant->without, plant->without_probability, "without");
    // The mix of channels differs a little between the arms, so the difference of means is near the effect, not equal.
    EXPECT_NEAR(plant->with_probability - plant->without_probability, plant->effect, 0.03);
  }
}

TEST_P(each_scenario, surveys_are_answered_as_their_parameters_say) {
  for (const auto& row : made().truth.surveys) {
    SCOPED_TRACE(row.survey + " " + row.stage);
    // Answers after the end of the time are missing, so a few less than the true share.
    EXPECT_LE(static_cast<double>(row.answered),
              static_cast<double>(row.asked) * row.response + 4 * std::sqrt(static_cast<double>(row.asked)) + 1);
    if (row.survey != "nps") continue;
    expect_binomial(row.realised_promoters, row.answered, row.promoters, "promoters");
    expect_binomial(row.realised_detractors, row.answered, row.detractors, "detractors");
  }
}

TEST_P(each_scenario, channels_are_those_of_ga4) {
  for (const auto& channel : story().channels) {
    EXPECT_EQ(ChannelRules::ga4().channel(channel.source, channel.medium, channel.campaign), channel.name);
  }
}

TEST_P(each_scenario, spend_is_the_cost_of_the_visits) {
  std::map<std::string, double> sums;
  for (const auto& spend : made().truth.spend) sums[spend.touch] += spend.cost;
  for (const auto& channel : made().truth.channels) EXPECT_NEAR(sums[channel.channel], channel.spend, 0.005);
}

TEST_P(each_scenario, some_events_are_late_and_some_at_one_time) {
  std::int64_t late = 0;
  std::int64_t latest = 0;
  std::string last;
  const auto linked = links(made());
  for_each_event(made(), [&](const EventBatch& batch, std::size_t i) {
    std::string who(batch.customer.has(i) ? batch.customer.text(i) : batch.anonymous.text(i));
    if (const auto found = linked.find(who); found != linked.end()) who = found->second;
    if (std::exchange(last, who) != who) latest = 0;
    late += batch.time[i] < latest ? 1 : 0;
    latest = std::max(latest, batch.time[i]);
  });
  EXPECT_GT(late, 0);
  EXPECT_EQ(late, made().truth.late);
  EXPECT_GT(made().truth.equal_times, 0);
}

TEST(demo, an_error_of_the_sink_ends_the_simulation) {
  const Params params{.customers = 40'000, .days = 30};
  for (const std::size_t threads : {std::size_t{1}, std::size_t{3}}) {
    std::size_t taken = 0;
    EXPECT_THROW(simulate(
                     params,
                     [&](EventBatch&&) {
                       if (++taken == 2) throw std::runtime_error("full");
                     },
                     threads),
                 std::runtime_error);
    EXPECT_EQ(taken, 2u);
  }
}

TEST(demo, one_customer_is_enough_and_none_is_refused) {
  EXPECT_EQ(simulated({.customers = 1}).truth.people, 1);
  EXPECT_THROW(simulated({.customers = 0}), Error);
  EXPECT_THROW(simulated({.days = 0}), Error);
}

TEST(demo, accounts_stay_whole) {
  const auto made = simulated({.scenario = Scenario::b2b, .customers = 1});
  EXPECT_EQ(made.truth.accounts, 1);
  EXPECT_GE(made.truth.people, 1);
  EXPECT_LE(made.truth.people, 6);
}

TEST(demo, prints_its_speed) {
  for (const auto scenario : {Scenario::shop, Scenario::b2b}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto truth = simulate({.scenario = scenario, .customers = 20'000}, [](EventBatch&&) {});
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    std::cout << name_of(scenario) << ": " << truth.events << " events, "
              << static_cast<double>(truth.events) / taken.count() / 1e6 << " million a second and core\n";
  }
}

}  // namespace
}  // namespace peregrine::demo
