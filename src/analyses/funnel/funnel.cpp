#include "analyses/funnel/funnel.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "model/selection.hpp"

namespace peregrine::funnel {

Binding::Binding(const Params& params, const Scope& scope, const Part& part)
    : table(params, scope, part), fast(Rules(params, scope), table, part) {
  if (params.count == Count::sessions) sessions.emplace(*params.session, part);
}

std::string_view State::counted(const Params& params, std::string_view) {
  return params.count == Count::journeys ? "customers" : enum_names(Count{})[static_cast<std::size_t>(params.count)];
}

ColumnRequest State::columns(const Params& params) {
  ColumnRequest request;
  request.value = true;
  request.properties.emplace_back(currency_column);
  if (params.session) Sessions::add_columns(*params.session, request);
  if (!params.hold.empty() && params.hold != currency_column) request.properties.push_back(params.hold);
  for (std::size_t step = 0; step < params.steps.size(); ++step) {
    if (!params.steps[step].where.empty()) request.add(params.filter(step).columns());
  }
  return request;
}

State::State(const Params& params, const Scope& scope)
    : params_(params), rules_(params, scope), scope_(scope), tally_(params.steps.size()) {
  PEREGRINE_CHECK(params.steps.size() >= 2 && params.steps.size() <= max_steps);
}

void State::observe(const Binding& binding, const JourneyBatch& batch) noexcept {
  if (binding.fast.applies()) {
    binding.fast.observe(binding.table, batch, tally_);
    return;
  }
  if (binding.sessions) {
    for (std::size_t i = 0; i < batch.size; ++i) observe_sessions(binding, batch.begin[i], batch.end[i]);
    return;
  }
  for (std::size_t i = 0; i < batch.size; ++i) {
    for (const auto& match : attempts_.find(rules_, binding.table, batch.begin[i], batch.end[i])) {
      tally_.add(binding.table, match.rows.data(), match.depth, rules_.matured(match.start));
    }
  }
}

/// A session belongs to its start: it counts, whole, when that lies in the range.
void State::observe_sessions(const Binding& binding, std::uint64_t begin, std::uint64_t journey_end) noexcept {
  const auto& table = binding.table;
  while (begin < journey_end) {
    const auto end = binding.sessions->end_of(begin, journey_end);
    if (scope_.contains(table.exact_time_at(begin))) {
      const bool next_began = end < journey_end && table.exact_time_at(end) <= rules_.horizon;
      const bool ended =
          next_began || later(table.exact_time_at(end - 1), params_.session->silence.micros) <= rules_.horizon;
      for (const auto& match : attempts_.find(rules_, table, begin, end)) {
        tally_.add(table, match.rows.data(), match.depth, ended || rules_.matured(match.start));
      }
    }
    begin = end;
  }
}

namespace {

/// Of the attempts of one journey the earliest, as rows of the steps it reached.
void take_earliest(std::span<const Match> matches, std::vector<std::uint64_t>& rows) {
  const auto& first = *std::min_element(matches.begin(), matches.end(),
                                        [](const Match& a, const Match& b) { return a.start < b.start; });
  rows.assign(first.rows.begin(), first.rows.begin() + first.depth);
}

}  // namespace

void State::find_anchors(const Binding& binding, std::uint64_t begin, std::uint64_t end,
                         std::vector<std::uint64_t>& rows) {
  if (!binding.sessions) {
    const auto matches = attempts_.find(rules_, binding.table, begin, end);
    if (!matches.empty()) take_earliest(matches, rows);
    return;
  }
  for (auto session = begin; session < end && rows.empty();) {
    const auto session_end = binding.sessions->end_of(session, end);
    if (scope_.contains(binding.table.exact_time_at(session))) {
      const auto matches = attempts_.find(rules_, binding.table, session, session_end);
      if (!matches.empty()) take_earliest(matches, rows);
    }
    session = session_end;
  }
}

std::string State::name_of(std::size_t step) const {
  if (params_.order != Order::unordered) return params_.steps[step].name();
  return "any " + std::to_string(step + 1) + " of " + std::to_string(params_.steps.size());
}

std::size_t State::before(std::size_t step) const {
  while (((rules_.optional >> --step) & 1) != 0) {
  }
  return step;
}

Result State::finish() const {
  Result result;
  const auto& steps = tally_.steps();
  const auto& first = steps.front();
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const auto& step = steps[k];
    const auto& previous = k == 0 ? first : steps[before(k)];
    const bool may_be_skipped = ((rules_.optional >> k) & 1) != 0;
    StepRow row;
    row.name = name_of(k);
    row.journeys = step.journeys;
    row.rate = {step.matured, first.matured};
    row.step_rate = {step.matured, previous.matured};
    row.lost = may_be_skipped ? 0 : previous.matured - step.matured;
    row.immature = (first.journeys - first.matured) - (step.journeys - step.matured);
    row.median_seconds = step.since_previous.quantile_seconds(0.5);
    row.p90_seconds = step.since_previous.quantile_seconds(0.9);
    row.total_median_seconds = step.since_first.quantile_seconds(0.5);
    if (!step.value.is_mixed() && !step.value.is_empty()) row.value = amount_of(step.value.sum());
    if (!step.value.currency().empty()) row.currency = step.value.currency();
    result.steps.push_back(std::move(row));
  }
  return result;
}

}  // namespace peregrine::funnel
