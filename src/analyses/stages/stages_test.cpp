#include "analyses/stages/stages.hpp"

#include <gtest/gtest.h>

#include <random>

#include "fold/analysis.hpp"
#include "model/memory_part.hpp"

namespace peregrine::stages {
namespace {

constexpr std::int64_t day = 86'400'000'000;

Params params_of(std::string_view framework, Duration idle = days(90)) {
  Params params{.framework = std::string(framework), .idle = idle};
  for (const auto& each : shipped_frameworks()) {
    if (each.name == framework) params.definition = std::make_shared<const Framework>(each);
  }
  return params;
}

MemoryEvent on(std::string customer, double when, std::string event) {
  return {.customer = std::move(customer),
          .time = Time{static_cast<std::int64_t>(when * static_cast<double>(day))},
          .event = std::move(event)};
}

MemoryEvent paid(std::string customer, double when, std::int64_t amount, std::string currency = {}) {
  auto event = on(std::move(customer), when, "Order Completed");
  event.value = amount * money_unit;
  if (!currency.empty()) event.properties["currency"] = std::move(currency);
  return event;
}

State observed(const Params& params, const Scope& scope, const MemoryPart& part) {
  State state(params, scope);
  const State::Binding binding(params, scope, part);
  state.observe(binding, part.batch());
  state.settle(binding);
  return state;
}

std::string saved(State& state) {
  Writer out;
  Saver saver(out);
  state.archive(saver);
  return out.take();
}

std::string answer(const State& state) {
  Meta meta;
  state.describe(meta);
  return json::format(to_json(state.finish())) + json::format(to_json(meta.undefined));
}

std::vector<MemoryEvent> random_events(std::mt19937_64& random, int customers) {
  static const char* const names[] = {"Page Viewed",     "Product Viewed", "Product Added",
                                      "Order Completed", "Feature Used",   "Frobnicated",
                                      "NPS Answered",    "CSAT Answered",  "Friend Referred"};
  std::vector<MemoryEvent> events;
  for (int i = 0; i < customers; ++i) {
    double when = static_cast<double>(random() % 50);
    for (auto left = random() % 20; left > 0; --left) {
      when += static_cast<double>(random() % 12);
      auto event = on("c" + std::to_string(i), when, names[random() % 9]);
      if (random() % 2 == 0) event.properties["score"] = static_cast<double>(random() % 12);
      if (random() % 3 == 0) event.value = static_cast<std::int64_t>(random() % 1000) * money_unit;
      events.push_back(std::move(event));
    }
  }
  return events;
}

TEST(Stages, parts_merged_in_any_order_equal_the_whole_and_survive_saving) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto params = params_of(default_framework, days(10));
  const Scope scope{.from = Time{20 * day}, .to = Time{150 * day}, .newest = Time{140 * day}};
  const auto events = random_events(random, 60);
  auto whole = observed(params, scope, MemoryPart::of(events));
  std::vector<std::vector<MemoryEvent>> split(4);
  for (const auto& event : events) split[std::hash<std::string>()(event.customer) % 3].push_back(event);
  State merged(params, scope);
  for (auto part = split.rbegin(); part != split.rend(); ++part) {
    auto state = observed(params, scope, MemoryPart::of(*part, {.wide_codes = true}));
    const auto bytes = saved(state);
    Reader in(bytes, "state");
    Loader loader(in);
    State loaded(params, scope);
    loaded.archive(loader);
    EXPECT_TRUE(in.at_end());
    merged.merge(loaded);
  }
  EXPECT_EQ(answer(merged), answer(whole));
  EXPECT_EQ(saved(merged), saved(whole));
}

TEST(Stages, a_customer_alone_contributes_to_the_figures_behind_which_he_is) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto params = params_of("aarrr", days(10));
  const Scope scope{.newest = Time{200 * day}};
  const auto part = MemoryPart::of(random_events(random, 40));
  const auto all = observed(params, scope, part).finish();
  std::vector<std::int64_t> entered(all.stages.size());
  std::vector<std::int64_t> lost(all.stages.size());
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    State state(params, scope);
    const State::Binding binding(params, scope, part);
    state.observe(binding, part.batch(journey, 1));
    state.settle(binding);
    const auto one = state.finish();
    for (std::size_t i = 0; i < entered.size(); ++i) {
      entered[i] += one.stages[i].entered > 0 ? 1 : 0;
      lost[i] += one.stages[i].lost > 0 ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < entered.size(); ++i) {
    EXPECT_EQ(entered[i], all.stages[i].entered);
    EXPECT_EQ(lost[i], all.stages[i].lost);
  }
}

