// The funnel: how many customers go through given steps, where they are lost, and how long it takes them.
// Which events count as having gone through the steps is said by the parameters (params.hpp) and found by a matcher:
// FastChain for the plain case, else Attempts with ChainMatcher or CollectionMatcher. The State is a Tally of entries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/funnel/attempts.hpp"
#include "analyses/funnel/fast_chain.hpp"
#include "analyses/funnel/params.hpp"
#include "analyses/funnel/tally.hpp"
#include "fold/archive.hpp"
#include "fold/fold.hpp"
#include "fold/rate.hpp"
#include "model/session.hpp"

namespace peregrine::funnel {

struct StepRow {
  std::string name;
  std::int64_t journeys = 0;
  Rate rate;
  Rate step_rate;
  std::int64_t lost = 0;
  std::int64_t immature = 0;
  std::optional<double> median_seconds;
  std::optional<double> p90_seconds;
  std::optional<double> total_median_seconds;
  std::optional<double> value;
  std::optional<std::string> currency;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&StepRow::name>("The step's label, or its event's name."),
        field<&StepRow::journeys>("Entries that got to this step, matured or not."),
        field<&StepRow::rate>("Of the matured entries, the share that got to this step."),
        field<&StepRow::step_rate>("Of the matured entries at the step before, the share that got to this step."),
        field<&StepRow::lost>("Matured entries at the step before that did not get to this step."),
        field<&StepRow::immature>("Entries that are not at this step and are not matured: they may still get there."),
        field<&StepRow::median_seconds>("Half took at most this long from the step before."),
        field<&StepRow::p90_seconds>("Nine of ten took at most this long from the step before."),
        field<&StepRow::total_median_seconds>("Half took at most this long from the first step."),
        field<&StepRow::value>(
            "Money of the events that filled this step; null when in several currencies, or when no event has any."),
        field<&StepRow::currency>("The currency of `value`, when the events name one."));
  }
};

struct Result {
  std::vector<StepRow> steps;

  static constexpr auto fields() { return std::make_tuple(field<&Result::steps>("One row a step, in order.")); }
};

struct Binding {
  Binding(const Params& params, const Scope& scope, const Part& part);

  StepTable table;
  FastChain fast;
  std::optional<Sessions> sessions;  // when they are counted
};

class State {
 public:
  using Params = funnel::Params;
  using Result = funnel::Result;
  using Binding = funnel::Binding;

  static ColumnRequest columns(const Params& params);
  static std::string_view counted(const Params& params, std::string_view member);

  State(const Params& params, const Scope& scope);

  void observe(const Binding& binding, const JourneyBatch& batch) noexcept;
  static std::size_t anchors(const Params& params) { return params.steps.size(); }
  /// The events of the journey's entry that counts, of several the first; a step that was skipped has no_row.
  void find_anchors(const Binding& binding, std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& rows);
  void settle(const Binding& binding) { tally_.settle(binding.table); }
  void merge(const State& other) { tally_.merge(other.tally_); }
  Result finish() const;
  void describe(Meta& meta) const;

  template <class Archive>
  void archive(Archive& archive) {
    archive(tally_);
  }

 private:
  void observe_sessions(const Binding& binding, std::uint64_t begin, std::uint64_t journey_end) noexcept;
  std::string name_of(std::size_t step) const;
  /// The last step before `step` that may not be skipped.
  std::size_t before(std::size_t step) const;

  Params params_;
  Rules rules_;
  Scope scope_;
  Tally tally_;
  Attempts attempts_;
};

static_assert(Fold<State> && Anchored<State>);

}  // namespace peregrine::funnel
