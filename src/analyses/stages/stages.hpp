// The analysis `stages`: how customers come into the stages of a framework, stay, move on, go back and are lost.
// The stays themselves are found by StageWalk (model/stage_walk.hpp), which says the rules.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyses/stages/few_answers.hpp"
#include "analyses/stages/stage_money.hpp"
#include "fold/archive.hpp"
#include "fold/fold.hpp"
#include "fold/rate.hpp"
#include "fold/resources.hpp"
#include "model/stage_walk.hpp"
#include "statistics/time_histogram.hpp"

namespace peregrine::stages {

struct Params {
  std::string framework;
  Duration idle = days(90);
  bool reenter = false;

  /// What `framework` names. Shared by the Params of one question and its States: it never changes.
  std::shared_ptr<const Framework> definition;
  void resolve(const Resources& resources);

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Params::framework>("Framework whose stages are counted; the workspace's own when empty."),
        field<&Params::idle>("Silence after which a customer has left a stage, and the time an entry takes to mature.",
                             {.min = 1, .max = 100 * 365 * 86'400.0}),
        field<&Params::reenter>("Whether customers who have bought come into stages of the buyer phase again."));
  }
};

struct StageRow {
  std::string stage;
  Phase phase = Phase::buyer;
  std::int64_t entered = 0;
  std::int64_t now = 0;
  std::int64_t moved_on = 0;
  std::int64_t went_back = 0;
  std::int64_t skipped = 0;
  std::int64_t lost = 0;
  std::int64_t immature = 0;
  Rate conversion;
  std::optional<double> median_days;
  std::optional<double> p90_days;
  std::int64_t reentries = 0;
  std::optional<double> value;
  std::optional<double> nps;
  std::optional<double> nps_low;
  std::optional<double> nps_high;
  std::int64_t nps_responses = 0;
  FewAnswers nps_small;
  std::optional<double> csat;
  std::optional<double> csat_low;
  std::optional<double> csat_high;
  std::int64_t csat_responses = 0;
  FewAnswers csat_small;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&StageRow::stage>("Stage."), field<&StageRow::phase>("Phase of the stage."),
        field<&StageRow::entered>("Customers who came into the stage in the range."),
        field<&StageRow::now>("Customers who are in it at the end of what is known."),
        field<&StageRow::moved_on>("Customers who went from it to a later stage without a loss between."),
        field<&StageRow::went_back>("Customers who went from it to an earlier stage."),
        field<&StageRow::skipped>("Customers who reached a later stage and were never in this one."),
        field<&StageRow::lost>("Customers who fell silent in it for as long as `idle`."),
        field<&StageRow::immature>("Customers who entered less than `idle` ago and have reached no later stage yet."),
        field<&StageRow::conversion>("Share of matured customers who later came into any later stage."),
        field<&StageRow::median_days>("Median length of a stay that ended by moving on, in days."),
        field<&StageRow::p90_days>("Nine of ten stays that ended by moving on were no longer, in days."),
        field<&StageRow::reentries>("Stays beyond the first of each customer."),
        field<&StageRow::value>("Sum of the values of events during the stays."),
        field<&StageRow::nps>("Net promoter score of customers who were in the stage when they answered, -100 to 100."),
        field<&StageRow::nps_low>("Lower end of its 95 % interval."),
        field<&StageRow::nps_high>("Upper end of its 95 % interval."),
        field<&StageRow::nps_responses>("Answers it rests on."),
        field<&StageRow::nps_small>("It rests on fewer than 30 answers."),
        field<&StageRow::csat>("Share of satisfied answers (4 and 5 of 5) of customers who were in the stage then."),
        field<&StageRow::csat_low>("Lower end of its 95 % interval."),
        field<&StageRow::csat_high>("Upper end of its 95 % interval."),
        field<&StageRow::csat_responses>("Answers it rests on."),
        field<&StageRow::csat_small>("It rests on fewer than 30 answers."));
  }
};

struct MoveRow {
  std::string source;
  std::string target;
  std::int64_t journeys = 0;
  std::optional<double> median_days;

  static constexpr auto fields() {
    return std::make_tuple(field<&MoveRow::source>("Stage that was left."),
                           field<&MoveRow::target>("Stage that opened."),
                           field<&MoveRow::journeys>("Customers who made this move."),
                           field<&MoveRow::median_days>("Median length of the stay before it, in days."));
  }
};

struct PhaseRow {
  Phase phase = Phase::buyer;
  std::int64_t entered = 0;
  std::optional<std::int64_t> moved_on;
  std::optional<double> value;

  static constexpr auto fields() {
    return std::make_tuple(field<&PhaseRow::phase>("Phase."),
                           field<&PhaseRow::entered>("Customers who came into any of its stages."),
                           field<&PhaseRow::moved_on>("Of those, customers who later came into the next phase."),
                           field<&PhaseRow::value>("Sum of the values of its stages."));
  }
};

struct KindRow {
  std::string stage;
  Kind kind = Kind::none;
  std::int64_t journeys = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&KindRow::stage>("Stage."), field<&KindRow::kind>("Kind of touchpoint."),
                           field<&KindRow::journeys>("Customers who met one of that kind while in the stage."));
  }
};

