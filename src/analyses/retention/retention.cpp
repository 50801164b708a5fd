#include "analyses/retention/retention.hpp"

#include <algorithm>

namespace peregrine::retention {

namespace {

constexpr std::string_view currency_column = "currency";

std::int64_t own_length(Period period) {
  return days(period == Period::day ? 1 : period == Period::week ? 7 : 30).micros;
}

/// By code, or nothing when every event of the part is meant.
std::vector<std::uint8_t> chosen_codes(const EventChoice& choice, Labels labels) {
  auto chosen = choice.by_code(labels);
  if (std::find(chosen.begin(), chosen.end(), 0) == chosen.end()) chosen.clear();
  return chosen;
}

template <class Codes>
bool is_chosen(const std::vector<std::uint8_t>& chosen, Codes codes, std::uint64_t row) {
  return chosen.empty() || chosen[codes[row]] != 0;
}

/// The first row from `begin` on that is not before a moment.
std::uint64_t find_time(const std::int64_t* time, std::uint64_t begin, std::uint64_t end, std::int64_t moment) {
  return static_cast<std::uint64_t>(std::lower_bound(time + begin, time + end, moment) - time);
}

/// From the first start there can be to the newest event.
PeriodTable periods_of(const Params& params, const Scope& scope, const Part& part) {
  auto first = Time::latest();
  auto last = Time::earliest();
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    if (part.first[journey] == part.first[journey + 1]) continue;
    first = std::min(first, Time{part.time[part.first[journey]]});
    last = std::max(last, Time{part.time[part.first[journey + 1] - 1]});
  }
  if (last < first) return {};
  return {bucket_of(params.period), scope.zone, std::max(first, scope.from), std::max(last, scope.newest)};
}

}  // namespace

ColumnRequest State::columns(const Params& params) {
  ColumnRequest request{.event = !params.start->is_any() || !params.back->is_any()};
  if (params.measure == Measure::value) {
    request.value = true;
    request.properties.emplace_back(currency_column);
  }
  return request;
}

std::string_view State::counted(const Params& params, std::string_view member) {
  if (member == "period") return "periods";
  if (member == "cohorts") return "cohorts";
  const bool once = params.start_rule == StartRule::first_time;
  return once || (member != "starts" && member != "back") ? "customers" : "starts";
}

State::Binding::Binding(const Params& params, const Scope& range, const Part& part)
    : scope(range),
      mode(params.mode),
      clock(params.clock),
      start_rule(params.start_rule),
      with_value(params.measure == Measure::value && part.value.exists()),
      length(own_length(params.period)),
      last_period(params.last_period()),
      cells(params.cells()),
      time(part.time),
      event(part.event),
      starts(chosen_codes(*params.start, part.labels)),
      backs(chosen_codes(*params.back, part.labels)),
      periods(periods_of(params, range, part)) {
  if (with_value) {
    value = part.value;
    if (const auto column = part.property(currency_column); column.type == ColumnType::text) currency = column;
  }
  if (periods.contains(scope.newest.micros)) {
    newest_period = static_cast<std::int64_t>(periods.find(scope.newest.micros));
  }
  if (mode != Mode::brackets) return;
  const auto count = static_cast<std::size_t>(last_period) + 1;
  cell_of_period.assign(count, cells);
  cells_ended.assign(count + 1, 0);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const auto bracket = params.periods_of(cell);
    const auto first = static_cast<std::size_t>(bracket.first);
    const auto end = static_cast<std::size_t>(bracket.last) + 1;
    for (auto period = first; period < end; ++period) cell_of_period[period] = cell;
    for (auto ended_periods = end; ended_periods <= count; ++ended_periods) ++cells_ended[ended_periods];
  }
}

std::int64_t State::Binding::ended(std::int64_t start, std::size_t cohort) const {
  const auto periods_ended = clock == Clock::calendar      ? newest_period - static_cast<std::int64_t>(cohort)
                             : scope.newest.micros > start ? (scope.newest.micros - start) / length
                                                           : 0;
  return std::clamp<std::int64_t>(periods_ended, 0, last_period + 1);
}

