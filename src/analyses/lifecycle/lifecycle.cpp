#include "analyses/lifecycle/lifecycle.hpp"

#include <algorithm>

#include "statistics/mean.hpp"

namespace peregrine::lifecycle {

namespace {

constexpr std::size_t nowhere = ~std::size_t{0};

struct Span {
  Time first = Time::latest();
  Time last = Time::earliest();
};

/// The first and the last event of a part.
Span span_of(const Part& part) {
  Span span;
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    if (part.first[journey] == part.first[journey + 1]) continue;
    span.first = std::min(span.first, Time{part.time[part.first[journey]]});
    span.last = std::max(span.last, Time{part.time[part.first[journey + 1] - 1]});
  }
  return span;
}

}  // namespace

/// A run of activity within one period, and what came before it.
struct State::Stretch {
  std::size_t period = nowhere;  // nowhere: there was none yet, or long ago
  std::size_t before = nowhere;  // the period of the activity before, likewise
  bool first = true;             // there was no activity before
  std::size_t days = 0;          // with activity
};

State::Binding::Binding(const Params& params, const Scope& scope, const Part& part)
    : time(part.time), event(part.event), active(params.active->by_code(part.labels)), end(scope.to.micros) {
  if (std::find(active.begin(), active.end(), 0) == active.end()) active.clear();
  auto [first, last] = span_of(part);
  if (last < first) return;
  const auto bucket = bucket_of(params.period);
  // The period before the range says who returns; what came earlier only that it came.
  if (scope.from > first) first = std::max(first, begin_of_bucket(scope.from, bucket, scope.zone, -1));
  last = std::max(last, scope.newest);
  if (scope.to <= last) last = Time{scope.to.micros - 1};
  periods = PeriodTable(bucket, scope.zone, first, last);
  if (periods.size() == 0) return;
  days = PeriodTable(Bucket::day, scope.zone, Time{periods.begin(0)}, last);
  while (first_shown < periods.size() && periods.begin(first_shown) < scope.from.micros) ++first_shown;
}

void State::observe(const Binding& binding, const JourneyBatch& batch) noexcept {
  if (here_.empty()) here_.resize(binding.periods.size());
  if (here_.empty()) return;  // nothing lies before the end of the range
  if (binding.event.wide != nullptr) {
    observe_codes(binding, batch, binding.event.wide);
  } else {
    observe_codes(binding, batch, binding.event.narrow);  // null when no code is looked at
  }
}

template <class Codes>
void State::observe_codes(const Binding& binding, const JourneyBatch& batch, Codes codes) {
  const auto& days = binding.days;
  const auto& periods = binding.periods;
  for (std::size_t i = 0; i < batch.size; ++i) {
    Stretch stretch;
    bool shown = false;
    auto next_day = periods.begin(0);  // what lies before it needs no further look
    auto next_period = next_day;
    for (auto row = batch.begin[i]; row < batch.end[i]; ++row) {
      const auto time = binding.time[row];
      if (time >= binding.end) break;
      const bool known = stretch.period != nowhere || !stretch.first;  // that there was activity up to next_day
      if (time < next_day && known) continue;
      if (!binding.active.empty() && binding.active[codes[row]] == 0) continue;
      if (time < next_day) {
        stretch.first = false;  // long ago
        continue;
      }
      next_day = days.end(days.find(time));
      if (time >= next_period) {
        end_stretch(stretch);
        stretch.before = stretch.period;
        stretch.first = stretch.first && stretch.before == nowhere;
        stretch.period = periods.find(time);
        stretch.days = 0;
        next_period = periods.end(stretch.period);
        shown = shown || stretch.period >= binding.first_shown;
      }
      ++stretch.days;
    }
    end_stretch(stretch);
    if (stretch.period != nowhere && stretch.period + 1 < periods.size()) ++here_[stretch.period + 1].dormant;
    customers_ += shown ? 1 : 0;
  }
}

void State::end_stretch(const Stretch& stretch) {
  if (stretch.period == nowhere) return;
  auto& tally = here_[stretch.period];
  if (stretch.before != nowhere && stretch.before + 1 == stretch.period) {
    ++tally.returning;
  } else {
    ++(stretch.first ? tally.arrived : tally.resurrected);
    if (stretch.before != nowhere) ++here_[stretch.before + 1].dormant;
  }
  ++tally.days[std::min(stretch.days, most_days) - 1];
}