struct Handoff {
  std::int64_t buyers = 0;
  std::int64_t matured = 0;
  std::int64_t crossed = 0;
  Rate conversion;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Handoff::buyers>("Customers whose first buy lies in the range."),
        field<&Handoff::matured>("Customers who came into a buyer stage, had not bought before, and have matured."),
        field<&Handoff::crossed>("Of those, customers who bought."), field<&Handoff::conversion>("Their share."));
  }
};

struct Result {
  std::string framework;
  std::string framework_title;
  double idle_days = 0;
  std::optional<std::string> currency;
  std::vector<StageRow> stages;
  std::vector<MoveRow> moves;
  std::vector<PhaseRow> phases;
  std::vector<KindRow> kinds;
  std::optional<Handoff> handoff;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Result::framework>("Name of the framework."), field<&Result::framework_title>("What people call it."),
        field<&Result::idle_days>("Silence after which a customer has left, in days."),
        field<&Result::currency>("Currency of all values."), field<&Result::stages>("Stages in order."),
        field<&Result::moves>("Moves between stages, in order of stages."), field<&Result::phases>("Phases in order."),
        field<&Result::kinds>("Kinds of touchpoint met in each stage."),
        field<&Result::handoff>("The crossing from buyer to customer; null where the framework has one phase."));
  }
};

class State {
 public:
  using Params = stages::Params;
  using Result = stages::Result;
  static ColumnRequest columns(const Params& params);
  static std::string_view counted(const Params& params, std::string_view member);

  struct Binding {
    Binding(const Params& params, const Scope& scope, const Part& part);
    StageWalk walk;
    SurveyScores scores;
    const std::int64_t* time;
    EventCodes event;
    ColumnView value;
    ColumnView currency;
    std::vector<std::uint16_t> signs;  // by code: a bit for its kind, and whether it may carry a score
  };

  State(const Params& params, const Scope& scope);
  void observe(const Binding& binding, const JourneyBatch& batch) noexcept;
  void settle(const Binding& binding);
  void merge(const State& other);
  Result finish() const;
  void describe(Meta& meta) const;

  template <class Archive>
  void archive(Archive& archive) {
    archive(tallies_, moves_, money_, phase_entered_, crossed_phase_, buyers_, handoff_matured_, handoff_crossed_);
    if constexpr (Archive::loading) {
      const auto count = definition_->stages.size();
      archive.require(tallies_.size() == count, "counts other stages");
      for (const auto& [key, move] : moves_) archive.require(key < count * count, "counts moves of other stages");
    }
  }

 private:
  struct Tally {
    std::int64_t entered = 0;
    std::int64_t now = 0;
    std::int64_t moved_on = 0;
    std::int64_t went_back = 0;
    std::int64_t skipped = 0;
    std::int64_t lost = 0;
    std::int64_t immature = 0;
    std::int64_t matured = 0;
    std::int64_t converted = 0;
    std::int64_t reentries = 0;
    std::int64_t promoters = 0;
    std::int64_t detractors = 0;
    std::int64_t nps_responses = 0;
    std::int64_t satisfied = 0;
    std::int64_t csat_responses = 0;
    std::array<std::int64_t, kind_count> kinds{};
    statistics::TimeHistogram stays;  // that ended by moving on

    template <class Archive>
    void archive(Archive& archive) {
      archive(entered, now, moved_on, went_back, skipped, lost, immature, matured, converted, reentries, promoters,
              detractors, nps_responses, satisfied, csat_responses, kinds, stays);
    }
    void merge(const Tally& other);
  };
  struct Move {
    std::int64_t journeys = 0;
    statistics::TimeHistogram stays;

    template <class Archive>
    void archive(Archive& archive) {
      archive(journeys, stays);
    }
  };
  struct Seen;  // one journey, while it is walked

  void observe_stay(const Binding& binding, const StageInterval& stay, Seen& seen);
  void observe_rows(const Binding& binding, const StageInterval& stay, Seen& seen);
  void observe_answers(const Binding& binding, const StageInterval& stay, bool first_stay);
  void end_journey(const Binding& binding, const StageWalk::Walked& walked, Seen& seen);
  void end_handoff(const Binding& binding, const StageWalk::Walked& walked, const Seen& seen);
  bool has_two_phases() const;
  /// True when nobody can move on from it.
  bool is_last(std::size_t stage) const;
  StageRow row(std::size_t stage) const;
  std::vector<PhaseRow> phase_rows() const;
  std::uint16_t move_key(std::uint32_t source, std::uint32_t target) const;

  void say_how_stays_are_found(Meta& meta) const;
  void say_how_they_are_counted(Meta& meta) const;
  void miss_figures_of_stage(Meta& meta, std::size_t stage) const;
  void miss_other_figures(Meta& meta) const;

  std::shared_ptr<const Framework> definition_;  // shared with the Params, see there
  Scope scope_;
  Duration idle_;
  bool reenter_ = false;
  std::uint64_t customer_stages_ = 0;  // bits

  std::vector<Tally> tallies_;           // by stage
  std::map<std::uint16_t, Move> moves_;  // by move_key
  StageMoney money_;
  std::array<std::int64_t, 2> phase_entered_{};
  std::int64_t crossed_phase_ = 0;  // customers who were in the buyer phase and came into the next, or out by a buy
  std::int64_t buyers_ = 0;
  std::int64_t handoff_matured_ = 0;
  std::int64_t handoff_crossed_ = 0;
};

static_assert(Fold<State>);

}  // namespace peregrine::stages