std::size_t State::Binding::matured(std::int64_t ended_periods) const {
  const auto count = static_cast<std::size_t>(ended_periods);
  return mode == Mode::brackets ? cells_ended[count] : count;
}

State::State(const Params& params, const Scope& scope) : params_(params), scope_(scope) {
  hits_.reserve(static_cast<std::size_t>(params.last_period()) + 1);
}

void State::observe(const Binding& binding, const JourneyBatch& batch) noexcept {
  if (binding.event.wide != nullptr) {
    observe_codes(binding, batch, binding.event.wide);
  } else {
    observe_codes(binding, batch, binding.event.narrow);  // null when no code is looked at
  }
}

template <class Codes>
void State::observe_codes(const Binding& binding, const JourneyBatch& batch, Codes codes) {
  for (std::size_t i = 0; i < batch.size; ++i) {
    const auto end = batch.end[i];
    if (binding.start_rule == StartRule::every_time) {
      customers_ += enter_each(binding, batch.begin[i], end, codes) ? 1 : 0;
      continue;
    }
    auto row = batch.begin[i];
    while (row < end && !is_chosen(binding.starts, codes, row)) ++row;
    if (row == end || !binding.scope.contains(binding.time[row])) continue;
    enter(binding, row, end, codes);
    ++customers_;
  }
}

/// The first start in each period of the range. True when there is one.
template <class Codes>
bool State::enter_each(const Binding& binding, std::uint64_t begin, std::uint64_t end, Codes codes) {
  bool entered = false;
  auto row = find_time(binding.time, begin, end, binding.scope.from.micros);
  while (row < end && binding.time[row] < binding.scope.to.micros) {
    if (!is_chosen(binding.starts, codes, row)) {
      ++row;
      continue;
    }
    enter(binding, row, end, codes);
    entered = true;
    row = find_time(binding.time, row, end, binding.periods.end(binding.periods.find(binding.time[row])));
  }
  return entered;
}

/// Counts a customer into the cohort of the start at a row.
template <class Codes>
void State::enter(const Binding& binding, std::uint64_t start, std::uint64_t end, Codes codes) {
  const auto place = binding.periods.find(binding.time[start]);
  auto& cohort = cohort_at(binding, place);
  ++cohort.size;
  const auto ended = binding.ended(binding.time[start], place);
  const auto matured = binding.matured(ended);
  if (matured == 0) return;
  cohort.matured.add(0, matured, 1);
  find_hits(binding, start, end, place, ended, codes);
  count_customer(binding, cohort, matured);
  if (binding.with_value) count_value(binding, cohort, matured, amount_at(binding, start));
}

/// The periods in which the customer came back, as far as they have ended; with mode on_or_after all of them, those
/// beyond the last one as the last.
template <class Codes>
void State::find_hits(const Binding& binding, std::uint64_t start, std::uint64_t end, std::size_t cohort,
                      std::int64_t ended, Codes codes) {
  hits_.clear();
  const auto* time = binding.time;
  const bool own = binding.clock == Clock::own;
  const bool later_too = binding.mode == Mode::on_or_after;
  std::int64_t period = 0;
  auto border = own ? time[start] + binding.length : binding.periods.end(cohort);
  bool is_hit = false;  // the customer was seen to come back in this period
  for (auto row = start + 1; row < end; ++row) {
    if (time[row] >= border) {
      auto now = std::int64_t{0};
      if (own) {
        now = (time[row] - time[start]) / binding.length;
        border = time[start] + (now + 1) * binding.length;
      } else {
        const auto place = binding.periods.find(time[row]);
        now = static_cast<std::int64_t>(place - cohort);
        border = binding.periods.end(place);
      }
      if (now >= ended && !later_too) return;
      now = std::min(now, binding.last_period);
      is_hit = is_hit && now == period;
      period = now;
    }
    if (is_hit && !binding.with_value) continue;
    if (!is_chosen(binding.backs, codes, row)) continue;
    if (!is_hit) hits_.push_back({static_cast<std::size_t>(period), 0});
    is_hit = true;
    if (binding.with_value) hits_.back().value += amount_at(binding, row);
  }
}

