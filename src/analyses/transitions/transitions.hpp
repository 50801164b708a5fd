// The analysis `transitions`: what follows directly on what. The directly-follows graph of events, touchpoints or
// stages, the commonest whole ways (variants), and journeys unrolled step by step.
//
// Two passes: the first (choice.hpp) chooses what gets a row, the second (counting.hpp) counts it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyses/transitions/choice.hpp"
#include "analyses/transitions/counting.hpp"
#include "analyses/transitions/params.hpp"
#include "analyses/transitions/sequence.hpp"
#include "fold/fold.hpp"
#include "fold/rate.hpp"

namespace peregrine::transitions {

struct EdgeRow {
  std::string source;
  std::string target;
  std::int64_t count = 0;
  std::int64_t journeys = 0;
  std::optional<double> median_seconds;
  std::optional<double> p90_seconds;

  static constexpr auto fields() {
    return std::make_tuple(field<&EdgeRow::source>("What came first."),
                           field<&EdgeRow::target>("What followed directly on it."),
                           field<&EdgeRow::count>("How often."), field<&EdgeRow::journeys>("In how many journeys."),
                           field<&EdgeRow::median_seconds>("Median time from the one to the other."),
                           field<&EdgeRow::p90_seconds>("Nine of ten took no longer."));
  }
};

struct NameRow {
  std::string name;
  std::int64_t journeys = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&NameRow::name>("Event, touchpoint or stage."),
                           field<&NameRow::journeys>("Journeys that start or end with it."));
  }
};

struct VariantRow {
  std::string variant;
  std::optional<std::int64_t> length;
  std::int64_t journeys = 0;
  Rate share;

  static constexpr auto fields() {
    return std::make_tuple(field<&VariantRow::length>("How many names the way has."),
                           field<&VariantRow::variant>("Names in order, runs of one name said once."),
                           field<&VariantRow::journeys>("Journeys that went exactly this way."),
                           field<&VariantRow::share>("Their share of all journeys."));
  }
};

struct StepNode {
  std::int64_t step = 0;
  std::string name;
  std::int64_t journeys = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&StepNode::step>("Step, from 1."),
                           field<&StepNode::name>("What it is; (end) where journeys have ended just before."),
                           field<&StepNode::journeys>("Journeys with this step."));
  }
};

struct StepEdge {
  std::int64_t step = 0;
  std::string source;
  std::string target;
  std::int64_t journeys = 0;
  std::optional<double> median_seconds;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&StepEdge::step>("Step of the source."), field<&StepEdge::source>("A node of that step."),
        field<&StepEdge::target>("A node of the next step."), field<&StepEdge::journeys>("Journeys with both."),
        field<&StepEdge::median_seconds>("Median time between them; null at (end)."));
  }
};

struct Steps {
  std::vector<StepNode> nodes;
  std::vector<StepEdge> edges;

  static constexpr auto fields() {
    return std::make_tuple(field<&Steps::nodes>("By step, those with most journeys first, other and (end) last."),
                           field<&Steps::edges>("In the order of their nodes."));
  }
};

struct Result {
  Level level = Level::event;
  std::optional<std::string> framework;
  std::int64_t journeys = 0;
  std::int64_t transitions = 0;
  std::int64_t names = 0;
  std::int64_t other_names = 0;
  std::optional<std::int64_t> distinct_variants;
  std::optional<std::int64_t> longest_variant;
  std::vector<EdgeRow> edges;
  std::vector<NameRow> starts;
  std::vector<NameRow> ends;
  std::vector<VariantRow> variants;
  Steps steps;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Result::level>("What a journey is a sequence of."),
        field<&Result::framework>("Framework whose stages are meant; null at other levels."),
        field<&Result::journeys>("Journeys with anything in the range."),
        field<&Result::transitions>("Pairs of neighbours in them."),
        field<&Result::names>("Names with edges of their own."),
        field<&Result::other_names>("Names that are counted together as other."),
        field<&Result::distinct_variants>("Distinct variants that were counted."),
        field<&Result::longest_variant>("Longer variants were not counted apart; null when all were."),
        field<&Result::edges>("What follows directly on what, the most frequent first."),
        field<&Result::starts>("First names of journeys in the range."),
        field<&Result::ends>("Last names of journeys in the range."),
        field<&Result::variants>("Whole ways, the most frequent first; the row other is all the rest."),
        field<&Result::steps>("Journeys unrolled by step."));
  }
};

class State {
 public:
  using Params = transitions::Params;
  using Result = transitions::Result;
  static ColumnRequest columns(const Params& params) {
    return params.level == Level::stage ? StageWalk::columns() : ColumnRequest{};
  }
  static std::string_view counted(const Params& params, std::string_view member);

  struct Binding {
    Binding(const Params& params, const Scope& scope, const Part& part);
    Sequences sequences;
    std::optional<Counting::Places> places;  // in the second pass
  };

  struct Shared {
    VariantBound longest_variant = Variants::any_length;
  };

  State(const Params& params, const Scope& scope);
  void share(Shared& shared);
  void observe(const Binding& binding, const JourneyBatch& batch) noexcept;
  void settle(const Binding& binding);
  void merge(const State& other);
  /// Without the sample of times, which makes room for many.
  static Params for_few(Params params);
  /// After the first pass: the parameters of the second.
  std::optional<Params> next() const;
  Result finish() const;
  void describe(Meta& meta) const;

  template <class Archive>
  void archive(Archive& archive) {
    auto chosen = choice_hash();
    archive(chosen.low, chosen.high);
    if constexpr (Archive::loading) archive.require(chosen == choice_hash(), "belongs to another pass");
    choosing_ ? archive(*choosing_) : archive(*counting_);
  }

 private:
  /// Of what the first pass chose; nothing in the first pass.
  Hash128 choice_hash() const { return params_.choice == nullptr ? Hash128{} : params_.choice->hash(); }
  std::vector<EdgeRow> edge_rows() const;
  std::vector<NameRow> name_rows(const std::vector<std::int64_t>& journeys) const;
  std::vector<VariantRow> variant_rows() const;
  Steps step_rows() const;

  Params params_;
  std::optional<Choosing> choosing_;  // in the first pass; or
  std::optional<Counting> counting_;  // in the second
};

static_assert(Fold<State>);

}  // namespace peregrine::transitions
