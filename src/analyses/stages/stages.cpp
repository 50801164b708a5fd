#include "analyses/stages/stages.hpp"

#include <bit>

#include "base/check.hpp"
#include "statistics/proportion.hpp"

namespace peregrine::stages {

namespace {

constexpr std::uint16_t may_score = 1 << 15;
static_assert(kind_count <= 15);

constexpr std::uint64_t bit(std::size_t stage) {
  return std::uint64_t{1} << stage;
}

template <class Visit>
void for_each_bit(std::uint64_t bits, Visit&& visit) {
  for (; bits != 0; bits &= bits - 1) visit(static_cast<std::size_t>(std::countr_zero(bits)));
}

template <class Code>
std::uint16_t signs_of(const std::vector<std::uint16_t>& signs, const Code* codes, std::uint64_t first,
                       std::uint64_t end) {
  std::uint16_t all = 0;
  for (auto row = first; row < end; ++row) all = static_cast<std::uint16_t>(all | signs[codes[row]]);
  return all;
}

}  // namespace

/// One journey: sets of stages as bits, and what is kept of each stage entered in the range.
struct State::Seen {
  std::uint64_t ever = 0;       // stages with a stay, in the range or before it
  std::uint64_t entered = 0;    // stages with a stay that began in the range
  std::uint64_t converted = 0;  // of those: a later stage was entered afterwards
  std::uint64_t moved_on = 0;
  std::uint64_t went_back = 0;
  std::uint64_t lost = 0;
  std::uint64_t now = 0;
  bool crossed_phase = false;
  std::array<std::int64_t, StageWalk::most_stages> first_time;  // of entered stages, like those below
  std::array<std::uint64_t, StageWalk::most_stages> first_row;
  std::array<std::uint64_t, StageWalk::most_stages> targets;
  std::array<std::uint16_t, StageWalk::most_stages> signs;
};

void Params::resolve(const Resources& resources) {
  definition = std::make_shared<const Framework>(resources.framework(framework, "stages.framework"));
  framework = definition->name;
}

ColumnRequest State::columns(const Params&) {
  ColumnRequest request{.value = true, .properties = {"currency"}};
  request.add(StageWalk::columns());
  return request;
}

std::string_view State::counted(const Params&, std::string_view member) {
  if (member == "reentries") return "stays";
  if (member == "nps_responses" || member == "csat_responses") return "answers";
  return "customers";
}

State::Binding::Binding(const Params& params, const Scope& scope, const Part& part)
    : walk(*params.definition, scope, part, {.idle = params.idle, .reenter = params.reenter}),
      scores(part),
      time(part.time),
      event(part.event),
      value(part.value) {
  if (const auto column = part.property("currency"); column.type == ColumnType::text) currency = column;
  signs.reserve(part.labels.size());
  for (const auto& label : part.labels) {
    const bool scored = scores.exist() && (label.survey != Survey::none || scores.has_survey_column());
    const unsigned kind = label.kind == Kind::none ? 0 : 1u << static_cast<unsigned>(label.kind);
    signs.push_back(static_cast<std::uint16_t>(kind | (scored ? may_score : 0u)));
  }
}

State::State(const Params& params, const Scope& scope)
    : definition_(params.definition),
      scope_(scope),
      idle_(params.idle),
      reenter_(params.reenter),
      money_(params.definition == nullptr ? 0 : params.definition->stages.size()) {
  PEREGRINE_CHECK(definition_ != nullptr);
  tallies_.resize(definition_->stages.size());
  for (std::size_t i = 0; i < definition_->stages.size(); ++i) {
    if (definition_->stages[i].phase == Phase::customer) customer_stages_ |= bit(i);
  }
}

void State::observe(const Binding& binding, const JourneyBatch& batch) noexcept {
  Seen seen;
  for (std::size_t i = 0; i < batch.size; ++i) {
    const auto begin = batch.begin[i];
    const auto end = batch.end[i];
    if (begin == end || binding.time[end - 1] < scope_.from.micros) continue;
    seen.ever = seen.entered = seen.converted = seen.moved_on = seen.went_back = seen.lost = seen.now = 0;
    seen.crossed_phase = false;
    const auto walked =
        binding.walk.walk(begin, end, [&](const StageInterval& stay) { observe_stay(binding, stay, seen); });
    end_journey(binding, walked, seen);
  }
}

void State::observe_stay(const Binding& binding, const StageInterval& stay, Seen& seen) {
  const auto stage = stay.stage;
  const auto here = bit(stage);
  const bool first_stay = seen.ever == 0;
  seen.converted |= seen.entered & (here - 1);
  seen.ever |= here;
  if ((here & customer_stages_) != 0 && (seen.entered & ~customer_stages_) != 0) seen.crossed_phase = true;
  if (!scope_.contains(stay.begin)) return;

  auto& tally = tallies_[stage];
  if ((seen.entered & here) == 0) {
    seen.entered |= here;
    seen.first_time[stage] = stay.begin;
    seen.first_row[stage] = stay.first_row;
    seen.targets[stage] = 0;
    seen.signs[stage] = 0;
  } else {
    ++tally.reentries;
  }
  switch (stay.ended) {
    case StageEnd::moved_on:
      seen.moved_on |= here;
      tally.stays.add(stay.end - stay.begin);
      break;
    case StageEnd::went_back: seen.went_back |= here; break;
    case StageEnd::lost: seen.lost |= here; break;
    case StageEnd::open: seen.now |= here; break;
  }
  if (stay.ended_by_event() && stay.next < tallies_.size()) {
    auto& move = moves_[move_key(stage, stay.next)];
    move.stays.add(stay.end - stay.begin);
    move.journeys += (seen.targets[stage] & bit(stay.next)) == 0 ? 1 : 0;
    seen.targets[stage] |= bit(stay.next);
  }
  observe_rows(binding, stay, seen);
  const auto last_answer = stay.ended_by_event() ? binding.signs[binding.event[stay.end_row]] : 0;
  if (((seen.signs[stage] | last_answer) & may_score) != 0) observe_answers(binding, stay, first_stay);
}

void State::observe_rows(const Binding& binding, const StageInterval& stay, Seen& seen) {
  const auto& event = binding.event;
  const auto signs = event.narrow != nullptr ? signs_of(binding.signs, event.narrow, stay.first_row, stay.end_row)
                                             : signs_of(binding.signs, event.wide, stay.first_row, stay.end_row);
  seen.signs[stay.stage] = static_cast<std::uint16_t>(seen.signs[stay.stage] | signs);
  if (binding.value.exists()) money_.add(stay.stage, binding.value, binding.currency, stay.first_row, stay.end_row);
}

/// An answer counts where the customer was just before it, whatever it opens: were a promoter's counted in the stage
/// that only promoters' answers open, that stage's score would be high by its rule. So the answer that ends a stay is
/// of that stay and not of the next; one that ends a loss is of none. Only the first stay has no stage before it.
void State::observe_answers(const Binding& binding, const StageInterval& stay, bool first_stay) {
  auto& tally = tallies_[stay.stage];
  const auto end = stay.end_row + (stay.ended_by_event() ? 1 : 0);
  for (auto row = stay.first_row + (first_stay ? 0 : 1); row < end; ++row) {
    if ((binding.signs[binding.event[row]] & may_score) == 0) continue;
    const auto answer = binding.scores.answer(binding.event[row], row);
    if (!answer) continue;
    if (answer->survey == Survey::nps) {
      ++tally.nps_responses;
      tally.promoters += answer->score >= 9 ? 1 : 0;
      tally.detractors += answer->score <= 6 ? 1 : 0;
    } else if (answer->survey == Survey::csat) {
      ++tally.csat_responses;
      tally.satisfied += answer->score >= 4 ? 1 : 0;
    }
  }
}

void State::end_journey(const Binding& binding, const StageWalk::Walked& walked, Seen& seen) {
  const bool bought = walked.first_buy != StageWalk::no_row;
  const bool bought_in_range = bought && scope_.contains(binding.time[walked.first_buy]);
  auto reached = std::bit_width(seen.entered);  // one past the furthest stage
  if (bought && binding.walk.ends_with_buy()) {
    for_each_bit(seen.entered, [&](std::size_t stage) {
      if (seen.first_row[stage] < walked.first_buy) {
        seen.converted |= bit(stage);
        seen.crossed_phase = true;
      }
    });
    if (bought_in_range) reached = static_cast<int>(tallies_.size()) + 1;
  }
  if (reached > 1) {
    const auto before = reached > 64 ? ~std::uint64_t{0} : bit(static_cast<std::size_t>(reached - 1)) - 1;
    const auto all = ~std::uint64_t{0} >> (64 - tallies_.size());
    for_each_bit(before & all & ~seen.ever, [&](std::size_t stage) { ++tallies_[stage].skipped; });
  }
  for_each_bit(seen.entered, [&](std::size_t stage) {
    auto& tally = tallies_[stage];
    const auto has = [&](std::uint64_t stages) { return static_cast<std::int64_t>((stages >> stage) & 1); };
    const bool matured = binding.walk.horizon() - seen.first_time[stage] >= idle_.micros;
    ++tally.entered;
    tally.now += has(seen.now);
    tally.moved_on += has(seen.moved_on);
    tally.went_back += has(seen.went_back);
    tally.lost += has(seen.lost);
    tally.matured += matured ? 1 : 0;
    tally.converted += matured ? has(seen.converted) : 0;
    tally.immature += matured ? 0 : 1 - has(seen.converted);
    for_each_bit(seen.signs[stage] & ~std::uint64_t{may_score}, [&](std::size_t kind) { ++tally.kinds[kind]; });
  });
  phase_entered_[0] += (seen.entered & ~customer_stages_) != 0 ? 1 : 0;
  phase_entered_[1] += (seen.entered & customer_stages_) != 0 ? 1 : 0;
  crossed_phase_ += seen.crossed_phase ? 1 : 0;
  buyers_ += bought_in_range ? 1 : 0;
  end_handoff(binding, walked, seen);
}

void State::end_handoff(const Binding& binding, const StageWalk::Walked& walked, const Seen& seen) {
  // The entry is the earliest into any buyer stage; rows tell what came first at equal times.
  auto entry = StageWalk::no_row;
  for_each_bit(seen.entered & ~customer_stages_,
               [&](std::size_t stage) { entry = std::min(entry, seen.first_row[stage]); });
  if (entry == StageWalk::no_row || walked.first_buy < entry) return;
  if (binding.walk.horizon() - binding.time[entry] < idle_.micros) return;
  ++handoff_matured_;
  handoff_crossed_ += walked.first_buy != StageWalk::no_row ? 1 : 0;
}

void State::settle(const Binding& binding) {
  money_.settle(binding.currency);
}

void State::Tally::merge(const Tally& other) {
  entered += other.entered;
  now += other.now;
  moved_on += other.moved_on;
  went_back += other.went_back;
  skipped += other.skipped;
  lost += other.lost;
  immature += other.immature;
  matured += other.matured;
  converted += other.converted;
  reentries += other.reentries;
  promoters += other.promoters;
  detractors += other.detractors;
  nps_responses += other.nps_responses;
  satisfied += other.satisfied;
  csat_responses += other.csat_responses;
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] += other.kinds[i];
  stays.merge(other.stays);
}