/// The stage that a customer whose last event is an answer was in before it, found without it; if there never was one,
/// the stage that it opens.
std::optional<std::size_t> stage_when_answering(std::vector<MemoryEvent> events, const Params& params) {
  const auto stays_of = [&](const std::vector<MemoryEvent>& some, Time horizon) {
    const auto part = MemoryPart::of(some);
    std::vector<StageInterval> stays;
    const StageWalk walk(*params.definition, {.newest = horizon}, part, {.idle = params.idle});
    walk.walk(0, part.events(), [&](const StageInterval& stay) { stays.push_back(stay); });
    return stays;
  };
  const auto when = events.back().time;
  const auto opened = stays_of(events, when);
  events.pop_back();
  const auto before = stays_of(events, when);
  if (before.empty()) return opened.empty() ? std::nullopt : std::optional<std::size_t>(opened.back().stage);
  if (before.back().ended != StageEnd::open) return std::nullopt;
  return before.back().stage;
}

TEST(Stages, every_answer_counts_in_the_stage_that_the_events_before_it_lead_to) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const auto* framework : {"buyer_and_customer", "acceptance_model"}) {
    const auto params = params_of(framework, days(10));
    struct Expected {
      std::int64_t nps = 0, balance = 0, csat = 0, satisfied = 0;
    };
    std::vector<Expected> expected(params.definition->stages.size());
    const auto events = random_events(random, 60);
    std::map<std::string, std::vector<MemoryEvent>> journeys;
    for (const auto& event : events) {
      auto& journey = journeys[event.customer];
      journey.push_back(event);
      const auto score = event.properties.find("score");
      const bool is_nps = event.event == "NPS Answered";
      if ((!is_nps && event.event != "CSAT Answered") || score == event.properties.end()) continue;
      const auto given = std::get<double>(score->second);
      if (!is_score_of(is_nps ? Survey::nps : Survey::csat, given)) continue;
      const auto stage = stage_when_answering(journey, params);
      if (!stage) continue;
      auto& row = expected[*stage];
      row.nps += is_nps ? 1 : 0;
      row.balance += !is_nps ? 0 : given >= 9 ? 1 : given <= 6 ? -1 : 0;
      row.csat += is_nps ? 0 : 1;
      row.satisfied += !is_nps && given >= 4 ? 1 : 0;
    }
    const auto result = observed(params, {.newest = Time{400 * day}}, MemoryPart::of(events)).finish();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      SCOPED_TRACE(std::string(framework) + ": " + result.stages[i].stage);
      const auto& row = expected[i];
      EXPECT_EQ(result.stages[i].nps_responses, row.nps);
      EXPECT_EQ(result.stages[i].csat_responses, row.csat);
      if (row.nps > 0) {
        EXPECT_DOUBLE_EQ(*result.stages[i].nps,
                         100.0 * static_cast<double>(row.balance) / static_cast<double>(row.nps));
      }
      if (row.csat > 0) {
        EXPECT_DOUBLE_EQ(*result.stages[i].csat, static_cast<double>(row.satisfied) / static_cast<double>(row.csat));
      }
    }
  }
}

TEST(Stages, a_state_of_another_framework_is_refused) {
  const auto params = params_of("buyer");
  auto state = observed(params, {}, MemoryPart::of({}));
  const auto bytes = saved(state);
  Reader in(bytes, "state");
  Loader loader(in);
  const auto others = params_of("customer");
  State other(others, {});
  EXPECT_THROW(other.archive(loader), Error);
}

TEST(Stages, a_journey_that_the_filter_emptied_is_passed_over) {
  const auto params = params_of("buyer");
  const auto part = MemoryPart::of({on("ann", 0, "Page Viewed")});
  const std::uint64_t begin[] = {0, 0};
  const std::uint64_t end[] = {0, 1};
  State state(params, {});
  const State::Binding binding(params, {}, part);
  state.observe(binding, {.size = 2, .begin = begin, .end = end});
  state.settle(binding);
  EXPECT_EQ(state.finish().stages[0].entered, 1);
}

