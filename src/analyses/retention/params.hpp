// The parameters of retention: what starts a customer's clock, what comes back, and how both are counted.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "model/calendar.hpp"
#include "model/event_choice.hpp"

namespace peregrine {
class Resources;
}

namespace peregrine::retention {

enum class Period : std::uint8_t { day, week, month };
constexpr auto enum_names(Period) {
  return std::to_array<std::string_view>({"day", "week", "month"});
}
constexpr Bucket bucket_of(Period period) {
  return period == Period::day ? Bucket::day : period == Period::week ? Bucket::week : Bucket::month;
}

enum class Mode : std::uint8_t { on, on_or_after, on_or_before, streak, brackets };
constexpr auto enum_names(Mode) {
  return std::to_array<std::string_view>({"on", "on_or_after", "on_or_before", "streak", "brackets"});
}

enum class Clock : std::uint8_t { own, calendar };
constexpr auto enum_names(Clock) {
  return std::to_array<std::string_view>({"own", "calendar"});
}

enum class StartRule : std::uint8_t { first_time, every_time };
constexpr auto enum_names(StartRule) {
  return std::to_array<std::string_view>({"first_time", "every_time"});
}

enum class Average : std::uint8_t { pooled, weighted, simple };
constexpr auto enum_names(Average) {
  return std::to_array<std::string_view>({"pooled", "weighted", "simple"});
}

enum class Measure : std::uint8_t { customers, value };
constexpr auto enum_names(Measure) {
  return std::to_array<std::string_view>({"customers", "value"});
}

constexpr std::int64_t most_periods = 1'000;

/// Some periods in a row that count as one, the last of them too. As text `1-3`, or `0`.
struct Bracket {
  std::int64_t first = 0;
  std::int64_t last = 0;

  std::string text() const;
};

}  // namespace peregrine::retention

namespace peregrine {

template <>
struct JsonType<retention::Bracket> {
  static retention::Bracket read(const json::value& value, std::string_view where, const Limits&);
  static json::value write(const retention::Bracket& bracket);
  static json::object schema(const Limits&);
};

}  // namespace peregrine

namespace peregrine::retention {

struct Params {
  std::optional<EventChoice> start;
  std::optional<EventChoice> back;
  Period period = Period::week;
  std::optional<std::int64_t> periods;
  Mode mode = Mode::on;
  std::vector<Bracket> brackets;
  Clock clock = Clock::own;
  StartRule start_rule = StartRule::first_time;
  Average average = Average::pooled;
  Measure measure = Measure::customers;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Params::start>("What begins a customer's clock: an event's name, role:buy or any event. By default the "
                              "first buy; where the framework has no customers, the first thing the customer does."),
        field<&Params::back>(
            "What comes back, said likewise. By default whatever the customer does: any event but those "
            "with the roles notice, receive, ask and churn."),
        field<&Params::period>("Length of a period, and of a cohort."),
        field<&Params::periods>("Periods that follow period 0: 30 days, 12 weeks or 12 months by default.",
                                {.min = 1, .max = static_cast<double>(most_periods)}),
        field<&Params::mode>("In which period a customer must come back: `on` it, `on_or_after`, `on_or_before` it, in "
                             "each since the first (`streak`), or within `brackets`."),
        field<&Params::brackets>("With mode brackets: periods taken together, such as 0,1-3,4-7.", {.max_items = 100}),
        field<&Params::clock>(
            "`own`: periods of 24 hours (7, 30 days) from the customer's own start; `calendar`: days, "
            "weeks from Monday or months of the zone."),
        field<&Params::start_rule>("`first_time`: a customer starts once ever; `every_time`: once in each cohort."),
        field<&Params::average>(
            "Of cohorts with c back of p matured: `pooled` Σc ÷ Σp, `weighted` Σcp ÷ Σp², `simple` the mean of c ÷ p."),
        field<&Params::measure>("`value`: the money of those who came back too."));
  }

  /// Fills in what was not given. Throws `invalid` where parameters contradict each other.
  void resolve(const Resources& resources);
  /// Throws when an event is named that the data do not have.
  void check(const KnownNames& known) const;

  /// The last period that is looked at.
  std::int64_t last_period() const { return mode == Mode::brackets ? brackets.back().last : *periods; }
  /// The columns of a cohort: one for each period from 0 on, or one for each bracket.
  std::size_t cells() const {
    return mode == Mode::brackets ? brackets.size() : static_cast<std::size_t>(*periods) + 1;
  }
  /// The periods of a cell.
  Bracket periods_of(std::size_t cell) const {
    const auto number = static_cast<std::int64_t>(cell);
    return mode == Mode::brackets ? brackets[cell] : Bracket{number, number};
  }

 private:
  void validate_brackets() const;
};

}  // namespace peregrine::retention
