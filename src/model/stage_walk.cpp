#include "model/stage_walk.hpp"

#include <array>
#include <optional>
#include <unordered_set>

#include "base/check.hpp"

namespace peregrine {

namespace {

/// The events that a rule enters a stage by, by name.
std::unordered_set<std::string_view> names_in(const Framework& framework) {
  std::unordered_set<std::string_view> names;
  for (const auto& stage : framework.stages) {
    for (const auto& rule : stage.enter) {
      if (rule.role == Role::none) names.insert(rule.event);
    }
  }
  return names;
}

bool has_bounds(const EntryRule& rule) {
  return rule.at_least || rule.at_most;
}

}  // namespace

StageWalk::StageWalk(const Framework& framework, const Scope& scope, const Part& part, const Options& options)
    : framework_(framework),
      idle_(options.idle.micros),
      horizon_(std::min(scope.to, scope.newest).micros),
      to_(scope.to.micros),
      reenter_(options.reenter),
      time_(part.time),
      event_(part.event),
      scores_(part) {
  const auto stages = framework.stages.size();
  PEREGRINE_CHECK(stages >= 1 && stages <= most_stages);
  all_ = ~Mask{0} >> (64 - stages);
  for (std::size_t i = 0; i < stages; ++i) {
    if (framework.stages[i].phase == Phase::customer) customer_ |= Mask{1} << i;
  }
  ends_with_buy_ = ends_with_buy(framework);

  // A dictionary may hold tens of thousands of names; the rules are asked once for all names of a role and survey.
  constexpr auto survey_count = enum_names(Survey{}).size();
  std::array<std::optional<Entry>, role_count * survey_count> by_role;
  const auto names = names_in(framework);
  const auto entry_of = [&](Role role, const Label& label) {
    if (names.contains(label.event)) return entry_for(role, label.event, label.survey, scores_);
    auto& entry = by_role[static_cast<std::size_t>(role) * survey_count + static_cast<std::size_t>(label.survey)];
    if (!entry) entry = entry_for(role, {}, label.survey, scores_);
    return *entry;
  };
  bool activates = false;
  for (const auto& label : part.labels) {
    is_.push_back(static_cast<std::uint8_t>((label.role == Role::buy ? is_buy : 0) |
                                            (label.role == Role::use ? is_use : 0) |
                                            (label.role == Role::activate ? is_activate : 0)));
    entries_.push_back(entry_of(label.role, label));
    repeats_.push_back(entry_of(label.role == Role::buy ? Role::repeat_buy : label.role, label));
    activates = activates || label.role == Role::use;
  }
  activation_ = entry_for(Role::activate, {}, Survey::none, scores_);
  use_may_activate_ = activates && activation_.enters();
  fill_tables();
}

bool StageWalk::ends_with_buy(const Framework& framework) {
  for (const auto& stage : framework.stages) {
    if (stage.phase == Phase::customer) return false;
    for (const auto& rule : stage.enter) {
      if (rule.role == Role::buy) return false;
    }
  }
  return true;
}

/// What can be decided from the label alone is decided here; the rest becomes conditions.
StageWalk::Entry StageWalk::entry_for(Role role, std::string_view event, Survey survey, const SurveyScores& scores) {
  Entry entry;
  entry.first_condition = static_cast<std::uint32_t>(conditions_.size());
  for (std::size_t i = 0; i < framework_.stages.size(); ++i) {
    for (const auto& rule : framework_.stages[i].enter) {
      const bool named = rule.role != Role::none ? rule.role == role : !event.empty() && rule.event == event;
      if (!named) continue;
      const bool column_may_say = survey == Survey::none && scores.has_survey_column();
      if (rule.survey != Survey::none && rule.survey != survey && !column_may_say) continue;
      const bool survey_is_sure = rule.survey == Survey::none || rule.survey == survey;
      if (survey_is_sure && !has_bounds(rule)) {
        entry.always |= Mask{1} << i;
      } else if (!has_bounds(rule) || scores.exist()) {
        conditions_.push_back({Mask{1} << i, rule});
      }
    }
  }
  entry.end_condition = static_cast<std::uint32_t>(conditions_.size());
  return entry;
}

void StageWalk::fill_tables() {
  for (std::size_t state = 0; state < 6; ++state) {
    const auto step = state / 2;
    const Mask openable = step == 2 ? customer_ : all_;
    auto& table = tables_[state];
    table.reserve(entries_.size());
    for (std::uint32_t code = 0; code < entries_.size(); ++code) {
      table.push_back(table_value(code, step > 0, state % 2 == 1, openable));
    }
  }
}

std::uint8_t StageWalk::table_value(std::uint32_t code, bool bought, bool used, Mask openable) const {
  if (!bought && (is_[code] & is_buy) != 0) return special;
  if (!used && (is_[code] & is_use) != 0) return special;
  const auto& entry = bought ? repeats_[code] : entries_[code];
  if (entry.first_condition != entry.end_condition) return special;
  const auto stages = entry.always & openable;
  if (stages == 0) return nothing;
  return std::has_single_bit(stages) ? static_cast<std::uint8_t>(std::countr_zero(stages)) : special;
}

const std::uint8_t* StageWalk::table_for(const Place& place) const {
  // Once bought and out of the buyer phase, its stages can neither open nor be extended.
  const bool in_buyer_phase = place.present != nowhere && ((customer_ >> place.stage) & 1) == 0;
  const std::size_t step = !place.bought ? 0 : in_buyer_phase || reenter_ ? 1 : 2;
  return tables_[step * 2 + (place.used ? 1 : 0)].data();
}

StageWalk::Mask StageWalk::candidates(const Entry& entry, std::uint32_t code, std::uint64_t row) const {
  Mask stages = entry.always;
  for (auto i = entry.first_condition; i < entry.end_condition; ++i) {
    const auto& [stage, rule] = conditions_[i];
    if (rule.survey != Survey::none && rule.survey != scores_.survey(code, row)) continue;
    if (has_bounds(rule)) {
      const auto answer = scores_.answer(code, row);
      if (!answer || (rule.at_least && answer->score < *rule.at_least) ||
          (rule.at_most && answer->score > *rule.at_most)) {
        continue;
      }
    }
    stages |= stage;
  }
  return stages;
}

StageWalk::Mask StageWalk::candidates(Place& place, std::uint32_t code, std::uint64_t row, const Rows& rows) const {
  Mask stages = candidates(place.bought ? repeats_[code] : entries_[code], code, row);
  if (!place.used && (is_[code] & is_use) != 0) {
    place.used = true;
    if (!has_activate(rows)) stages |= candidates(activation_, code, row);
  }
  return stages;
}

bool StageWalk::has_activate(const Rows& rows) const {
  for (auto row = rows.begin; row < rows.end; ++row) {
    if ((is_[event_[row]] & is_activate) != 0) return true;
  }
  return false;
}

/// One past the last row before `row` whose time is before `moment`.
std::uint64_t StageWalk::row_before(std::int64_t moment, std::uint64_t row, std::uint64_t first) const {
  while (row > first && time_[row - 1] >= moment) --row;
  return row;
}

}  // namespace peregrine
