// The matchers against a reference that tries every choice of events there is, on small random journeys under random
// parameters. The reference knows the rules (analyses.md) and nothing of how the matchers work.
// The seed is printed; PEREGRINE_SEED repeats a run and PEREGRINE_ROUNDS makes it longer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <set>

#include "analyses/funnel/funnel.hpp"
#include "model/memory_part.hpp"

namespace peregrine::funnel {
namespace {

struct Random {
  std::mt19937_64 engine;
  std::int64_t upto(std::int64_t most) {
    return static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(most + 1));
  }
  bool one_in(std::int64_t many) { return upto(many - 1) == 0; }
};

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Random seeded() {
  const auto seed = number_from("PEREGRINE_SEED", std::random_device{}());
  std::cout << "PEREGRINE_SEED=" << seed << "\n";
  return {std::mt19937_64(seed)};
}

struct TestEvent {
  std::string name;
  std::int64_t time = 0;  // seconds
  std::optional<std::string> colour;
  double size = 0;
  std::optional<std::int64_t> value;
};
using TestJourney = std::vector<TestEvent>;

/// What the reference found: the events of each step by place in the journey, -1 for one that was skipped.
struct Way {
  std::vector<int> events;
  bool clean = true;
  std::size_t depth() const { return events.size(); }
};

class Reference {
 public:
  Reference(const Params& params, const Scope& scope) : params_(params), scope_(scope) {}

  std::vector<Way> entries(const TestJourney& journey) {
    journey_ = &journey;
    find_repeated();
    std::vector<int> starts;
    for (int i = 0; i < size(); ++i) {
      if (can_start(i)) starts.push_back(i);
    }
    if (starts.empty()) return {};
    std::vector<Way> counted;
    if (params_.count == Count::entries) {
      std::set<std::string> values;
      for (const auto start : starts) values.insert(value_of(start));
      for (const auto& value : values) {
        int row = -1;
        std::int64_t time = std::numeric_limits<std::int64_t>::min();
        for (const auto start : starts) {
          if (value_of(start) != value || start <= row || seconds_at(start) <= time) continue;
          const auto way = best_of({start});
          if (way.clean) counted.push_back(way);
          end_of(way, row, time);
        }
      }
    } else {
      if (params_.entry == Entry::first) starts = {starts.front()};
      if (params_.entry == Entry::last) starts = {starts.back()};
      const auto way = best_of(starts);
      if (way.clean) counted.push_back(way);
    }
    return counted;
  }

 private:
  int size() const { return static_cast<int>(journey_->size()); }
  const TestEvent& at(int i) const { return (*journey_)[static_cast<std::size_t>(i)]; }
  std::int64_t seconds_at(int i) const { return at(i).time; }
  std::size_t steps() const { return params_.steps.size(); }
  std::int64_t window() const { return params_.window.micros / 1'000'000; }
  std::int64_t tolerance() const { return params_.tolerance.micros / 1'000'000; }
  std::string value_of(int i) const { return params_.hold.empty() ? "" : at(i).colour.value_or("nothing"); }

  /// Rounded, an event is another one again when name, time and held value are the same and it fills the same steps.
  void find_repeated() {
    repeated_.assign(journey_->size(), false);
    if (params_.round == Duration{}) return;
    const auto same = [&](int a, int b) {
      if (at(a).name != at(b).name || seconds_at(a) != seconds_at(b) || value_of(a) != value_of(b)) return false;
      for (std::size_t step = 0; step < steps(); ++step) {
        if (fills(a, step) != fills(b, step)) return false;
      }
      return fills_any(a);
    };
    auto repeated = repeated_;
    for (int i = 0; i < size(); ++i) {
      for (int before = 0; before < i; ++before) {
        if (same(before, i)) repeated[static_cast<std::size_t>(i)] = true;
      }
    }
    repeated_ = repeated;
  }
  /// True when some other event lies between two. Rounded, one that fills no step does so only by its time.
  bool are_parted(int before, int after) const {
    for (int i = before + 1; i < after; ++i) {
      if (repeated_[static_cast<std::size_t>(i)]) continue;
      const bool at_either = seconds_at(i) == seconds_at(before) || seconds_at(i) == seconds_at(after);
      if (params_.round == Duration{} || fills_any(i) || !at_either) return true;
    }
    return false;
  }

