#include "analyses/retention/retention.hpp"

#include <gtest/gtest.h>

#include "fold/resources.hpp"
#include "model/memory_part.hpp"

namespace peregrine::retention {
namespace {

constexpr std::int64_t day = days(1).micros;

class OneFramework final : public Resources {
 public:
  explicit OneFramework(Phase phase) { framework_.stages.push_back({.name = "Only", .phase = phase}); }
  const Framework& framework(std::string_view, std::string_view) const override { return framework_; }

 private:
  Framework framework_;
};

Params params_of(std::string_view text, Phase phase = Phase::customer) {
  auto params = from_json<Params>(json::parse(text, "params"), "retention");
  params.resolve(OneFramework(phase));
  return params;
}

MemoryEvent at(std::string customer, std::int64_t micros, std::string event) {
  return {.customer = std::move(customer), .time = Time{micros}, .event = std::move(event)};
}

MemoryEvent paid(std::string customer, std::int64_t micros, std::int64_t units, const std::string& currency) {
  auto event = at(std::move(customer), micros, "Order Completed");
  event.value = units * money_unit;
  if (!currency.empty()) event.properties["currency"] = currency;
  return event;
}

State observed(const Params& params, const std::vector<MemoryEvent>& events, const Scope& scope) {
  const auto part = MemoryPart::of(events);
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

/// 500 of 1,000 came back to the first cohort and 400 of 500 to the second.
std::vector<MemoryEvent> worked_example() {
  std::vector<MemoryEvent> events;
  const auto add = [&](const std::string& name, int size, int back, std::int64_t first_day) {
    for (int i = 0; i < size; ++i) {
      const auto customer = name + std::to_string(i);
      events.push_back(at(customer, first_day * day, "Signed Up"));
      if (i < back) events.push_back(at(customer, first_day * day + 30 * day / 24, "Page Viewed"));
    }
  };
  add("a", 1'000, 500, 0);
  add("b", 500, 400, 1);
  return events;
}

TEST(Retention, the_three_averages_of_the_worked_example_are_60_56_and_65_percent) {
  const auto rate_of = [](const char* average) {
    const auto params =
        params_of(R"({"start": "Signed Up", "period": "day", "average": ")" + std::string(average) + "\"}");
    const auto result = observed(params, worked_example(), {.newest = Time{40 * day}}).finish();
    EXPECT_EQ(result.average[1].back, 900);
    EXPECT_EQ(result.average[1].starts, 1'500);
    return to_json(result.average[1]);
  };
  EXPECT_DOUBLE_EQ(rate_of("pooled").at("rate").as_double(), 0.6);
  EXPECT_DOUBLE_EQ(rate_of("weighted").at("rate").as_double(), 0.56);
  EXPECT_DOUBLE_EQ(rate_of("simple").at("rate").as_double(), 0.65);
  // The pooled interval is that of 900 of 1,500.
  const auto wilson = statistics::wilson(900, 1'500);
  EXPECT_NEAR(rate_of("pooled").at("rate_low").as_double(), wilson.low, 1e-12);
  EXPECT_NEAR(rate_of("pooled").at("rate_high").as_double(), wilson.high, 1e-12);
  EXPECT_FALSE(rate_of("pooled").as_object().contains("small"));
  // (1,000² + 500²)² ÷ (1,000³ + 500³) = 1,388.9 customers, and 2² ÷ (1/1,000 + 1/500) = 1,333.3.
  const auto weighted = statistics::wilson_of_share(0.56, 1'562'500e6 / 1'125e6);
  EXPECT_NEAR(rate_of("weighted").at("rate_low").as_double(), weighted.low, 1e-12);
  const auto simple = statistics::wilson_of_share(0.65, 4'000 / 3.0);
  EXPECT_NEAR(rate_of("simple").at("rate_low").as_double(), simple.low, 1e-12);
}

TEST(Retention, a_framework_without_customers_starts_with_the_first_deed) {
  EXPECT_EQ(*params_of("{}").start, EventChoice::of_role(Role::buy));
  EXPECT_EQ(*params_of("{}", Phase::buyer).start, EventChoice::deeds());
  EXPECT_EQ(*params_of(R"({"start": "Signed Up"})", Phase::buyer).start, (EventChoice{{"Signed Up"}, {}, {}}));
}

TEST(Retention, each_customer_alone_adds_up_to_every_count) {
  const Scope scope{.newest = Time{40 * day}};
  for (const auto* mode : {"on", "on_or_after", "on_or_before", "streak"}) {
    SCOPED_TRACE(mode);
    const auto params =
        params_of(R"({"start": "Signed Up", "period": "day", "periods": 3, "mode": ")" + std::string(mode) + "\"}");
    std::map<std::string, std::vector<MemoryEvent>> journeys;
    std::vector<MemoryEvent> events;
    for (int i = 0; i < 60; ++i) {
      const auto customer = "c" + std::to_string(i);
      auto& own = journeys[customer];
      own.push_back(at(customer, i % 3 * day, "Signed Up"));
      for (int k = 1; k <= i % 5; ++k) own.push_back(at(customer, (i % 3 + k * (1 + i % 2)) * day + k, "Page Viewed"));
      events.insert(events.end(), own.begin(), own.end());
    }
    const auto whole = observed(params, events, scope).finish();
    std::vector<std::int64_t> behind(whole.cells.size());
    std::vector<std::int64_t> behind_average(whole.average.size());
    for (const auto& [customer, own] : journeys) {
      const auto alone = observed(params, own, scope).finish();
      for (const auto& cell : alone.cells) {
        for (std::size_t i = 0; i < whole.cells.size(); ++i) {
          const bool same = whole.cells[i].cohort == cell.cohort && whole.cells[i].period == cell.period;
          behind[i] += same && cell.customers != 0 ? 1 : 0;
        }
      }
      for (std::size_t i = 0; i < alone.average.size(); ++i) behind_average[i] += alone.average[i].back != 0;
    }
    for (std::size_t i = 0; i < whole.cells.size(); ++i) EXPECT_EQ(behind[i], whole.cells[i].customers);
    for (std::size_t i = 0; i < whole.average.size(); ++i) EXPECT_EQ(behind_average[i], whole.average[i].back);
  }
}

TEST(Retention, currencies_of_several_parts_are_told_apart_in_any_order) {
  const auto params = params_of(R"({"period": "day", "periods": 1, "measure": "value"})");
  const Scope scope{.newest = Time{40 * day}};
  const auto euros = observed(params, {paid("ann", 0, 10, "EUR"), paid("ann", 30 * day / 24, 5, "EUR")}, scope);
  const auto dollars = observed(params, {paid("bob", 0, 10, "USD")}, scope);
  const auto unnamed = observed(params, {paid("cid", 0, 10, "")}, scope);
  EXPECT_EQ(euros.finish().currency, "EUR");
  EXPECT_EQ(euros.finish().average[1].value_rate.figure, 0.5);
  EXPECT_FALSE(unnamed.finish().currency.has_value());
  EXPECT_TRUE(unnamed.finish().average[0].value.figure.has_value());
  for (const auto* other : {&dollars, &unnamed}) {
    for (const bool first : {true, false}) {
      State merged(params, scope);
      merged.merge(first ? euros : *other);
      merged.merge(first ? *other : euros);
      EXPECT_FALSE(merged.finish().average[0].value.figure.has_value());
      EXPECT_EQ(merged.finish().average[0].starts, 2);
      Meta meta;
      merged.describe(meta);
      EXPECT_EQ(meta.undefined["/average/0/value"],
                "values are in several currencies, which are not added up without rates");
    }
  }
}

TEST(Retention, every_null_figure_has_its_reason) {
  for (const auto* text : {R"({"periods": 2})", R"({"periods": 2, "measure": "value"})"}) {
    for (const auto& events : {std::vector<MemoryEvent>{}, std::vector<MemoryEvent>{at("ann", 0, "Order Completed")},
                               std::vector<MemoryEvent>{paid("ann", 0, 0, ""), paid("ann", 9 * day, 1, "")}}) {
      auto state = observed(params_of(text), events, {.newest = Time{10 * day}});
      Meta meta;
      state.describe(meta);
      const auto result = to_json(state.finish());
      EXPECT_EQ(result.at("currency").is_null(), meta.undefined.contains("/currency"));
      const auto& rows = result.at("average").as_array();
      for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const auto& member : rows[i].as_object()) {
          const std::string name(member.key());
          if (!member.value().is_null() || name.ends_with("_low") || name.ends_with("_high")) continue;
          EXPECT_TRUE(meta.undefined.contains("/average/" + std::to_string(i) + "/" + name)) << i << " " << name;
        }
      }
    }
  }
}

TEST(Retention, a_state_with_other_cells_is_refused) {
  const auto params = params_of(R"({"periods": 2})");
  auto state = observed(params, {at("ann", 0, "Order Completed")}, {});
  const auto bytes = saved(state);
  for (const auto* other : {R"({"periods": 3})", R"({"periods": 2, "measure": "value"})"}) {
    Reader in(bytes, "state");
    Loader loader(in);
    State loaded(params_of(other), {});
    EXPECT_THROW(loaded.archive(loader), Error);
  }
}

TEST(Retention, the_anchor_is_the_event_that_starts_the_clock) {
  const auto part = MemoryPart::of({at("ann", 0, "Page Viewed"), at("ann", day, "Signed Up"),
                                    at("ann", 5 * day, "Signed Up"), at("bob", 0, "Page Viewed")});
  const auto anchors = [&](const char* rule, const Scope& scope) {
    const auto params = params_of(R"({"start": "Signed Up", "start_rule": ")" + std::string(rule) + "\"}");
    State state(params, scope);
    const State::Binding binding(params, scope, part);
    std::vector<std::vector<std::uint64_t>> all;
    for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
      state.find_anchors(binding, part.first[journey], part.first[journey + 1], all.emplace_back());
    }
    return all;
  };
  using Rows = std::vector<std::vector<std::uint64_t>>;
  const Scope late{.from = Time{2 * day}};
  EXPECT_EQ(anchors("first_time", {}), (Rows{{1}, {}}));
  EXPECT_EQ(anchors("first_time", late), (Rows{{}, {}}));
  EXPECT_EQ(anchors("every_time", late), (Rows{{2}, {}}));
}

}  // namespace
}  // namespace peregrine::retention
