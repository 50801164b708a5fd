#include "analyses/handoff/handoff.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "fold/analysis.hpp"
#include "model/memory_part.hpp"

namespace peregrine::handoff {
namespace {

constexpr std::int64_t day = 86'400'000'000;

Params params_of(Params params = {}) {
  for (const auto& each : shipped_frameworks()) {
    if (each.name == default_framework) params.definition = std::make_shared<const Framework>(each);
  }
  params.framework = params.definition->name;
  return params;
}

MemoryEvent on(std::string customer, double when, std::string event) {
  return {.customer = std::move(customer),
          .time = Time{static_cast<std::int64_t>(when * static_cast<double>(day))},
          .event = std::move(event)};
}

State observed(const Params& params, const Scope& scope, const Part& part, std::size_t first, std::size_t journeys) {
  State state(params, scope);
  const State::Binding binding(params, scope, part);
  for (auto journey = first; journey < first + journeys; ++journey) {
    state.observe(binding, {.size = 1, .begin = &part.first[journey], .end = &part.first[journey + 1]});
  }
  state.settle(binding);
  return state;
}

State observed(const Params& params, const Scope& scope, const Part& part) {
  return observed(params, scope, part, 0, part.journeys());
}

/// Both passes.
State answered(const Params& params, const Scope& scope, const Part& part) {
  return observed(observed(params, scope, part).next().value(), scope, part);
}

std::vector<MemoryEvent> random_events(std::mt19937_64& random, int customers) {
  static const char* const names[] = {"Page Viewed",      "Product Viewed", "Product Added", "Order Completed",
                                      "Product Used",     "Frobnicated",    "Chat Started",  "Order Refunded",
                                      "Parcel Delivered", "NPS Asked",      "Guide Read",    "Onboarding Started"};
  std::vector<MemoryEvent> events;
  for (int i = 0; i < customers; ++i) {
    double when = static_cast<double>(random() % 50);
    for (auto left = random() % 14; left > 0; --left) {
      when += static_cast<double>(random() % 8);
      auto event = on("c" + std::to_string(i), when, names[random() % 12]);
      if (random() % 3 == 0) event.value = static_cast<std::int64_t>(random() % 1000) * money_unit;
      events.push_back(std::move(event));
    }
  }
  return events;
}

/// Every whole number of a result by its place, rows of touchpoints by their names.
std::map<std::string, std::int64_t> counts_of(const State& state) {
  const auto result = to_json(state.finish());
  std::map<std::string, std::int64_t> counts;
  for (const auto& [name, value] : result.at("summary").as_object()) {
    if (value.is_int64()) counts[std::string(name)] = value.as_int64();
  }
  for (const auto* list : {"histogram", "revenue", "touchpoints"}) {
    std::size_t index = 0;
    for (const auto& row : result.at(list).as_array()) {
      const auto* name = row.as_object().if_contains("touchpoint");
      const auto place = std::string(list) + (name != nullptr ? json::format(*name) : std::to_string(index++));
      for (const auto& [member, value] : row.as_object()) {
        if (value.is_int64()) counts[place + std::string(member)] = value.as_int64();
      }
    }
  }
  return counts;
}

TEST(Handoff, every_count_is_the_sum_of_the_customers_alone) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const Scope scope{.from = Time{5 * day}, .to = Time{140 * day}, .newest = Time{120 * day}};
  const auto part = MemoryPart::of(random_events(random, 80));
  const auto params = observed(params_of({.within = days(20), .touchpoints = 4}), scope, part).next().value();
  const auto whole = counts_of(observed(params, scope, part));
  EXPECT_GT(whole.at("buyers"), 0);
  std::map<std::string, std::int64_t> added;
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    for (const auto& [place, count] : counts_of(observed(params, scope, part, journey, 1))) {
      EXPECT_LE(count, 1) << place;
      added[place] += count;
    }
  }
  EXPECT_EQ(added, whole);
}

TEST(Handoff, the_histogram_adds_up_to_who_reached_value_and_groups_to_the_matured) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto result =
      answered(params_of(), {.newest = Time{130 * day}}, MemoryPart::of(random_events(random, 200))).finish();
  std::int64_t in_bins = 0;
  for (const auto& row : result.histogram) in_bins += row.buyers;
  EXPECT_EQ(in_bins, result.summary.reached_value);
  EXPECT_EQ(result.revenue.front().buyers, result.summary.matured);
  EXPECT_EQ(result.revenue[1].buyers + result.revenue.back().buyers, result.summary.matured);
  EXPECT_EQ(result.summary.buyers - result.summary.matured - result.summary.immature,
            result.summary.reached_value - result.summary.reached_value_rate.part);
}

