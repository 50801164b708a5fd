// The analysis `handoff`: what becomes of those who cross from buyer to customer. Who reached value and how soon, who
// was brought on board, needed help, returned, bought again or was never heard of, the money of each, and which
// touchpoints before the purchase go with a good handoff. The rules of one purchase are in purchase.hpp.
//
// Two passes: the first counts touchpoints and chooses those that get a row, the second counts.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyses/handoff/params.hpp"
#include "analyses/handoff/purchase.hpp"
#include "analyses/stages/stage_money.hpp"
#include "fold/archive.hpp"
#include "fold/fold.hpp"
#include "fold/rate.hpp"
#include "statistics/time_histogram.hpp"

namespace peregrine::handoff {

struct Summary {
  std::int64_t buyers = 0;
  std::int64_t matured = 0;
  std::int64_t immature = 0;
  std::int64_t reached_value = 0;
  Rate reached_value_rate;
  std::int64_t onboarded = 0;
  Rate onboarded_rate;
  std::int64_t early_support = 0;
  Rate early_support_rate;
  std::int64_t returned = 0;
  Rate returned_rate;
  std::int64_t bought_again = 0;
  Rate bought_again_rate;
  std::int64_t dropped_baton = 0;
  Rate dropped_baton_rate;
  std::optional<double> median_days_to_value;
  std::optional<double> p90_days_to_value;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Summary::buyers>("Customers whose first buy lies in the range."),
        field<&Summary::matured>("Of those, buyers whose time `within` is over: the rates rest on them."),
        field<&Summary::immature>("Buyers whose time is not over and who have not reached value yet."),
        field<&Summary::reached_value>("Buyers who reached value in time."),
        field<&Summary::reached_value_rate>("Share of matured buyers who did."),
        field<&Summary::onboarded>("Buyers with an event of role onboard in time."),
        field<&Summary::onboarded_rate>("Share of matured buyers with one."),
        field<&Summary::early_support>("Buyers who needed support or complained in time."),
        field<&Summary::early_support_rate>("Share of matured buyers who did."),
        field<&Summary::returned>("Buyers who returned or cancelled something in time."),
        field<&Summary::returned_rate>("Share of matured buyers who did."),
        field<&Summary::bought_again>("Buyers who bought a second time in time, later than the first."),
        field<&Summary::bought_again_rate>("Share of matured buyers who did."),
        field<&Summary::dropped_baton>("Matured buyers of whom nothing was heard after the purchase."),
        field<&Summary::dropped_baton_rate>("Their share of matured buyers."),
        field<&Summary::median_days_to_value>("Half of those who reached value took at most so many days."),
        field<&Summary::p90_days_to_value>("Nine of ten of them took no longer."));
  }
};

struct HistogramRow {
  double from_days = 0;
  double to_days = 0;
  std::int64_t buyers = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&HistogramRow::from_days>("Days after the purchase, from here on."),
                           field<&HistogramRow::to_days>("Up to here; the last row has its end too."),
                           field<&HistogramRow::buyers>("Buyers who first reached value then."));
  }
};

/// Matured buyers by what became of them; a buyer may be in several groups.
enum class Group : std::uint8_t {
  bought,
  reached_value,
  onboarded,
  early_support,
  returned,
  bought_again,
  dropped_baton,
  not_reached_value
};
constexpr auto enum_names(Group) {
  return std::to_array<std::string_view>({"bought", "reached_value", "onboarded", "early_support", "returned",
                                          "bought_again", "dropped_baton", "not_reached_value"});
}
constexpr std::size_t group_count = enum_names(Group{}).size();

struct RevenueRow {
  Group group = Group::bought;
  std::int64_t buyers = 0;
  std::optional<double> revenue;
  std::optional<double> revenue_per_buyer;

  static constexpr auto fields() {
    return std::make_tuple(field<&RevenueRow::group>("What became of them; bought is all of them."),
                           field<&RevenueRow::buyers>("Matured buyers of the group."),
                           field<&RevenueRow::revenue>("What they paid from the purchase on, in time, less returns."),
                           field<&RevenueRow::revenue_per_buyer>("The same divided by the buyers."));
  }
};

struct TouchpointRow {
  std::string touchpoint;
  std::int64_t buyers = 0;
  std::int64_t good = 0;
  Rate rate;
  Rate without_rate;
  std::optional<double> lift;
  std::optional<double> low;
  std::optional<double> high;
  std::optional<double> p;
  std::optional<double> q;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&TouchpointRow::touchpoint>("Touchpoint of the buyer phase."),
        field<&TouchpointRow::buyers>("Matured buyers who met it before the purchase."),
        field<&TouchpointRow::good>("Of those, buyers whose handoff was good: they reached value in time."),
        field<&TouchpointRow::rate>("Their share."),
        field<&TouchpointRow::without_rate>("Share of good handoffs of matured buyers who did not meet it."),
        field<&TouchpointRow::lift>("The first share less the second."),
        field<&TouchpointRow::low>("Lower end of its 95 % interval."),
        field<&TouchpointRow::high>("Upper end of its 95 % interval."),
        field<&TouchpointRow::p>("Chance of such a difference where there is none, both sides."),
        field<&TouchpointRow::q>("The same, corrected for all touchpoints that were tested."));
  }
};