bool State::Tally::adds_up() const {
  std::int64_t customers = 0;
  for (const auto each : days) customers += each;
  return customers == active() && active() >= 0 && dormant >= 0;
}

void State::Tally::merge(const Tally& other) {
  arrived += other.arrived;
  returning += other.returning;
  resurrected += other.resurrected;
  dormant += other.dormant;
  for (std::size_t i = 0; i < days.size(); ++i) days[i] += other.days[i];
}

void State::settle(const Binding& binding) {
  for (auto place = binding.first_shown; place < here_.size(); ++place) {
    if (here_[place].active() > 0 || here_[place].dormant > 0) {
      tallies_[binding.periods.begin(place)].merge(here_[place]);
    }
  }
  here_.clear();
}

void State::merge(const State& other) {
  customers_ += other.customers_;
  for (const auto& [begin, tally] : other.tallies_) tallies_[begin].merge(tally);
}

bool State::is_complete(std::int64_t begin) const {
  const auto end = begin_of_bucket({begin}, bucket_of(params_.period), scope_.zone, 1);
  return end <= scope_.newest && end <= scope_.to;
}

/// From the first with a customer to the one in which the data or the range ends.
std::vector<std::int64_t> State::shown_periods() const {
  std::vector<std::int64_t> periods;
  if (tallies_.empty()) return periods;
  const auto bucket = bucket_of(params_.period);
  const auto end = std::min(scope_.newest, Time{scope_.to.micros - 1});
  const Time last = std::max(Time{tallies_.rbegin()->first}, begin_of_bucket(end, bucket, scope_.zone));
  const Time first{tallies_.begin()->first};
  for (int later = 0;; ++later) {
    const auto begin = begin_of_bucket(first, bucket, scope_.zone, later);
    if (begin > last) return periods;
    periods.push_back(begin.micros);
  }
}

PeriodRow State::row(std::int64_t begin) const {
  const auto bucket = bucket_of(params_.period);
  const auto found = tallies_.find(begin);
  const auto tally = found == tallies_.end() ? Tally() : found->second;
  const auto end = begin_of_bucket({begin}, bucket, scope_.zone, 1).micros;
  const auto length = scope_.zone.to_local(end) - scope_.zone.to_local(begin);
  PeriodRow row{.period = format_bucket(begin, bucket, scope_.zone),
                .complete = is_complete(begin),
                .active = tally.active(),
                .flow = {.arrived = tally.arrived,
                         .returning = tally.returning,
                         .resurrected = tally.resurrected,
                         .dormant = std::nullopt},
                .days = (length + days(1).micros / 2) / days(1).micros};
  if (row.complete) row.flow.dormant = -tally.dormant;
  for (std::size_t i = 0; i < tally.days.size(); ++i) {
    row.customer_days += tally.days[i] * static_cast<std::int64_t>(i + 1);
  }
  if (row.complete && params_.period != Period::day) {
    row.stickiness = {.days = row.days, .customers = {tally.days.begin(), tally.days.end()}};
  }
  return row;
}

Result State::finish() const {
  Result result{.customers = customers_};
  for (const auto begin : shown_periods()) {
    result.periods.push_back(row(begin));
    const auto found = tallies_.find(begin);
    if (found == tallies_.end()) continue;
    const auto& days = found->second.days;
    for (std::size_t i = 0; i < days.size(); ++i) {
      if (days[i] == 0) continue;
      result.frequency.push_back(
          {.days = static_cast<std::int64_t>(i + 1), .period = result.periods.back().period, .customers = days[i]});
    }
  }
  return result;
}

