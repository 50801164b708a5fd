#include "analyses/lifecycle/lifecycle.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "model/memory_part.hpp"

namespace peregrine::lifecycle {
namespace {

constexpr std::int64_t day = days(1).micros;

MemoryEvent at(std::string customer, std::int64_t micros) {
  return {.customer = std::move(customer), .time = Time{micros}, .event = "Page Viewed"};
}

State observed(const std::vector<MemoryEvent>& events, const Scope& scope, Period period = Period::week) {
  const Params params{.active = EventChoice{}, .period = period};
  const auto part = MemoryPart::of(events);
  State state(params, scope);
  const State::Binding binding(params, scope, part);
  state.observe(binding, part.batch());
  state.settle(binding);
  return state;
}

std::map<std::string, std::vector<MemoryEvent>> random_journeys(std::mt19937_64& random) {
  std::map<std::string, std::vector<MemoryEvent>> journeys;
  for (int i = 0; i < 50; ++i) {
    const auto customer = "c" + std::to_string(i);
    const auto count = 1 + random() % 12;
    for (std::size_t k = 0; k < count; ++k) {
      journeys[customer].push_back(at(customer, static_cast<std::int64_t>(random() % (60 * 24)) * day / 24));
    }
  }
  return journeys;
}

std::vector<MemoryEvent> joined(const std::map<std::string, std::vector<MemoryEvent>>& journeys) {
  std::vector<MemoryEvent> events;
  for (const auto& [customer, own] : journeys) events.insert(events.end(), own.begin(), own.end());
  return events;
}

TEST(Lifecycle, agrees_with_sets_of_customers_by_week) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto events = joined(random_journeys(random));
  // 5 January 1970 is a Monday: week 0 has four days.
  std::map<std::int64_t, std::set<std::string>> weeks;
  std::map<std::int64_t, std::set<std::pair<std::string, std::int64_t>>> customer_days;
  std::int64_t newest = 0;
  for (const auto& event : events) {
    const auto on_day = event.time.micros / day;
    weeks[(on_day + 3) / 7].insert(event.customer);
    customer_days[(on_day + 3) / 7].insert({event.customer, on_day});
    newest = std::max(newest, event.time.micros);
  }
  const auto result = observed(events, {.newest = Time{newest}}).finish();
  const auto first_week = weeks.begin()->first;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < result.periods.size(); ++i) {
    const auto week = first_week + static_cast<std::int64_t>(i);
    Flow expected;
    std::int64_t dormant = 0;
    for (const auto& customer : weeks[week]) {
      const bool before = weeks[week - 1].contains(customer);
      ++(!seen.contains(customer) ? expected.arrived : before ? expected.returning : expected.resurrected);
    }
    for (const auto& customer : weeks[week - 1]) dormant += weeks[week].contains(customer) ? 0 : 1;
    seen.insert(weeks[week].begin(), weeks[week].end());
    const auto& row = result.periods[i];
    SCOPED_TRACE(row.period);
    EXPECT_EQ(row.flow.arrived, expected.arrived);
    EXPECT_EQ(row.flow.returning, expected.returning);
    EXPECT_EQ(row.flow.resurrected, expected.resurrected);
    EXPECT_EQ(row.customer_days, static_cast<std::int64_t>(customer_days[week].size()));
    EXPECT_EQ(row.flow.dormant, row.complete ? std::optional(-dormant) : std::nullopt);
  }
  EXPECT_EQ(result.customers, 50);
}

TEST(Lifecycle, each_customer_alone_adds_up_to_every_count) {
  std::mt19937_64 random(7);
  const auto journeys = random_journeys(random);
  const Scope scope{.from = Time{10 * day}, .to = Time{55 * day}, .newest = Time{60 * day}};
  const auto whole = observed(joined(journeys), scope).finish();
  ASSERT_GT(whole.periods.size(), 4u);
  for (const auto& row : whole.periods) {
    SCOPED_TRACE(row.period);
    Flow behind{.dormant = 0};
    for (const auto& [customer, own] : journeys) {
      const auto alone = observed(own, scope).finish();
      for (const auto& each : alone.periods) {
        if (each.period != row.period) continue;
        behind.arrived += each.flow.arrived;
        behind.returning += each.flow.returning;
        behind.resurrected += each.flow.resurrected;
        *behind.dormant += each.flow.dormant.value_or(0);
      }
    }
    EXPECT_EQ(behind.arrived, row.flow.arrived);
    EXPECT_EQ(behind.returning, row.flow.returning);
    EXPECT_EQ(behind.resurrected, row.flow.resurrected);
    EXPECT_EQ(*behind.dormant, row.flow.dormant.value_or(0));
  }
}

TEST(Lifecycle, every_null_figure_has_its_reason) {
  for (const auto period : {Period::day, Period::week, Period::month}) {
    auto state = observed({at("ann", 5 * day), at("ann", 70 * day)}, {.newest = Time{70 * day}}, period);
    Meta meta;
    state.describe(meta);
    const auto result = to_json(state.finish());
    const auto& rows = result.at("periods").as_array();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const auto& member : rows[i].as_object()) {
        const std::string name(member.key());
        if (!member.value().is_null() || name.ends_with("_low") || name.ends_with("_high")) continue;
        EXPECT_TRUE(meta.undefined.contains("/periods/" + std::to_string(i) + "/" + name)) << i << " " << name;
      }
    }
  }
}

TEST(Lifecycle, a_state_that_does_not_add_up_is_refused) {
  auto state = observed({at("ann", 5 * day)}, {.newest = Time{70 * day}});
  Writer out;
  Saver saver(out);
  state.archive(saver);
  auto bytes = out.take();
  bytes[8 + 8 + 8] = 2;  // new customers of the first period, of whom the days tell one
  Reader in(bytes, "state");
  Loader loader(in);
  State loaded({.active = EventChoice{}}, {});
  EXPECT_THROW(loaded.archive(loader), Error);
}

}  // namespace
}  // namespace peregrine::lifecycle