void State::merge(const State& other) {
  for (std::size_t i = 0; i < tallies_.size(); ++i) tallies_[i].merge(other.tallies_[i]);
  for (const auto& [key, move] : other.moves_) {
    auto& into = moves_[key];
    into.journeys += move.journeys;
    into.stays.merge(move.stays);
  }
  money_.merge(other.money_);
  for (std::size_t i = 0; i < phase_entered_.size(); ++i) phase_entered_[i] += other.phase_entered_[i];
  crossed_phase_ += other.crossed_phase_;
  buyers_ += other.buyers_;
  handoff_matured_ += other.handoff_matured_;
  handoff_crossed_ += other.handoff_crossed_;
}

std::uint16_t State::move_key(std::uint32_t source, std::uint32_t target) const {
  return static_cast<std::uint16_t>(source * tallies_.size() + target);
}

bool State::has_two_phases() const {
  const auto& stages = definition_->stages;
  return stages.front().phase != stages.back().phase;
}

bool State::is_last(std::size_t stage) const {
  return stage + 1 == tallies_.size() && !StageWalk::ends_with_buy(*definition_);
}

StageRow State::row(std::size_t stage) const {
  const auto& tally = tallies_[stage];
  StageRow out{.stage = definition_->stages[stage].name, .phase = definition_->stages[stage].phase};
  out.entered = tally.entered;
  out.now = tally.now;
  out.moved_on = tally.moved_on;
  out.went_back = tally.went_back;
  out.skipped = tally.skipped;
  out.lost = tally.lost;
  out.immature = tally.immature;
  if (!is_last(stage)) out.conversion = {tally.converted, tally.matured};
  out.median_days = tally.stays.quantile_days(0.5);
  out.p90_days = tally.stays.quantile_days(0.9);
  out.reentries = tally.reentries;
  out.value = money_.value(stage);
  out.nps_responses = tally.nps_responses;
  if (tally.nps_responses > 0) {
    const auto interval = statistics::net_promoter(tally.promoters, tally.detractors, tally.nps_responses);
    out.nps =
        100.0 * static_cast<double>(tally.promoters - tally.detractors) / static_cast<double>(tally.nps_responses);
    out.nps_low = interval.low;
    out.nps_high = interval.high;
    out.nps_small.holds = tally.nps_responses < small_sample;
  }
  out.csat_responses = tally.csat_responses;
  if (tally.csat_responses > 0) {
    const auto interval = statistics::wilson(tally.satisfied, tally.csat_responses);
    out.csat = static_cast<double>(tally.satisfied) / static_cast<double>(tally.csat_responses);
    out.csat_low = interval.low;
    out.csat_high = interval.high;
    out.csat_small.holds = tally.csat_responses < small_sample;
  }
  return out;
}