  bool counts(int i) const {
    if (repeated_[static_cast<std::size_t>(i)]) return false;
    if (params_.complete_by == CompleteBy::to && seconds_at(i) * 1'000'000 >= scope_.to.micros) return false;
    return params_.hold.empty() || at(i).colour.has_value();
  }
  bool fills(int i, std::size_t step) const {
    const auto events = params_.steps[step].events();
    if (!counts(i) || std::find(events.begin(), events.end(), at(i).name) == events.end()) return false;
    return params_.steps[step].where.empty() || at(i).size > 1;  // the only expression these tests use
  }
  bool is_direct(std::size_t step) const { return params_.order == Order::strict || params_.steps[step].directly; }
  bool fills_any(int i) const {
    for (std::size_t step = 0; step < steps(); ++step) {
      if (fills(i, step)) return true;
    }
    return false;
  }
  bool can_start(int i) const {
    const bool first = params_.order == Order::unordered ? fills_any(i) : fills(i, 0);
    return first && scope_.contains(seconds_at(i) * 1'000'000);
  }
  bool has_own_events(std::size_t step) const {
    for (std::size_t other = 0; other < steps(); ++other) {
      if (other == step) continue;
      for (const auto& event : params_.steps[step].events()) {
        const auto events = params_.steps[other].events();
        if (std::find(events.begin(), events.end(), event) != events.end()) return false;
      }
    }
    return true;
  }

  /// Exclusions named by event i that act for a held value.
  std::vector<const Exclusion*> excluded_by(int i, const std::string& value) const {
    std::vector<const Exclusion*> acting;
    if (repeated_[static_cast<std::size_t>(i)]) return acting;
    if (params_.complete_by == CompleteBy::to && seconds_at(i) * 1'000'000 >= scope_.to.micros) return acting;
    if (!params_.hold.empty() && at(i).colour && *at(i).colour != value) return acting;
    for (const auto& exclusion : params_.exclude) {
      if (exclusion.event == at(i).name) acting.push_back(&exclusion);
    }
    return acting;
  }
  static std::size_t from(const Exclusion& exclusion) { return static_cast<std::size_t>(exclusion.between[0]); }
  static std::size_t until(const Exclusion& exclusion) { return static_cast<std::size_t>(exclusion.between[1]); }

  static int latest(const Way& way) { return *std::max_element(way.events.begin(), way.events.end()); }
  static int last(const Way& way) {
    return *std::find_if(way.events.rbegin(), way.events.rend(), [](int event) { return event >= 0; });
  }

  /// May `event` fill the next step of the way, after `skipped` optional ones?
  bool may_follow(const Way& way, int event, std::size_t skipped) const {
    const auto step = way.depth() + skipped;
    if (!fills(event, step) || value_of(event) != value_of(way.events[0])) return false;
    const int before = last(way);
    const int furthest = latest(way);
    const auto since = seconds_at(event) - seconds_at(furthest);
    switch (params_.same_time) {
      case SameTime::arrival:
        if (event < before || (event == before && !params_.reuse_event)) return false;
        break;
      case SameTime::strictly_later:
        if (since <= tolerance()) return false;
        break;
      case SameTime::step_order: return false;  // of entry rolling only
      case SameTime::any_order: {
        const bool movable = params_.reuse_event || has_own_events(step);
        const bool used = std::find(way.events.begin(), way.events.end(), event) != way.events.end();
        if (event <= furthest && (!movable || -since > tolerance() || (used && !params_.reuse_event))) return false;
        break;
      }
    }
    if (seconds_at(event) - seconds_at(before) < params_.gap_min.micros / 1'000'000 && params_.gap_min > Duration{})
      return false;
    if (is_direct(step) && are_parted(before, event)) return false;
    const auto measured_from = params_.window_from == WindowFrom::first_step ? way.events[0] : furthest;
    if (seconds_at(event) - seconds_at(measured_from) > window()) return false;
    std::size_t filled = way.depth();
    while (way.events[filled - 1] < 0) --filled;
    for (int i = furthest + 1; i < event; ++i) {
      for (const auto* exclusion : excluded_by(i, value_of(way.events[0]))) {
        if (filled < until(*exclusion) && step + 1 > from(*exclusion)) return false;
      }
    }
    return true;
  }