/// Periods from 1 on in each of which the customer came back.
std::size_t State::streak() const {
  std::size_t last = 0;
  for (const auto& hit : hits_) {
    if (hit.period > last + 1) break;
    last = hit.period;
  }
  return last;
}

void State::count_customer(const Binding& binding, Cohort& cohort, std::size_t matured) const {
  switch (binding.mode) {
    case Mode::on:
      for (const auto& hit : hits_) cohort.back.add(hit.period, hit.period + 1, 1);
      break;
    case Mode::on_or_after:
      if (!hits_.empty()) cohort.back.add(0, std::min(hits_.back().period + 1, matured), 1);
      break;
    case Mode::on_or_before:
      if (!hits_.empty()) cohort.back.add(hits_.front().period, matured, 1);
      break;
    case Mode::streak: cohort.back.add(0, std::min(streak() + 1, matured), 1); break;
    case Mode::brackets: {
      auto last = binding.cells;
      for (const auto& hit : hits_) {
        const auto cell = binding.cell_of_period[hit.period];
        if (cell < matured && cell != last) cohort.back.add(cell, cell + 1, 1);
        last = cell;
      }
      break;
    }
  }
}

void State::count_value(const Binding& binding, Cohort& cohort, std::size_t matured, std::int64_t start_value) const {
  cohort.start_value.add(0, matured, start_value);
  const auto unbroken = streak();
  for (const auto& hit : hits_) {
    switch (binding.mode) {
      case Mode::on: cohort.value.add(hit.period, hit.period + 1, hit.value); break;
      case Mode::on_or_after: cohort.value.add(0, std::min(hit.period + 1, matured), hit.value); break;
      case Mode::on_or_before: cohort.value.add(hit.period, matured, hit.value); break;
      case Mode::streak:
        if (hit.period <= unbroken) cohort.value.add(hit.period, hit.period + 1, hit.value);
        break;
      case Mode::brackets:
        if (const auto cell = binding.cell_of_period[hit.period]; cell < matured) {
          cohort.value.add(cell, cell + 1, hit.value);
        }
        break;
    }
  }
}

std::int64_t State::amount_at(const Binding& binding, std::uint64_t row) {
  if (!binding.value.has(row)) return 0;
  currency_.see(binding.currency, row);
  return binding.value.integers[row];
}

Cohort& State::cohort_at(const Binding& binding, std::size_t place) {
  if (place_of_period_.empty()) place_of_period_.resize(binding.periods.size());
  auto& at = place_of_period_[place];
  if (at == 0) {
    here_.emplace_back(place, Cohort(binding.cells, with_value()));
    at = static_cast<std::uint32_t>(here_.size());
  }
  return here_[at - 1].second;
}

void State::find_anchors(const Binding& binding, std::uint64_t begin, std::uint64_t end,
                         std::vector<std::uint64_t>& rows) {
  const bool every = binding.start_rule == StartRule::every_time;
  for (auto row = begin; row < end; ++row) {
    if (every && !binding.scope.contains(binding.time[row])) continue;
    if (!binding.starts.empty() && binding.starts[binding.event[row]] == 0) continue;
    if (binding.scope.contains(binding.time[row])) rows.push_back(row);
    return;
  }
}

void State::settle(const Binding& binding) {
  for (auto& [place, cohort] : here_) {
    const auto [found, added] = cohorts_.try_emplace(binding.periods.begin(place), std::move(cohort));
    if (!added) found->second.merge(cohort);  // it was not moved from
  }
  here_.clear();
  place_of_period_.clear();
  if (binding.with_value) currency_.settle(binding.currency);
}

void State::merge(const State& other) {
  customers_ += other.customers_;
  currency_.merge(other.currency_);
  for (const auto& [begin, cohort] : other.cohorts_) {
    const auto [found, added] = cohorts_.try_emplace(begin, cohort);
    if (!added) found->second.merge(cohort);
  }
}

}  // namespace peregrine::retention
