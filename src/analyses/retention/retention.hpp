// The analysis `retention`: of the customers who started in a period, how many came back in the periods after it, and
// what their comebacks are worth.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyses/retention/cohort.hpp"
#include "analyses/retention/params.hpp"
#include "analyses/retention/sole_currency.hpp"
#include "analyses/retention/weighted_rate.hpp"
#include "analyses/retention/worth.hpp"
#include "fold/archive.hpp"
#include "fold/fold.hpp"
#include "model/period_table.hpp"

namespace peregrine::retention {

struct AverageRow {
  std::int64_t period = 0;
  std::string name;
  std::int64_t cohorts = 0;
  std::int64_t starts = 0;
  std::int64_t back = 0;
  WeightedRate rate;
  Worth value;
  Worth start_value;
  Worth value_rate;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&AverageRow::period>("Number of the period, the first one of a bracket."),
        field<&AverageRow::name>("What it is called."),
        field<&AverageRow::cohorts>("Cohorts in which somebody has had the whole period."),
        field<&AverageRow::starts>("Starts that have had the whole period: customers, each once a cohort."),
        field<&AverageRow::back>("Of those, starts of customers who came back."),
        field<&AverageRow::rate>("The average of the cohorts' rates, as `average` says."),
        field<&AverageRow::value>("Money of the comebacks of those who have matured."),
        field<&AverageRow::start_value>("Money of the starts of those who have matured."),
        field<&AverageRow::value_rate>("The average of value ÷ start_value of the cohorts."));
  }
};

struct CohortRow {
  std::string cohort;
  std::int64_t size = 0;
  std::vector<std::int64_t> matured;
  std::vector<std::optional<std::int64_t>> customers;
  std::vector<std::optional<double>> value;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&CohortRow::cohort>("The period in which they started, by its first day."),
        field<&CohortRow::size>("Customers who started in it."),
        field<&CohortRow::matured>("By row of `average`: customers who have had the whole period."),
        field<&CohortRow::customers>("Of those, customers who came back; null when nobody has had the period."),
        field<&CohortRow::value>("Money of their comebacks, null likewise; empty without measure value."));
  }
};

struct CellRow {
  std::int64_t period = 0;
  std::string cohort;
  std::int64_t matured = 0;
  std::int64_t customers = 0;
  Rate rate;
  Worth value;

  static constexpr auto fields() {
    return std::make_tuple(field<&CellRow::period>("Number of the period, the first one of a bracket."),
                           field<&CellRow::cohort>("The period in which they started, by its first day."),
                           field<&CellRow::matured>("Customers of the cohort who have had the whole period."),
                           field<&CellRow::customers>("Of those, customers who came back."),
                           field<&CellRow::rate>("Their share."),
                           field<&CellRow::value>("Money of their comebacks, with measure value."));
  }
};

struct Result {
  std::int64_t customers = 0;
  std::optional<std::string> currency;
  std::vector<AverageRow> average;
  std::vector<CohortRow> cohorts;
  std::vector<CellRow> cells;

  static constexpr auto fields() {
    return std::make_tuple(field<&Result::customers>("Customers in any cohort."),
                           field<&Result::currency>("Currency of all values."),
                           field<&Result::average>("A row for each period from 0 on, or each bracket, of all cohorts."),
                           field<&Result::cohorts>("Cohorts in order, with a place for each row of `average`."),
                           field<&Result::cells>("The same, a row for each cell that has been reached."));
  }
};

class State {
 public:
  using Params = retention::Params;
  using Result = retention::Result;
  static ColumnRequest columns(const Params& params);
  static std::string_view counted(const Params& params, std::string_view member);

  struct Binding {
    Binding(const Params& params, const Scope& scope, const Part& part);

    Scope scope;
    Mode mode;
    Clock clock;
    StartRule start_rule;
    bool with_value;
    std::int64_t length = 0;  // of a period of the own clock
    std::int64_t last_period = 0;
    std::size_t cells = 0;
    std::vector<std::size_t> cell_of_period;  // with brackets: `cells` for a period in none
    std::vector<std::size_t> cells_ended;     // with brackets: by number of periods that have ended

    const std::int64_t* time;
    EventCodes event;
    ColumnView value;
    ColumnView currency;
    std::vector<std::uint8_t> starts;  // by code; empty: every event is one
    std::vector<std::uint8_t> backs;   // likewise
    PeriodTable periods;               // from the first possible start to the newest event
    std::int64_t newest_period = -1;   // the place of the newest event in them

    /// How many periods of a customer have ended by the newest event.
    std::int64_t ended(std::int64_t start, std::size_t cohort) const;
    std::size_t matured(std::int64_t ended_periods) const;
  };

  State(const Params& params, const Scope& scope);
  void observe(const Binding& binding, const JourneyBatch& batch) noexcept;
  void settle(const Binding& binding);
  void merge(const State& other);
  Result finish() const;
  void describe(Meta& meta) const;

  /// The event that begins the customer's clock, the first of them with start_rule every_time.
  static std::size_t anchors(const Params&) { return 1; }
  void find_anchors(const Binding& binding, std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& rows);

  template <class Archive>
  void archive(Archive& archive) {
    archive(customers_, currency_, cohorts_);
    if constexpr (Archive::loading) {
      for (const auto& [begin, cohort] : cohorts_)
        archive.require(cohort.fits(params_.cells(), with_value()), "has cohorts with other cells");
    }
  }

 private:
  /// Comebacks in one period.
  struct Hit {
    std::size_t period;
    std::int64_t value;
  };

  bool with_value() const { return params_.measure == Measure::value; }
  template <class Codes>
  void observe_codes(const Binding& binding, const JourneyBatch& batch, Codes codes);
  template <class Codes>
  bool enter_each(const Binding& binding, std::uint64_t begin, std::uint64_t end, Codes codes);
  template <class Codes>
  void enter(const Binding& binding, std::uint64_t start, std::uint64_t end, Codes codes);
  template <class Codes>
  void find_hits(const Binding& binding, std::uint64_t start, std::uint64_t end, std::size_t cohort, std::int64_t ended,
                 Codes codes);
  void count_customer(const Binding& binding, Cohort& cohort, std::size_t matured) const;
  void count_value(const Binding& binding, Cohort& cohort, std::size_t matured, std::int64_t start_value) const;
  std::int64_t amount_at(const Binding& binding, std::uint64_t row);
  Cohort& cohort_at(const Binding& binding, std::size_t place);
  std::size_t streak() const;
  AverageRow average_row(std::size_t cell, const std::vector<CohortSums>& cohorts) const;
  CohortRow cohort_row(const CohortSums& cohort) const;
  std::vector<CohortSums> sums() const;
  std::string name_of_cell(std::size_t cell) const;
  bool shows_value() const { return with_value() && !currency_.is_empty() && !currency_.is_mixed(); }
  void describe_rules(Meta& meta) const;
  void describe_missing(Meta& meta) const;

  Params params_;
  Scope scope_;
  std::int64_t customers_ = 0;
  SoleCurrency currency_;
  std::map<std::int64_t, Cohort> cohorts_;  // by the first moment of their period

  // Of the part being observed.
  std::vector<std::uint32_t> place_of_period_;  // one past the place in here_; 0: nobody yet
  std::vector<std::pair<std::size_t, Cohort>> here_;
  std::vector<Hit> hits_;  // of the customer at hand, in order
};

static_assert(Fold<State> && Anchored<State>);

}  // namespace peregrine::retention