TEST(Handoff, a_state_of_another_choice_is_refused) {
  const Scope scope{.newest = Time{200 * day}};
  const auto saved_with = [&](const char* touchpoint) {
    const auto part = MemoryPart::of({on("ann", 0, touchpoint), on("ann", 1, "Order Completed")});
    const auto params = observed(params_of(), scope, part).next().value();
    Writer out;
    Saver saver(out);
    auto state = observed(params, scope, part);
    saver(state);
    return std::pair(out.take(), params);
  };
  const auto [bytes, params] = saved_with("Guide Read");
  const auto other_params = saved_with("Page Viewed").second;
  Reader in(bytes, "state");
  Loader loader(in);
  State same(params, scope);
  EXPECT_NO_THROW(loader(same));
  Reader again(bytes, "state");
  Loader other_loader(again);
  State other(other_params, scope);
  EXPECT_THROW(other_loader(other), Error);
}

TEST(Handoff, a_journey_that_the_filter_emptied_is_passed_over) {
  const Scope scope{.newest = Time{200 * day}};
  const auto part = MemoryPart::of({on("ann", 0, "Order Completed")});
  const auto params = observed(params_of(), scope, part).next().value();
  const std::uint64_t begin[] = {0, 0};
  const std::uint64_t end[] = {0, 1};
  State state(params, scope);
  const State::Binding binding(params, scope, part);
  state.observe(binding, {.size = 2, .begin = begin, .end = end});
  state.settle(binding);
  EXPECT_EQ(state.finish().summary.buyers, 1);
}

TEST(Handoff, times_at_the_ends_of_the_range_of_numbers_do_no_harm) {
  auto first = on("ann", 0, "Order Completed");
  first.time = Time{std::numeric_limits<std::int64_t>::min()};
  auto last = on("ann", 0, "Product Used");
  last.time = Time{std::numeric_limits<std::int64_t>::max() - 1};
  const auto newest = last.time;
  const auto result = answered(params_of(), {.newest = newest}, MemoryPart::of({first, last})).finish();
  EXPECT_EQ(result.summary.matured, 1);
  EXPECT_EQ(result.summary.dropped_baton, 1);
}

TEST(Handoff, many_touchpoints_take_the_room_of_those_that_are_chosen) {
  std::vector<MemoryEvent> events;
  auto params = params_of({.touchpoints = 10});
  auto framework = *params.definition;
  for (int i = 0; i < 2'000; ++i) {
    const auto name = "Page " + std::to_string(i);
    framework.stages.front().enter.push_back({.event = name});
    events.push_back(on("c" + std::to_string(i % 50), 0, name));
  }
  for (int i = 0; i < 50; ++i) events.push_back(on("c" + std::to_string(i), 1, "Order Completed"));
  params.definition = std::make_shared<const Framework>(framework);
  auto state = answered(params, {.newest = Time{200 * day}}, MemoryPart::of(events));
  const auto result = state.finish();
  EXPECT_EQ(result.touchpoints.size(), 10u);
  EXPECT_EQ(result.tested, 10);
  EXPECT_EQ(result.left_out, 1'990);
  Writer out;
  Saver saver(out);
  saver(state);
  EXPECT_LT(out.take().size(), 2'000u);
}

/// The reasons of every figure that is null, but for the ends of an interval, which go with their rate.
void expect_reasons(const json::value& value, const std::string& at, const Meta& meta) {
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      const std::string text(name);
      if (!text.ends_with("_low") && !text.ends_with("_high")) expect_reasons(member, at + "/" + text, meta);
    }
  } else if (const auto* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) expect_reasons((*list)[i], at + "/" + std::to_string(i), meta);
  } else if (value.is_null()) {
    EXPECT_TRUE(meta.undefined.contains(at)) << at;
  } else {
    EXPECT_FALSE(meta.undefined.contains(at)) << at;
  }
}

TEST(Handoff, every_null_figure_has_its_reason_and_no_other_has_one) {
  auto paid = on("ann", 1, "Order Completed");
  paid.value = 5 * money_unit;
  auto euros = paid;
  euros.properties["currency"] = "EUR";
  const std::vector<std::vector<MemoryEvent>> cases{
      {},
      {on("ann", 0, "Page Viewed")},
      {on("ann", 0, "Page Viewed"), on("ann", 1, "Order Completed")},
      {on("ann", 0, "Page Viewed"), paid, on("ann", 3, "Product Used")},
      {on("ann", 0, "Page Viewed"), euros, on("bob", 1, "Order Completed")},
      {on("ann", 0, "Page Viewed"), euros, paid}};
  for (const auto& events : cases) {
    for (const auto newest : {Time{20 * day}, Time{90 * day}}) {
      Meta meta;
      const auto state = answered(params_of(), {.newest = newest}, MemoryPart::of(events));
      state.describe(meta);
      expect_reasons(to_json(state.finish()), "", meta);
      for (const auto& rule : meta.policy) EXPECT_TRUE(rule.words.ends_with('.')) << rule.words;
    }
  }
}

}  // namespace
}  // namespace peregrine::handoff