std::vector<PhaseRow> State::phase_rows() const {
  std::vector<PhaseRow> rows;
  for (const auto phase : {Phase::buyer, Phase::customer}) {
    PhaseRow out{.phase = phase, .entered = phase_entered_[static_cast<std::size_t>(phase)]};
    bool exists = false;
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      if (definition_->stages[i].phase != phase) continue;
      exists = true;
      if (const auto value = money_.value(i)) out.value = out.value.value_or(0) + *value;
    }
    if (phase == Phase::buyer && (has_two_phases() || StageWalk::ends_with_buy(*definition_)))
      out.moved_on = crossed_phase_;
    if (exists) rows.push_back(out);
  }
  return rows;
}

Result State::finish() const {
  Result result;
  result.framework = definition_->name;
  result.framework_title = definition_->title;
  result.idle_days = static_cast<double>(idle_.micros) / 86'400e6;
  if (const auto currency = money_.currency(); currency && !currency->empty()) result.currency = *currency;
  for (std::size_t i = 0; i < tallies_.size(); ++i) result.stages.push_back(row(i));
  const auto& stages = definition_->stages;
  for (const auto& [key, move] : moves_) {
    result.moves.push_back({.source = stages[key / stages.size()].name,
                            .target = stages[key % stages.size()].name,
                            .journeys = move.journeys,
                            .median_days = move.stays.quantile_days(0.5)});
  }
  result.phases = phase_rows();
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    for (std::size_t kind = 1; kind < kind_count; ++kind) {
      const auto journeys = tallies_[i].kinds[kind];
      if (journeys > 0) result.kinds.push_back({stages[i].name, static_cast<Kind>(kind), journeys});
    }
  }
  if (has_two_phases()) {
    result.handoff = Handoff{.buyers = buyers_,
                             .matured = handoff_matured_,
                             .crossed = handoff_crossed_,
                             .conversion = {handoff_crossed_, handoff_matured_}};
  }
  return result;
}

}  // namespace peregrine::stages