  /// The first event that stops an entry which went this way and no further.
  std::optional<int> stop_of(const Way& way) const {
    const int base = params_.window_from == WindowFrom::first_step ? way.events[0] : latest(way);
    for (int i = latest(way) + 1; i < size() && seconds_at(i) - seconds_at(base) <= window(); ++i) {
      for (const auto* exclusion : excluded_by(i, value_of(way.events[0]))) {
        if (from(*exclusion) <= way.depth() && way.depth() < until(*exclusion)) return i;
      }
    }
    return std::nullopt;
  }
  bool is_clean(const Way& way) const {
    const auto stop = stop_of(way);
    if (!stop) return true;
    for (const auto* exclusion : excluded_by(*stop, value_of(way.events[0]))) {
      if (exclusion->effect == Effect::remove && from(*exclusion) <= way.depth() && way.depth() < until(*exclusion)) {
        return false;
      }
    }
    return true;
  }

  void try_all(Way& way, std::vector<Way>& ways) const {
    ways.push_back(way);
    for (std::size_t skipped = 0; way.depth() + skipped < steps(); ++skipped) {
      for (int event = 0; event < size(); ++event) {
        if (!may_follow(way, event, skipped)) continue;
        auto longer = way;
        longer.events.insert(longer.events.end(), skipped, -1);
        longer.events.push_back(event);
        try_all(longer, ways);
      }
      const auto number = static_cast<std::int64_t>(way.depth() + skipped + 1);
      if (std::find(params_.optional.begin(), params_.optional.end(), number) == params_.optional.end()) break;
    }
  }

  /// How many different steps some events can fill, each event one (or, reused, as many as it can).
  std::size_t most_filled(const std::vector<int>& events, std::size_t step, std::set<int>& used) const {
    if (step == steps()) return 0;
    auto most = most_filled(events, step + 1, used);
    for (const auto event : events) {
      if (!fills(event, step) || (used.count(event) > 0 && !params_.reuse_event)) continue;
      const bool added = used.insert(event).second;
      most = std::max(most, 1 + most_filled(events, step + 1, used));
      if (added) used.erase(event);
    }
    return most;
  }
  Way collected_from(int start) const {
    Way way;
    std::vector<int> events;
    for (int i = start; i < size() && seconds_at(i) - seconds_at(start) <= window(); ++i) {
      if (way.depth() > 0) {
        for (const auto* exclusion : excluded_by(i, value_of(start))) {
          if (i > way.events.back() && from(*exclusion) <= way.depth() && way.depth() < until(*exclusion) &&
              !stops_itself(i, events, way)) {
            way.clean = is_clean(way);
            return way;
          }
        }
      }
      if (!counts(i) || value_of(i) != value_of(start)) continue;
      events.push_back(i);
      std::set<int> used;
      const auto filled = most_filled(events, 0, used);
      while (way.depth() < filled) way.events.push_back(i);
      // An event that fills a step and is excluded from then on has come before itself.
    }
    way.clean = is_clean(way);
    return way;
  }
  /// An excluded event that itself fills the next step does so before it could stop anything.
  bool stops_itself(int i, std::vector<int> events, const Way& way) const {
    if (!counts(i) || value_of(i) != value_of(way.events[0])) return false;
    events.push_back(i);
    std::set<int> used;
    return most_filled(events, 0, used) > way.depth();
  }

  Way best_of(const std::vector<int>& starts) const {
    std::vector<Way> ways;
    for (const auto start : starts) {
      if (params_.order == Order::unordered) {
        ways.push_back(collected_from(start));
        continue;
      }
      Way way{{start}, true};
      try_all(way, ways);
    }
    std::size_t depth = 0;
    for (const auto& way : ways) depth = std::max(depth, way.depth());
    std::optional<Way> best;
    for (auto& way : ways) {
      if (way.depth() != depth) continue;
      way.clean = is_clean(way);
      const auto order_of = [](const Way& each) {
        std::vector<unsigned> order;
        for (const auto event : each.events) order.push_back(static_cast<unsigned>(event));  // skipped: last
        return std::make_pair(!each.clean, order);
      };
      if (!best || order_of(way) < order_of(*best)) best = way;
    }
    return *best;
  }

