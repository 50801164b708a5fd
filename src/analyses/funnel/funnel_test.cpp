// Mechanisms of the funnel: its path for the plain case against the general matcher, journeys of any length and batches
// of any selection, saving, loading and merging.
#include "analyses/funnel/funnel.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <random>

#include "model/memory_part.hpp"

namespace peregrine::funnel {
namespace {

struct Random {
  std::mt19937_64 engine;
  std::int64_t upto(std::int64_t most) {
    return static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(most + 1));
  }
};

Random seeded() {
  const char* text = std::getenv("PEREGRINE_SEED");
  const auto seed = text == nullptr ? std::random_device{}() : std::strtoull(text, nullptr, 10);
  std::cout << "PEREGRINE_SEED=" << seed << "\n";
  return {std::mt19937_64(seed)};
}

struct Shape {
  std::int64_t journeys = 40;
  std::int64_t most_events = 30;
  std::int64_t names = 12;
  std::int64_t step_seconds = 3'600;
};

std::vector<MemoryEvent> random_events(Random& random, const Shape& shape) {
  std::vector<MemoryEvent> events;
  for (std::int64_t j = 0; j < shape.journeys; ++j) {
    auto time = random.upto(100 * shape.step_seconds);
    const auto count = random.upto(shape.most_events);
    for (std::int64_t i = 0; i < count; ++i) {
      MemoryEvent event;
      event.customer = "c" + std::to_string(1'000 + j);
      time += random.upto(3) == 0 ? 0 : random.upto(shape.step_seconds);
      event.time = Time{time * 1'000'000};
      // Skewed: the first names are the most frequent.
      event.event = "E" + std::to_string(std::min(random.upto(shape.names - 1), random.upto(shape.names - 1)));
      if (random.upto(2) == 0) event.value = random.upto(1'000'000'000);
      event.properties["currency"] = "EUR";
      events.push_back(std::move(event));
    }
  }
  return events;
}

Params plain_params(Random& random, std::int64_t names, std::int64_t most_steps) {
  Params params;
  std::vector<std::string> free;
  for (std::int64_t i = 0; i < names; ++i) free.push_back("E" + std::to_string(i));
  std::shuffle(free.begin(), free.end(), random.engine);
  const auto steps = 2 + random.upto(most_steps - 2);
  for (std::int64_t i = 0; i < steps; ++i) {
    Step step;
    if (random.upto(3) == 0 && free.size() > static_cast<std::size_t>(steps - i) + 2) {
      step.any = {free.back(), free[free.size() - 2]};
      free.pop_back();
    } else {
      step.event = free.back();
    }
    free.pop_back();
    params.steps.push_back(std::move(step));
  }
  params.window = seconds(3'600 * (1 + random.upto(40)));
  return params;
}

std::string saved(State& state) {
  Writer out;
  Saver saver(out);
  state.archive(saver);
  return out.take();
}

State loaded(const std::string& bytes, const Params& params, const Scope& scope) {
  Reader in(bytes, "funnel state");
  Loader loader(in);
  State state(params, scope);
  state.archive(loader);
  in.expect_end();
  return state;
}

State observed(const Params& params, const Scope& scope, const Part& part, const JourneyBatch& batch) {
  const Binding binding(params, scope, part);
  State state(params, scope);
  state.observe(binding, batch);
  state.settle(binding);
  return state;
}

/// The same by the general matcher, whatever the parameters would choose.
std::string saved_by_general(const Params& params, const Scope& scope, const Part& part, const JourneyBatch& batch) {
  const StepTable table(params, scope, part);
  const Rules rules(params, scope);
  Attempts attempts;
  Tally tally(params.steps.size());
  for (std::size_t i = 0; i < batch.size; ++i) {
    for (const auto& match : attempts.find(rules, table, batch.begin[i], batch.end[i])) {
      tally.add(table, match.rows.data(), match.depth, rules.matured(match.start));
    }
  }
  tally.settle(table);
  Writer out;
  Saver saver(out);
  saver(tally);
  return out.take();
}

Scope random_scope(Random& random, const MemoryPart& part) {
  Scope scope;
  scope.newest = part.newest().value_or(Time{});
  if (random.upto(1) == 0) scope.from = Time{random.upto(scope.newest.micros)};
  if (random.upto(1) == 0) scope.to = Time{random.upto(scope.newest.micros)};
  return scope;
}

TEST(funnel, the_plain_path_equals_the_general_matcher) {
  auto random = seeded();
  for (int round = 0; round < 3'000 && !HasFailure(); ++round) {
    // Lengths around a word of bits, and far beyond it.
    const std::int64_t lengths[] = {8, 30, 63, 65, 129, 400};
    const Shape shape{.journeys = 1 + random.upto(20),
                      .most_events = lengths[random.upto(5)],
                      .names = 4 + random.upto(12),
                      .step_seconds = random.upto(1) == 0 ? 3'600 : 40'000};
    const auto part = MemoryPart::of(random_events(random, shape), {.wide_codes = random.upto(2) == 0});
    const auto params = plain_params(random, shape.names, std::min<std::int64_t>(8, shape.names));
    const auto scope = random_scope(random, part);
    SCOPED_TRACE(json::format(to_json(params)));
    ASSERT_TRUE(Binding(params, scope, part).fast.applies());
    auto state = observed(params, scope, part, part.batch());
    EXPECT_EQ(saved(state), saved_by_general(params, scope, part, part.batch()));
  }
}

TEST(funnel, the_plain_path_is_left_where_a_rule_needs_more) {
  auto random = seeded();
  const auto part = MemoryPart::of(random_events(random, {}));
  const Scope scope;
  const auto applies = [&](auto&& change) {
    Params params;
    for (const char* name : {"E1", "E2", "E3"}) params.steps.push_back(Step::from_text(name));
    change(params);
    params.validate();
    return Binding(params, scope, part).fast.applies();
  };
  EXPECT_TRUE(applies([](Params&) {}));
  EXPECT_TRUE(applies([](Params& params) { params.window = seconds(1); }));
  EXPECT_FALSE(applies([](Params& params) { params.order = Order::strict; }));
  EXPECT_FALSE(applies([](Params& params) { params.order = Order::unordered; }));
  EXPECT_FALSE(applies([](Params& params) { params.window_from = WindowFrom::previous_step; }));
  EXPECT_FALSE(applies([](Params& params) { params.gap_min = seconds(1); }));
  EXPECT_FALSE(applies([](Params& params) { params.entry = Entry::first; }));
  EXPECT_FALSE(applies([](Params& params) { params.count = Count::entries; }));
  EXPECT_FALSE(applies([](Params& params) { params.exclude = {{"E4", {1, 2}, Effect::stop}}; }));
  EXPECT_FALSE(applies([](Params& params) { params.hold = "currency"; }));
  EXPECT_FALSE(applies([](Params& params) { params.optional = {2}; }));
  EXPECT_FALSE(applies([](Params& params) { params.same_time = SameTime::strictly_later; }));
  EXPECT_FALSE(applies([](Params& params) { params.reuse_event = true; }));
  EXPECT_FALSE(applies([](Params& params) { params.steps[1].where = "value > 1"; }));
  EXPECT_FALSE(applies([](Params& params) { params.steps[2].event = "E1"; }));
  EXPECT_FALSE(applies([](Params& params) { params.steps.resize(9, Step::from_text("E9")); }));
}

TEST(funnel, any_selection_of_journeys_in_any_batches) {
  auto random = seeded();
  for (int round = 0; round < 200 && !HasFailure(); ++round) {
    const auto part = MemoryPart::of(random_events(random, {}));
    auto params = plain_params(random, 12, 4);
    if (random.upto(1) == 0) params.gap_min = seconds(600);
    const auto scope = random_scope(random, part);
    // Every other journey, out of order, some empty: as `where` and `by` hand them over.
    std::vector<std::uint64_t> begin, end, journeys;
    for (std::size_t j = part.journeys(); j-- > 0;) {
      if (random.upto(1) == 0) continue;
      journeys.push_back(j);
      begin.push_back(part.first[j]);
      end.push_back(random.upto(5) == 0 ? part.first[j] : part.first[j + 1]);
    }
    const JourneyBatch selection{journeys.size(), begin.data(), end.data(), journeys.data(), 0};
    auto whole = observed(params, scope, part, selection);

    const Binding binding(params, scope, part);
    State one_by_one(params, scope);
    for (std::size_t i = 0; i < journeys.size(); ++i) {
      one_by_one.observe(binding, {1, &begin[i], &end[i], &journeys[i], 0});
    }
    one_by_one.settle(binding);
    EXPECT_EQ(saved(whole), saved(one_by_one));
    EXPECT_EQ(saved(whole), saved_by_general(params, scope, part, selection));
  }
}

TEST(funnel, any_split_saved_loaded_and_merged_in_any_order_equals_the_whole) {
  auto random = seeded();
  for (int round = 0; round < 150 && !HasFailure(); ++round) {
    // Enough journeys now and then that times are spread over buckets.
    const auto events = random_events(random, {.journeys = round % 30 == 0 ? 4'000 : 40});
    const auto part = MemoryPart::of(events);
    const auto params = plain_params(random, 12, 5);
    const auto scope = random_scope(random, part);
    auto whole = observed(params, scope, part, part.batch());

    std::vector<std::vector<MemoryEvent>> shares(static_cast<std::size_t>(1 + random.upto(5)));
    for (const auto& event : events) shares[std::hash<std::string>{}(event.customer) % shares.size()].push_back(event);
    std::shuffle(shares.begin(), shares.end(), random.engine);
    State merged(params, scope);
    for (const auto& share : shares) {
      const auto own = MemoryPart::of(share);  // its event codes are others
      auto state = observed(params, scope, own, own.batch());
      merged.merge(loaded(saved(state), params, scope));
      merged.merge(State(params, scope));
    }
    EXPECT_EQ(saved(merged), saved(whole));
    EXPECT_EQ(json::format(to_json(merged.finish())), json::format(to_json(whole.finish())));
  }
}

TEST(funnel, money_of_two_currencies_is_none_in_whatever_order_it_comes) {
  const auto part_in = [](const char* currency) {
    MemoryEvent event{.customer = "ann", .time = Time{}, .event = "A", .value = 5'000'000};
    if (currency != nullptr) event.properties["currency"] = currency;
    return MemoryPart::of({event});
  };
  Params params;
  params.steps = {Step::from_text("A"), Step::from_text("B")};
  const Scope scope;
  const auto sum_of = [&](std::vector<const char*> currencies) {
    State state(params, scope);
    for (const auto* currency : currencies) {
      const auto part = part_in(currency);
      state.merge(observed(params, scope, part, part.batch()));
    }
    return state.finish().steps[0].value;
  };
  EXPECT_EQ(sum_of({"EUR", "EUR"}), 10);
  EXPECT_EQ(sum_of({nullptr, nullptr}), 10);
  EXPECT_EQ(sum_of({"EUR", "USD"}), std::nullopt);
  EXPECT_EQ(sum_of({"USD", "EUR", "EUR"}), std::nullopt);
  EXPECT_EQ(sum_of({"EUR", nullptr}), std::nullopt);
}

TEST(funnel, says_its_rules_and_why_figures_are_missing) {
  Params params;
  params.steps = {Step::from_text("A"), Step::from_text("B")};
  const auto part = MemoryPart::of({{.customer = "ann", .time = Time{}, .event = "A"}});
  Meta meta;
  observed(params, {.newest = Time{}}, part, part.batch()).describe(meta);
  EXPECT_GE(meta.policy.size(), 8u);
  EXPECT_EQ(meta.undefined.at("/steps/1/rate"), "no entry has had its whole window yet");
  EXPECT_EQ(meta.undefined.at("/steps/1/median_seconds"), "nobody got to this step");
  EXPECT_EQ(meta.undefined.at("/steps/1/value"), "no event of this step has money");
}

TEST(funnel, loading_refuses_another_number_of_steps) {
  Params two, three;
  two.steps = {Step::from_text("A"), Step::from_text("B")};
  three.steps = {Step::from_text("A"), Step::from_text("B"), Step::from_text("C")};
  State state(two, Scope{});
  const auto bytes = saved(state);
  EXPECT_NO_THROW(loaded(bytes, two, Scope{}));
  EXPECT_THROW(loaded(bytes, three, Scope{}), Error);
}

TEST(funnel, sixty_four_steps) {
  Params params;
  std::vector<MemoryEvent> events;
  for (int i = 0; i < 64; ++i) {
    const auto name = "E" + std::to_string(i);
    params.steps.push_back(Step::from_text(name));
    events.push_back({.customer = "ann", .time = Time{i * 1'000'000}, .event = name});
  }
  params.validate();
  const auto part = MemoryPart::of(events);
  for (const auto order : {Order::ordered, Order::strict, Order::unordered}) {
    params.order = order;
    const auto result = observed(params, {.newest = Time{}}, part, part.batch()).finish();
    EXPECT_EQ(result.steps[63].journeys, 1);
    EXPECT_EQ(result.steps[63].total_median_seconds, 63);
  }
}

TEST(funnel, times_at_the_ends_of_the_range_of_numbers_do_no_harm) {
  Params params;
  params.steps = {Step::from_text("A"), Step::from_text("B")};
  const auto part =
      MemoryPart::of({{.customer = "ann", .time = Time{std::numeric_limits<std::int64_t>::max() - 1}, .event = "A"},
                      {.customer = "ann", .time = Time{std::numeric_limits<std::int64_t>::max() - 1}, .event = "B"},
                      {.customer = "bob", .time = Time{std::numeric_limits<std::int64_t>::min() / 2}, .event = "A"},
                      {.customer = "bob", .time = Time{0}, .event = "B"}});
  const auto result = observed(params, {.newest = Time{0}}, part, part.batch()).finish();
  EXPECT_EQ(result.steps[0].journeys, 2);
  EXPECT_EQ(result.steps[1].journeys, 1);
  EXPECT_EQ(result.steps[0].rate.whole, 1);
}

double seconds_of(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The plain case has a path of its own for its speed alone. A ratio within one run says whether it still has it, on any
// machine: about 20 when this was written.
TEST(funnel, the_plain_path_is_many_times_as_fast_as_the_general_matcher) {
#if !defined(NDEBUG) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "speed is that of a release build without sanitizers";
#endif
  Random random{std::mt19937_64(1)};
  const auto part = MemoryPart::of(random_events(random, {.journeys = 20'000, .most_events = 40}));
  Params params;
  for (const char* name : {"E1", "E2", "E3", "E4"}) params.steps.push_back(Step::from_text(name));
  params.window = days(1);
  const Scope scope{.newest = part.newest().value()};
  const Binding binding(params, scope, part);
  const Rules rules(params, scope);
  State state(params, scope);
  Attempts attempts;
  ASSERT_TRUE(binding.fast.applies());
  auto fastest_plain = std::numeric_limits<double>::max();
  auto fastest_general = fastest_plain;
  std::uint64_t entries = 0;
  for (int round = 0; round < 9; ++round) {
    fastest_plain = std::min(fastest_plain, seconds_of([&] { state.observe(binding, part.batch()); }));
    const auto general = seconds_of([&] {
      for (std::size_t j = 0; j < part.journeys(); ++j) {
        entries += attempts.find(rules, binding.table, part.first[j], part.first[j + 1]).size();
      }
    });
    fastest_general = std::min(fastest_general, general);
  }
  const auto ratio = fastest_general / fastest_plain;
  std::cout << "the general matcher takes " << ratio << " times as long, " << part.events() << " events\n";
  EXPECT_EQ(static_cast<std::int64_t>(entries), state.finish().steps[0].journeys);
  EXPECT_GT(ratio, 3);
}

/// Of the steps A, B, C under rules in JSON with ' for ".
Params params_of(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  auto given = json::parse("{" + text + "}", "test").get_object();
  given["steps"] = json::array{"A", "B", "C"};
  auto params = from_json<Params>(Params::complete(given), "funnel");
  if (params.count == Count::sessions) params.session = SessionRule();
  params.validate();
  return params;
}

TEST(funnel, times_at_the_ends_of_the_range_of_numbers_do_no_harm_under_any_rule) {
  constexpr auto first = Time::earliest().micros;
  constexpr auto last = Time::latest().micros - 1;  // the last moment itself is in no range: ranges are half-open
  std::vector<MemoryEvent> events;
  for (const auto& [time, name] : std::vector<std::pair<std::int64_t, std::string>>{{first, "A"},
                                                                                    {first + 1, "X"},
                                                                                    {0, "A"},
                                                                                    {1, "B"},
                                                                                    {last - 1, "X"},
                                                                                    {last, "A"},
                                                                                    {last, "B"},
                                                                                    {last, "C"}}) {
    events.push_back({.customer = "ann", .time = Time{time}, .event = name});
  }
  const auto part = MemoryPart::of(events);
  for (const auto* rule :
       {"'window': '36525d'", "'window': '36525d', 'count': 'entries'", "'count': 'sessions'",
        "'window_from': 'previous_step', 'gap_min': '1s'", "'same_time': 'any_order', 'tolerance': '1d'",
        "'same_time': 'strictly_later', 'tolerance': '1d'", "'round': '1d'", "'order': 'unordered'", "'entry': 'last'",
        "'entry': 'rolling'", "'order': 'strict', 'round': '1h'",
        "'count': 'entries', 'window_from': 'previous_step'"}) {
    for (const auto* effect : {"stop", "remove"}) {
      SCOPED_TRACE(rule);
      const auto params =
          params_of(std::string(rule) + ", 'exclude': [{'event': 'X', 'between': [1, 3], 'effect': '" + effect + "'}]");
      const auto result = observed(params, {.newest = Time{last}}, part, part.batch()).finish();
      EXPECT_GE(result.steps[0].journeys, result.steps[2].journeys);
      EXPECT_LE(result.steps[0].journeys, 3);
    }
  }
}

/// One journey of many events in a pattern of names, a second apart.
MemoryPart long_journey(std::string_view pattern, std::int64_t count) {
  std::vector<MemoryEvent> events;
  for (std::int64_t i = 0; i < count; ++i) {
    MemoryEvent event;
    event.customer = "one";
    event.time = Time{i * 1'000'000};
    event.event = std::string(1, pattern[static_cast<std::size_t>(i) % pattern.size()]);
    events.push_back(std::move(event));
  }
  return MemoryPart::of(std::move(events));
}

void expect_an_answer(std::string_view pattern, std::int64_t many, const MemoryPart& part, const std::string& rules) {
  SCOPED_TRACE(std::string(pattern) + " " + rules);
  const auto state = observed(params_of(rules), {.newest = Time{many * 1'000'000}}, part, part.batch());
  EXPECT_LE(state.finish().steps[0].journeys, many);
}

// Work that grew with the square of a journey's length would take many minutes in these two tests.
TEST(funnel, a_very_long_journey_is_looked_at_a_few_times_under_every_rule) {
  constexpr std::int64_t many = 20'000;
  const std::vector<std::string> rules = {
      "",
      "'entry': 'first'",
      "'entry': 'last'",
      "'count': 'entries'",
      "'count': 'entries', 'order': 'strict'",
      "'count': 'entries', 'window_from': 'previous_step'",
      "'count': 'entries', 'order': 'unordered'",
      "'count': 'sessions'",
      "'order': 'strict'",
      "'order': 'unordered'",
      "'window_from': 'previous_step', 'gap_min': '2s'",
      "'optional': [2]",
      "'like': 'mixpanel'",
      "'like': 'amplitude'",
      "'like': 'amplitude', 'round': '1h'",
      "'like': 'posthog'",
      "'like': 'posthog', 'order': 'strict'",
      "'like': 'clickhouse'",
      "'like': 'clickhouse', 'modes': ['strict_once']",
      "'like': 'clickhouse', 'modes': ['strict_once', 'strict_increase']",
      "'like': 'clickhouse', 'modes': ['strict_order', 'allow_reentry', 'strict_deduplication']",
      "'like': 'ga4'",
      "'like': 'adobe'"};
  const std::vector<std::string> exclusions = {
      "", "'between': [1, 2], 'effect': 'stop'", "'between': [2, 3], 'effect': 'stop'",
      "'between': [1, 2], 'effect': 'remove'", "'between': [2, 3], 'effect': 'remove'"};
  for (const auto* pattern : {"AX", "ABX", "ABCX", "AABBX", "ABYX", "ABXC", "AAAAAAAAAB"}) {
    const auto part = long_journey(pattern, many);
    for (const auto& rule : rules) {
      for (const auto& exclusion : exclusions) {
        if (!exclusion.empty() && rule.find("modes") != std::string::npos) continue;
        for (const auto* window : {"10s", "3000d"}) {
          std::string text = rule + (rule.empty() ? "" : ", ") + "'window': '" + window + "'";
          if (!exclusion.empty()) text += ", 'exclude': [{'event': 'X', " + exclusion + "}]";
          expect_an_answer(pattern, many, part, text);
        }
      }
    }
  }
}

TEST(funnel, entries_of_a_journey_of_200000_events_are_laid_end_to_end_in_one_look) {
  constexpr std::int64_t many = 200'000;
  const std::vector<std::string> exclusions = {
      "",
      ", 'exclude': [{'event': 'X', 'between': [1, 2], 'effect': 'remove'}]",
      ", 'exclude': [{'event': 'X', 'between': [2, 3], 'effect': 'remove'}]",
      ", 'exclude': [{'event': 'X', 'between': [1, 3], 'effect': 'remove'}]",
      ", 'exclude': [{'event': 'X', 'between': [2, 3]}]",
      ", 'exclude': [{'event': 'X', 'between': [1, 2]}, {'event': 'Y', 'between': [2, 3], 'effect': 'remove'}]",
      ", 'exclude': [{'event': 'Y', 'between': [1, 2]}, {'event': 'X', 'between': [2, 3], 'effect': 'remove'}]"};
  for (const auto* pattern : {"AX", "ABX", "ABXC", "ABXXXXXYC", "AAAABX"}) {
    const auto part = long_journey(pattern, many);
    for (const auto* from : {"first_step", "previous_step"}) {
      for (const auto* rule : {"", ", 'order': 'strict'"}) {
        for (const auto& exclusion : exclusions) {
          expect_an_answer(
              pattern, many, part,
              "'count': 'entries', 'window': '3000d', 'window_from': '" + std::string(from) + "'" + rule + exclusion);
        }
      }
    }
  }
}

}  // namespace
}  // namespace peregrine::funnel
