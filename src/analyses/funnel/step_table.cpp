#include "analyses/funnel/step_table.hpp"

#include <algorithm>
#include <bit>

#include "model/selection.hpp"

namespace peregrine::funnel {

StepTable::StepTable(const Params& params, const Scope& scope, const Part& part)
    : event_(part.event), time_(part.time), round_(params.round.micros), value_(part.value) {
  steps_of_code_.resize(part.labels.size());
  if (!params.exclude.empty()) exclusions_of_code_.resize(part.labels.size());
  for (std::size_t code = 0; code < part.labels.size(); ++code) {
    const auto name = part.labels[code].event;
    for (std::size_t step = 0; step < params.steps.size(); ++step) {
      const auto events = params.steps[step].events();
      if (std::find(events.begin(), events.end(), name) != events.end()) {
        steps_of_code_[code] |= std::uint64_t{1} << step;
      }
    }
    for (std::size_t e = 0; e < params.exclude.size(); ++e) {
      if (params.exclude[e].event == name) exclusions_of_code_[code] |= 1u << e;
    }
  }
  kept_.resize(params.steps.size());
  for (std::size_t step = 0; step < params.steps.size(); ++step) {
    if (params.steps[step].where.empty()) continue;
    filtered_ |= std::uint64_t{1} << step;
    auto filter = params.filter(step);
    filter.set_scope(scope);
    kept_[step] = filter.mask(part);
  }
  if (!params.hold.empty()) held_ = part.property(params.hold);
  if (value_.exists()) currency_ = part.property(currency_column);
  if (currency_.type != ColumnType::text) currency_ = {};
}

std::uint64_t StepTable::filter(std::uint64_t steps, std::uint64_t row) const {
  for (auto left = steps & filtered_; left != 0; left &= left - 1) {
    const auto step = static_cast<std::size_t>(std::countr_zero(left));
    if (kept_[step][row] == 0) steps &= ~(std::uint64_t{1} << step);
  }
  return steps;
}

std::uint64_t StepTable::held_at(std::uint64_t row) const {
  switch (held_.type) {
    case ColumnType::text: return held_.codes[row];
    case ColumnType::number: return std::bit_cast<std::uint64_t>(held_.numbers[row] + 0.0);  // -0 is 0
    case ColumnType::boolean: return held_.boolean(row) ? 1 : 0;
    case ColumnType::time:
    case ColumnType::money: return static_cast<std::uint64_t>(held_.integers[row]);
  }
  return 0;
}

}  // namespace peregrine::funnel