TEST(Stages, many_currencies_are_told_but_not_all_kept) {
  std::vector<MemoryEvent> events;
  for (int i = 0; i < 200; ++i) events.push_back(paid("c" + std::to_string(i), 0, 1, "X" + std::to_string(i)));
  const auto params = params_of("customer");
  auto state = observed(params, {}, MemoryPart::of(events));
  Meta meta;
  state.describe(meta);
  EXPECT_FALSE(state.finish().stages[0].value.has_value());
  EXPECT_EQ(meta.undefined["/stages/0/value"], "values are in more than 64 currencies");
  EXPECT_LT(saved(state).size(), 10'000u);
}

TEST(Stages, what_is_missing_says_why) {
  const auto params = params_of(default_framework);
  const auto state =
      observed(params, {.newest = Time{10 * day}},
               MemoryPart::of({on("ann", 0, "Page Viewed"), paid("bob", 0, 5, "EUR"), paid("cid", 0, 5, "USD")}));
  Meta meta;
  state.describe(meta);
  EXPECT_EQ(meta.undefined["/stages/0/conversion"], "no customer who entered has had 90d yet");
  EXPECT_EQ(meta.undefined["/stages/6/conversion"], "the last stage has no later stage");
  EXPECT_EQ(meta.undefined["/stages/6/median_days"], "nobody moves on from the last stage");
  EXPECT_EQ(meta.undefined["/stages/2/value"],
            "values are in several currencies (EUR, USD), which are not added up without rates");
  EXPECT_EQ(meta.undefined["/phases/1/moved_on"], "no phase follows");
  EXPECT_EQ(meta.undefined["/handoff/conversion"], "no customer who entered a buyer stage has had 90d yet");
  for (const auto& rule : meta.policy) EXPECT_TRUE(rule.words.ends_with('.')) << rule.words;
}

TEST(Stages, every_null_figure_has_its_reason) {
  const auto params = params_of(default_framework);
  const auto state = observed(params, {.newest = Time{10 * day}}, MemoryPart::of({}));
  Meta meta;
  state.describe(meta);
  const auto result = to_json(state.finish());
  for (const auto* list : {"stages", "phases"}) {
    const auto& rows = result.at(list).as_array();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const auto& member : rows[i].as_object()) {
        const std::string name(member.key());
        if (!member.value().is_null() || name.ends_with("_low") || name.ends_with("_high")) continue;
        EXPECT_TRUE(meta.undefined.contains("/" + std::string(list) + "/" + std::to_string(i) + "/" + name))
            << list << " " << name;
      }
    }
  }
}

TEST(Stages, a_rate_of_few_customers_is_marked_small) {
  const auto params = params_of("buyer", days(1));
  const auto state = observed(params, {.newest = Time{10 * day}}, MemoryPart::of({on("ann", 0, "Page Viewed")}));
  const auto result = to_json(state.finish());
  EXPECT_TRUE(result.at("stages").at(0).at("small").as_bool());
  EXPECT_GT(result.at("stages").at(0).at("conversion_high").as_double(), 0.5);
}

TEST(Stages, a_score_of_few_answers_is_marked_small) {
  const auto params = params_of("customer");
  const auto marked = [&](int answers, const char* survey, const char* mark) {
    std::vector<MemoryEvent> events;
    for (int i = 0; i < answers; ++i) {
      const auto customer = "c" + std::to_string(i);
      events.push_back(on(customer, 0, "Order Completed"));
      events.push_back(on(customer, 1, survey));
      events.back().properties["score"] = 5.0;
    }
    const auto state = observed(params, {.newest = Time{day}}, MemoryPart::of(std::move(events)));
    return to_json(state.finish()).at("stages").at(0).as_object().contains(mark);
  };
  EXPECT_TRUE(marked(29, "NPS Answered", "nps_small"));
  EXPECT_FALSE(marked(30, "NPS Answered", "nps_small"));
  EXPECT_TRUE(marked(29, "CSAT Answered", "csat_small"));
  EXPECT_FALSE(marked(30, "CSAT Answered", "csat_small"));
  EXPECT_FALSE(marked(29, "NPS Answered", "csat_small"));  // there is no answer at all, which is said by null
}

}  // namespace
}  // namespace peregrine::stages
