// The analysis `lifecycle`: for each period how many customers are new, returning, back after a silence or silent
// since, and on how many days of it they were active.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fold/archive.hpp"
#include "fold/fold.hpp"
#include "fold/rate.hpp"
#include "fold/resources.hpp"
#include "model/calendar.hpp"
#include "model/event_choice.hpp"
#include "model/period_table.hpp"

namespace peregrine::lifecycle {

enum class Period : std::uint8_t { day, week, month };
constexpr auto enum_names(Period) {
  return std::to_array<std::string_view>({"day", "week", "month"});
}
constexpr Bucket bucket_of(Period period) {
  return period == Period::day ? Bucket::day : period == Period::week ? Bucket::week : Bucket::month;
}

struct Params {
  std::optional<EventChoice> active;
  Period period = Period::week;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Params::active>("What is activity: an event's name, role:use or any event. By default whatever the "
                               "customer does: any event but those with the roles notice, receive, ask and churn."),
        field<&Params::period>("Length of a period: calendar days, weeks from Monday or months of the zone."));
  }
  void resolve(const Resources&) {
    if (!active) active = EventChoice::deeds();
  }
  void check(const KnownNames& known) const { active->check(known, "lifecycle.active"); }
};

/// Customers of a period by what they were before. In a result it becomes `new`, `returning`, `resurrected`, `dormant`
/// (not above 0) and `pulse`; `dormant` and `pulse` are null while the period has not ended.
struct Flow {
  std::int64_t arrived = 0;  // `new`
  std::int64_t returning = 0;
  std::int64_t resurrected = 0;
  std::optional<std::int64_t> dormant;

  std::optional<double> pulse() const {
    if (!dormant || *dormant == 0) return std::nullopt;
    return static_cast<double>(arrived + resurrected) / static_cast<double>(-*dormant);
  }
};

/// The mean share of a period's days on which its customers were active, from how many were so on 1, 2, 3 … of them. In
/// a result it becomes `stickiness` with its interval, null where there is nobody, and `small` below 30 customers.
struct Stickiness {
  std::int64_t days = 0;                // of the period; 0: not to be told
  std::vector<std::int64_t> customers;  // by days of activity, from 1 on
};

struct PeriodRow {
  std::string period;
  bool complete = false;
  std::int64_t active = 0;
  Flow flow;
  std::int64_t days = 0;
  std::int64_t customer_days = 0;
  Stickiness stickiness;

  static constexpr auto fields() {
    return std::make_tuple(field<&PeriodRow::period>("The period, by its first day."),
                           field<&PeriodRow::complete>("It had ended by the newest event and the end of the range."),
                           field<&PeriodRow::active>("Customers active in it: new, returning and resurrected."),
                           field<&PeriodRow::flow>("By what they were before."),
                           field<&PeriodRow::days>("Calendar days it has."),
                           field<&PeriodRow::customer_days>("Days of activity, summed over customers."),
                           field<&PeriodRow::stickiness>("Mean share of its days on which its customers were active."));
  }
};

struct FrequencyRow {
  std::int64_t days = 0;
  std::string period;
  std::int64_t customers = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&FrequencyRow::days>("Days of activity."),
                           field<&FrequencyRow::period>("The period, by its first day."),
                           field<&FrequencyRow::customers>("Customers active on exactly so many of its days."));
  }
};

struct Result {
  std::int64_t customers = 0;
  std::vector<PeriodRow> periods;
  std::vector<FrequencyRow> frequency;

  static constexpr auto fields() {
    return std::make_tuple(field<&Result::customers>("Customers active in any period shown."),
                           field<&Result::periods>("Periods in order, those without anybody too."),
                           field<&Result::frequency>("On how many days of a period how many customers were active."));
  }
};

class State {
 public:
  using Params = lifecycle::Params;
  using Result = lifecycle::Result;
  static ColumnRequest columns(const Params& params) { return {.event = !params.active->is_any()}; }
  static std::string_view counted(const Params&, std::string_view member) {
    return member == "days" || member == "customer_days" ? "days" : "customers";
  }

  struct Binding {
    Binding(const Params& params, const Scope& scope, const Part& part);

    const std::int64_t* time;
    EventCodes event;
    std::vector<std::uint8_t> active;  // by code; empty: every event is activity
    PeriodTable days;                  // from the first event that matters to the newest
    PeriodTable periods;               // likewise
    std::size_t first_shown = 0;       // the first period that begins in the range
    std::int64_t end = 0;              // of the range
  };

  State(const Params& params, const Scope& scope) : params_(params), scope_(scope) {}
  void observe(const Binding& binding, const JourneyBatch& batch) noexcept;
  void settle(const Binding& binding);
  void merge(const State& other);
  Result finish() const;
  void describe(Meta& meta) const;

  template <class Archive>
  void archive(Archive& archive) {
    archive(customers_, tallies_);
    if constexpr (Archive::loading) {
      for (const auto& [begin, tally] : tallies_) archive.require(tally.adds_up(), "counts more than there are");
    }
  }

 private:
  static constexpr std::size_t most_days = 31;

  struct Tally {
    std::int64_t arrived = 0;
    std::int64_t returning = 0;
    std::int64_t resurrected = 0;
    std::int64_t dormant = 0;
    std::array<std::int64_t, most_days> days{};  // customers by days of activity, from 1 on

    std::int64_t active() const { return arrived + returning + resurrected; }
    bool adds_up() const;
    void merge(const Tally& other);
    template <class Archive>
    void archive(Archive& archive) {
      archive(arrived, returning, resurrected, dormant, days);
    }
  };
  /// A run of activity within one period, and what came before it.
  struct Stretch;

  template <class Codes>
  void observe_codes(const Binding& binding, const JourneyBatch& batch, Codes codes);
  void end_stretch(const Stretch& stretch);
  bool is_complete(std::int64_t begin) const;
  PeriodRow row(std::int64_t begin) const;
  std::vector<std::int64_t> shown_periods() const;

  Params params_;
  Scope scope_;
  std::int64_t customers_ = 0;
  std::map<std::int64_t, Tally> tallies_;  // by the first moment of their period
  std::vector<Tally> here_;                // by place in the table of the part being observed
};

static_assert(Fold<State>);

}  // namespace peregrine::lifecycle

namespace peregrine {

template <>
struct JsonType<lifecycle::Flow> {
  static void write_members(json::object& object, std::string_view name, const lifecycle::Flow& flow);
  static void describe_members(json::object& properties, std::string_view name, std::string_view words);
};

template <>
struct JsonType<lifecycle::Stickiness> {
  static void write_members(json::object& object, std::string_view name, const lifecycle::Stickiness& stickiness);
  static void describe_members(json::object& properties, std::string_view name, std::string_view words);
};

}  // namespace peregrine