void State::describe(Meta& meta) const {
  const auto say = [&](std::string rule, std::string words) {
    meta.policy.push_back({std::move(rule), std::move(words)});
  };
  const std::string word(enum_names(Period{})[static_cast<std::size_t>(params_.period)]);
  say("active", params_.active->words());
  say("period", "calendar " + word + "s of the question's zone" +
                    (params_.period == Period::week ? ", from Monday" : "") +
                    "; a day at a daylight-saving change has 23 or 25 hours");
  say("new", "active for the first time ever");
  say("returning", "active, and in the " + word + " before too");
  say("resurrected", "active, not in the " + word + " before, but earlier");
  say("dormant", "active in the " + word + " before and not in this one, as a negative number; null while the " + word +
                     " has not ended");
  say("pulse", "(new + resurrected) ÷ dormant without its sign");
  say("range", "a " + word +
                   " is shown when it begins in the range; what came before is context, and what comes after "
                   "the range is not looked at");
  say("complete", "the " + word + " had ended by the newest event and by the end of the range");
  say("stickiness", "customer_days ÷ (days × active): the mean of the customers' shares of active days, so daily ÷ " +
                        std::string(params_.period == Period::month ? "monthly" : "weekly") +
                        " active customers; of complete weeks and months. Its interval, 95 %, is the mean's, from the "
                        "spread of days between customers, and needs two of them");
  say("frequency", "customers by the number of calendar days of the " + word + " with activity");

  const auto shown = shown_periods();
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto figures = row(shown[i]);
    const auto miss = [&](const char* figure, std::string why) {
      meta.undefined["/periods/" + std::to_string(i) + "/" + figure] = std::move(why);
    };
    const auto open = "the " + word + " has not ended";
    if (!figures.complete) {
      for (const auto* figure : {"dormant", "pulse"}) miss(figure, open);
    } else if (!figures.flow.pulse()) {
      miss("pulse", "nobody is dormant");
    }
    if (params_.period == Period::day) {
      miss("stickiness", "who is active on a day is so on all of it");
    } else if (!figures.complete) {
      miss("stickiness", open);
    } else if (figures.active == 0) {
      miss("stickiness", "nobody was active");
    }
  }
}

}  // namespace peregrine::lifecycle

namespace peregrine {

void JsonType<lifecycle::Flow>::write_members(json::object& object, std::string_view, const lifecycle::Flow& flow) {
  object["new"] = flow.arrived;
  object["returning"] = flow.returning;
  object["resurrected"] = flow.resurrected;
  object["dormant"] = JsonType<std::optional<std::int64_t>>::write(flow.dormant);
  object["pulse"] = JsonType<std::optional<double>>::write(flow.pulse());
}

void JsonType<lifecycle::Flow>::describe_members(json::object& properties, std::string_view, std::string_view) {
  const auto describe = [&](std::string_view name, std::string_view type, std::string_view words) {
    properties[name] = json::object{{"type", boost::json::string(type)}, {"description", boost::json::string(words)}};
  };
  describe("new", "integer", "Customers active for the first time ever.");
  describe("returning", "integer", "Customers active who were so in the period before.");
  describe("resurrected", "integer", "Customers active who were not so in the period before, but earlier.");
  describe("dormant", "integer", "Customers active in the period before and not in this one, as a negative number.");
  describe("pulse", "number", "New and resurrected customers for each dormant one.");
}

void JsonType<lifecycle::Stickiness>::write_members(json::object& object, std::string_view name,
                                                    const lifecycle::Stickiness& stickiness) {
  const std::string low = std::string(name) + "_low";
  const std::string high = std::string(name) + "_high";
  for (const std::string_view member : {name, std::string_view(low), std::string_view(high)}) object[member] = nullptr;
  statistics::WholeNumbers active;
  for (std::size_t i = 0; i < stickiness.customers.size(); ++i) {
    active.add(static_cast<std::int64_t>(i + 1), stickiness.customers[i]);
  }
  if (stickiness.days == 0 || active.count == 0) return;
  const auto days = static_cast<double>(stickiness.days);
  object[name] = active.mean() / days;
  if (const auto interval = active.interval_of_mean()) {
    object[low] = std::max(0.0, interval->low / days);
    object[high] = std::min(1.0, interval->high / days);
  }
  if (active.count < small_sample) object["small"] = true;
}

void JsonType<lifecycle::Stickiness>::describe_members(json::object& properties, std::string_view name,
                                                       std::string_view words) {
  JsonType<Rate>::describe_members(properties, name, words);
}

}  // namespace peregrine