struct Result {
  std::string framework;
  double within_days = 0;
  std::optional<std::string> currency;
  Summary summary;
  std::vector<HistogramRow> histogram;
  std::vector<RevenueRow> revenue;
  std::vector<TouchpointRow> touchpoints;
  std::int64_t tested = 0;
  std::int64_t left_out = 0;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Result::framework>("Name of the framework."),
        field<&Result::within_days>("Time after the purchase in which everything counts, in days."),
        field<&Result::currency>("Currency of all money."), field<&Result::summary>("Buyers and what became of them."),
        field<&Result::histogram>("Days from the purchase to value, in thirty equal parts of the time."),
        field<&Result::revenue>("Money of matured buyers by what became of them."),
        field<&Result::touchpoints>("Touchpoints before the purchase, those that go best with a good handoff first."),
        field<&Result::tested>("Touchpoints whose difference was tested, over which q is corrected."),
        field<&Result::left_out>("Touchpoints without a row, which few buyers met."));
  }
};

class State {
 public:
  using Params = handoff::Params;
  using Result = handoff::Result;
  using Binding = Purchases;

  static ColumnRequest columns(const Params&) { return {.value = true, .properties = {"currency"}}; }
  static std::string_view counted(const Params&, std::string_view member) {
    return member == "tested" || member == "left_out" ? "touchpoints" : "customers";
  }
  /// The purchase.
  static std::size_t anchors(const Params&) { return 1; }

  State(const Params& params, const Scope& scope);
  void observe(const Binding& binding, const JourneyBatch& batch) noexcept;
  void find_anchors(const Binding& binding, std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& rows);
  void settle(const Binding& binding);
  void merge(const State& other);
  /// After the first pass: the parameters of the second.
  std::optional<Params> next() const;
  Result finish() const;
  void describe(Meta& meta) const;

  template <class Archive>
  void archive(Archive& archive) {
    auto chosen = choice_hash();
    archive(chosen.low, chosen.high);
    if constexpr (Archive::loading) archive.require(chosen == choice_hash(), "belongs to another pass");
    archive(met_by_name_, buyers_, matured_, immature_, outcomes_, matured_outcomes_, to_value_, bins_, money_, met_);
    if constexpr (Archive::loading) {
      archive.require(met_.size() == (params_.choice == nullptr ? 0 : params_.choice->touchpoints.size()),
                      "counts other touchpoints");
    }
  }

 private:
  static constexpr std::size_t bins = 30;
  /// Matured buyers who met a touchpoint before the purchase.
  struct Met {
    std::int64_t buyers = 0;
    std::int64_t good = 0;

    template <class Archive>
    void archive(Archive& archive) {
      archive(buyers, good);
    }
  };

  /// Of what the first pass chose; nothing in the first pass.
  Hash128 choice_hash() const { return params_.choice == nullptr ? Hash128{} : params_.choice->hash(); }
  void collect_touchpoints(const Binding& binding, std::uint64_t begin, std::uint64_t end);
  void count(const Binding& binding, const Purchase& purchase);
  void add_money(const Binding& binding, const Purchase& purchase);
  std::int64_t in_group(Group group) const;
  Rate rate_of(Outcome outcome) const;
  Summary summary() const;
  std::vector<HistogramRow> histogram_rows() const;
  std::vector<RevenueRow> revenue_rows() const;
  std::vector<TouchpointRow> touchpoint_rows() const;

  Params params_;
  std::map<std::string, std::int64_t> met_by_name_;  // in the first pass: matured buyers by touchpoint

  std::int64_t buyers_ = 0;  // this and all below in the second
  std::int64_t matured_ = 0;
  std::int64_t immature_ = 0;
  std::array<std::int64_t, outcome_count> outcomes_{};
  std::array<std::int64_t, outcome_count> matured_outcomes_{};
  statistics::TimeHistogram to_value_;
  std::array<std::int64_t, bins> bins_{};
  stages::StageMoney money_{group_count};  // its stages are the groups
  std::vector<Met> met_;                   // by place in the choice

  std::vector<std::uint32_t> seen_;                           // places of one journey's touchpoints, each once
  std::unordered_map<std::uint32_t, std::int64_t> met_here_;  // in the first pass, by place in the present part
};

static_assert(Fold<State>);
static_assert(Anchored<State>);

}  // namespace peregrine::handoff