  /// Where an entry ended: the next begins after this row and after this time.
  void end_of(const Way& way, int& row, std::int64_t& time) const {
    row = latest(way);
    if (way.depth() == steps() || is_direct(way.depth())) return;
    if (const auto stop = stop_of(way)) {
      row = *stop;
      return;
    }
    time = seconds_at(params_.window_from == WindowFrom::first_step ? way.events[0] : latest(way)) + window();
  }

  const Params& params_;
  const Scope& scope_;
  const TestJourney* journey_ = nullptr;
  std::vector<bool> repeated_;
};

/// A journey as the rule of rounding makes it: the nearest multiple, halves up.
TestJourney rounded(const Params& params, TestJourney journey) {
  const auto unit = params.round.micros / 1'000'000;
  for (auto& event : journey) {
    if (unit > 0) event.time = (2 * event.time + unit) / (2 * unit) * unit;
  }
  return journey;
}

std::vector<std::string> some_names(Random& random, std::int64_t kinds) {
  std::vector<std::string> names;
  const auto count = random.one_in(6) ? 2 : 1;
  for (int i = 0; i < count; ++i) names.emplace_back(1, static_cast<char>('A' + random.upto(kinds - 1)));
  return names;
}

Params random_params(Random& random) {
  Params params;
  const auto steps = 2 + random.upto(2);
  const auto kinds = 2 + random.upto(2);
  const bool own = random.one_in(2);  // each step an event of its own
  for (std::int64_t i = 0; i < steps; ++i) {
    Step step;
    auto names = own ? std::vector{std::string(1, static_cast<char>('A' + i))} : some_names(random, kinds);
    if (names.size() == 1) {
      step.event = names[0];
    } else {
      step.any = names;
    }
    if (random.one_in(8)) step.where = "size > 1";
    params.steps.push_back(step);
  }
  params.window = seconds(1 + random.upto(random.one_in(2) ? 6 : 25));
  params.order = random.one_in(4) ? Order::strict : random.one_in(4) ? Order::unordered : Order::ordered;
  params.entry = static_cast<Entry>(random.upto(2));
  if (random.one_in(2)) params.entry = Entry::best;
  if (random.one_in(3)) {
    params.count = Count::entries;
    if (params.entry == Entry::last) params.entry = Entry::best;
  }
  if (params.order != Order::unordered) {
    if (random.one_in(3)) params.window_from = WindowFrom::previous_step;
    if (random.one_in(3)) params.gap_min = seconds(1 + random.upto(3));
    for (std::int64_t step = 2; step < steps; ++step) {
      if (random.one_in(3)) params.optional.push_back(step);
    }
    if (random.one_in(4)) params.same_time = SameTime::strictly_later;
  }
  if (random.one_in(3) && params.order != Order::strict) {
    params.same_time = SameTime::any_order;
    params.gap_min = {};
  }
  if (params.same_time != SameTime::arrival && random.one_in(2)) params.tolerance = seconds(1 + random.upto(2));
  while (random.one_in(2) && params.exclude.size() < 3) {
    Exclusion exclusion;
    exclusion.event = random.one_in(4) ? some_names(random, kinds)[0] : random.one_in(3) ? "Y" : "X";
    const auto begin = 1 + random.upto(steps - 2);
    exclusion.between = {begin, begin + 1 + random.upto(steps - begin - 1)};
    exclusion.effect = random.one_in(2) ? Effect::remove : Effect::stop;
    params.exclude.push_back(exclusion);
  }
  if (random.one_in(3)) params.hold = "colour";
  params.reuse_event = random.one_in(4);
  if (random.one_in(4)) params.round = seconds(2 + random.upto(2));
  if (random.one_in(3)) params.complete_by = CompleteBy::to;
  if (random.one_in(6)) params.matured = Matured::everybody;
  if (params.order == Order::ordered && params.same_time != SameTime::any_order && random.one_in(4)) {
    params.steps[static_cast<std::size_t>(1 + random.upto(steps - 2))].directly = true;
  }
  return params;
}

TestJourney random_journey(Random& random, std::int64_t most) {
  TestJourney journey;
  std::int64_t time = random.upto(5);
  const auto count = random.upto(most);
  for (std::int64_t i = 0; i < count; ++i) {
    TestEvent event;
    event.name = std::string(1, "AAABBBCCDXXYZ"[random.upto(12)]);
    time += random.one_in(3) ? 0 : random.upto(3);
    event.time = time;
    if (!random.one_in(6)) event.colour = random.one_in(3) ? "red" : "blue";
    event.size = static_cast<double>(random.upto(4));
    if (random.one_in(2)) event.value = random.upto(1000);
    journey.push_back(event);
  }
  return journey;
}

MemoryPart part_of(const std::vector<TestJourney>& journeys, bool wide_codes) {
  std::vector<MemoryEvent> events;
  for (std::size_t j = 0; j < journeys.size(); ++j) {
    for (const auto& each : journeys[j]) {
      MemoryEvent event;
      event.customer = "c" + std::to_string(10'000 + j);
      event.time = Time{each.time * 1'000'000};
      event.event = each.name;
      event.value = each.value;
      event.properties["size"] = each.size;
      if (each.colour) event.properties["colour"] = *each.colour;
      events.push_back(event);
    }
  }
  MemoryPart::Options options;
  options.wide_codes = wide_codes;
  return MemoryPart::of(std::move(events), options);
}

Scope random_scope(Random& random) {
  Scope scope;
  if (random.one_in(2)) scope.from = Time{random.upto(10) * 1'000'000};
  if (random.one_in(2)) scope.to = Time{(8 + random.upto(12)) * 1'000'000};
  scope.newest = Time{(10 + random.upto(30)) * 1'000'000};
  return scope;
}

std::string text_of(const Params& params, const Scope& scope, const std::vector<TestJourney>& journeys) {
  std::string text = json::format(to_json(params)) + "\nfrom " + format_time(scope.from) + " to " +
                     format_time(scope.to) + " newest " + format_time(scope.newest) + "\n";
  for (const auto& journey : journeys) {
    for (const auto& event : journey) {
      text += event.name + "@" + std::to_string(event.time) + (event.colour ? "/" + *event.colour : "") +
              (event.size > 1 ? "+" : "") + " ";
    }
    text += "\n";
  }
  return text;
}

std::optional<double> nearest_rank(std::vector<std::int64_t> times, double q) {
  if (times.empty()) return std::nullopt;
  std::sort(times.begin(), times.end());
  return static_cast<double>(times[static_cast<std::size_t>(std::ceil(q * static_cast<double>(times.size()))) - 1]);
}

/// What the ways of all journeys say of each step, counted here in the plainest way.
struct Expected {
  std::int64_t journeys = 0, matured = 0;
  std::optional<std::int64_t> value;
  std::vector<std::int64_t> since_previous, since_first;
};

std::vector<Expected> count(const Params& params, const Scope& scope, const std::vector<TestJourney>& journeys,
                            const std::vector<std::vector<Way>>& ways) {
  std::vector<Expected> steps(params.steps.size());
  const auto horizon = params.complete_by == CompleteBy::to ? std::min(scope.to, scope.newest) : scope.newest;
  for (std::size_t j = 0; j < journeys.size(); ++j) {
    for (const auto& way : ways[j]) {
      const auto time = [&](int event) { return journeys[j][static_cast<std::size_t>(event)].time; };
      const bool matured = params.matured == Matured::everybody ||
                           time(way.events[0]) * 1'000'000 + params.window.micros <= horizon.micros;
      int before = way.events[0];
      for (std::size_t k = 0; k < way.depth(); ++k) {
        if (way.events[k] < 0) continue;
        ++steps[k].journeys;
        steps[k].matured += matured ? 1 : 0;
        if (const auto value = journeys[j][static_cast<std::size_t>(way.events[k])].value) {
          steps[k].value = steps[k].value.value_or(0) + *value;
        }
        if (k == 0) continue;
        steps[k].since_previous.push_back(std::max<std::int64_t>(0, time(way.events[k]) - time(before)));
        steps[k].since_first.push_back(std::max<std::int64_t>(0, time(way.events[k]) - time(way.events[0])));
        before = way.events[k];
      }
    }
  }
  return steps;
}

void expect_same(const Result& result, const std::vector<Expected>& expected, const Params& params) {
  ASSERT_EQ(result.steps.size(), expected.size());
  std::size_t before = 0;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    const auto& row = result.steps[k];
    const bool may_be_skipped = std::find(params.optional.begin(), params.optional.end(),
                                          static_cast<std::int64_t>(k + 1)) != params.optional.end();
    EXPECT_EQ(row.journeys, expected[k].journeys) << k;
    EXPECT_EQ(row.rate.part, expected[k].matured) << k;
    EXPECT_EQ(row.rate.whole, expected[0].matured) << k;
    EXPECT_EQ(row.step_rate.whole, expected[before].matured) << k;
    EXPECT_EQ(row.lost, may_be_skipped ? 0 : expected[before].matured - expected[k].matured) << k;
    EXPECT_EQ(row.immature, expected[0].journeys - expected[0].matured - expected[k].journeys + expected[k].matured)
        << k;
    EXPECT_EQ(row.median_seconds, nearest_rank(expected[k].since_previous, 0.5)) << k;
    EXPECT_EQ(row.p90_seconds, nearest_rank(expected[k].since_previous, 0.9)) << k;
    EXPECT_EQ(row.total_median_seconds, nearest_rank(expected[k].since_first, 0.5)) << k;
    ASSERT_EQ(row.value.has_value(), expected[k].value.has_value()) << k;
    EXPECT_EQ(row.value.value_or(0), static_cast<double>(expected[k].value.value_or(0)) / 1e6) << k;
    if (!may_be_skipped) before = k;
  }
}

/// One random case: every entry's events and every figure agree with the reference.
void run_case(Random& random, const Params& params) {
  ASSERT_NO_THROW(params.validate());
  const auto scope = random_scope(random);
  std::vector<TestJourney> journeys(static_cast<std::size_t>(1 + random.upto(4)));
  for (auto& journey : journeys) {
    while (journey.empty()) journey = random_journey(random, 9);
  }
  SCOPED_TRACE(text_of(params, scope, journeys));
  const auto part = part_of(journeys, random.one_in(3));
  for (auto& journey : journeys) journey = rounded(params, std::move(journey));

  Reference reference(params, scope);
  const StepTable table(params, scope, part);
  const Rules rules(params, scope);
  Attempts attempts;
  std::vector<std::vector<Way>> ways;
  for (std::size_t j = 0; j < journeys.size(); ++j) {
    ways.push_back(reference.entries(journeys[j]));
    std::vector<std::vector<int>> expected, got;
    for (const auto& way : ways.back()) expected.push_back(way.events);
    for (const auto& match : attempts.find(rules, table, part.first[j], part.first[j + 1])) {
      auto& events = got.emplace_back();
      for (unsigned k = 0; k < match.depth; ++k) {
        events.push_back(match.rows[k] == no_row ? -1 : static_cast<int>(match.rows[k] - part.first[j]));
      }
    }
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, expected) << "journey " << j;
  }

  const Binding binding(params, scope, part);
  State state(params, scope);
  state.observe(binding, part.batch());
  state.settle(binding);
  expect_same(state.finish(), count(params, scope, journeys, ways), params);
}

TEST(funnel_reference, every_choice_of_events_under_every_rule) {
  auto random = seeded();
  const auto rounds = number_from("PEREGRINE_ROUNDS", 20'000);
  for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++round) run_case(random, random_params(random));
}

TEST(funnel_reference, the_plain_case_that_has_a_path_of_its_own) {
  auto random = seeded();
  const auto rounds = number_from("PEREGRINE_ROUNDS", 20'000);
  for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++round) {
    Params params;
    const auto steps = 2 + random.upto(2);
    for (std::int64_t i = 0; i < steps; ++i) {
      params.steps.push_back(Step::from_text(std::string(1, static_cast<char>('A' + i))));
    }
    if (random.one_in(4)) params.steps[0] = {"", {"A", "D"}, "", ""};
    params.window = seconds(1 + random.upto(12));
    run_case(random, params);
  }
}

}  // namespace
}  // namespace peregrine::funnel
