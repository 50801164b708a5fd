// The result of retention: cohorts cell by cell and their averages, the rules in words, and why figures are missing.
#include "analyses/retention/retention.hpp"

namespace peregrine::retention {

namespace {

std::string_view word_of(Period period) {
  return enum_names(Period{})[static_cast<std::size_t>(period)];
}

/// The average of the cohorts' ratios of amounts; nothing where what they are divided by is not above zero.
class ValueRate {
 public:
  explicit ValueRate(Average average) : average_(average) {}

  void add(MoneySum part, MoneySum whole) {
    const auto c = amount_of(part);
    const auto p = amount_of(whole);
    switch (average_) {
      case Average::pooled:
        part_ += part;
        whole_ += whole;
        break;
      case Average::weighted:
        above_ += c * p;
        below_ += p * p;
        break;
      case Average::simple:
        if (p <= 0) break;
        above_ += c / p;
        below_ += 1;
        break;
    }
  }
  std::optional<double> rate() const {
    const auto above = average_ == Average::pooled ? amount_of(part_) : above_;
    const auto below = average_ == Average::pooled ? amount_of(whole_) : below_;
    if (below <= 0) return std::nullopt;
    return above / below;
  }

 private:
  Average average_;
  MoneySum part_ = 0;
  MoneySum whole_ = 0;
  double above_ = 0;
  double below_ = 0;
};

std::string words_of_clock(const Params& params) {
  const std::string word(word_of(params.period));
  if (params.clock == Clock::calendar) {
    return "calendar: period n is the n-th " + word + " of the question's zone after the one of the start" +
           (params.period == Period::week ? ", weeks from Monday" : "") +
           "; a day at a daylight-saving change has 23 or 25 hours";
  }
  const auto length = params.period == Period::day    ? "24 hours"
                      : params.period == Period::week ? "7 × 24 hours"
                                                      : "30 × 24 hours";
  return "own: period n begins n × " + std::string(length) + " after the customer's own start and is half-open";
}

std::string words_of_mode(Mode mode) {
  switch (mode) {
    case Mode::on: return "on: the customer came back in the period";
    case Mode::on_or_after:
      return "on_or_after: the customer came back in the period or at any time later that is known; the longer ago a "
             "cohort started, the longer that is";
    case Mode::on_or_before: return "on_or_before: the customer came back in the period or in one before it, 0 too";
    case Mode::streak:
      return "streak: the customer came back in the period and in each before it from 1 on; nothing is asked of "
             "period 0";
    case Mode::brackets: return "brackets: the customer came back in any period of the bracket";
  }
  return {};
}

std::string words_of_average(Average average) {
  const std::string of = ", with c customers back of p matured in each cohort that has matured customers";
  switch (average) {
    case Average::pooled: return "pooled: Σ c ÷ Σ p" + of;
    case Average::weighted: return "weighted: Σ c p ÷ Σ p², as Mixpanel does" + of;
    case Average::simple: return "simple: the mean of c ÷ p" + of;
  }
  return {};
}

}  // namespace

std::string State::name_of_cell(std::size_t cell) const {
  const auto [first, last] = params_.periods_of(cell);
  const std::string word(word_of(params_.period));
  if (first == last) return word + " " + std::to_string(first);
  return word + "s " + std::to_string(first) + "–" + std::to_string(last);
}

std::vector<CohortSums> State::sums() const {
  std::vector<CohortSums> all;
  for (const auto& [begin, cohort] : cohorts_) all.emplace_back(begin, cohort);
  return all;
}

CohortRow State::cohort_row(const CohortSums& cohort) const {
  CohortRow row{.cohort = format_bucket(cohort.begin, bucket_of(params_.period), scope_.zone),
                .size = cohort.size,
                .matured = cohort.matured,
                .customers = {},
                .value = {}};
  for (std::size_t cell = 0; cell < params_.cells(); ++cell) {
    auto& customers = row.customers.emplace_back();
    if (cohort.matured[cell] > 0) customers = cohort.back[cell];
    if (!with_value()) continue;
    auto& value = row.value.emplace_back();
    if (cohort.matured[cell] > 0 && shows_value()) value = amount_of(cohort.value[cell]);
  }
  return row;
}

AverageRow State::average_row(std::size_t cell, const std::vector<CohortSums>& cohorts) const {
  AverageRow row{.period = params_.periods_of(cell).first,
                 .name = name_of_cell(cell),
                 .rate = WeightedRate(params_.average),
                 .value = {with_value()},
                 .start_value = {with_value()},
                 .value_rate = {with_value()}};
  MoneySum value = 0;
  MoneySum start_value = 0;
  ValueRate value_rate(params_.average);
  for (const auto& cohort : cohorts) {
    if (cohort.matured[cell] == 0) continue;
    ++row.cohorts;
    row.starts += cohort.matured[cell];
    row.back += cohort.back[cell];
    row.rate.add(cohort.back[cell], cohort.matured[cell]);
    if (!shows_value()) continue;
    value += cohort.value[cell];
    start_value += cohort.start_value[cell];
    value_rate.add(cohort.value[cell], cohort.start_value[cell]);
  }
  if (shows_value() && row.starts > 0) {
    row.value.figure = amount_of(value);
    row.start_value.figure = amount_of(start_value);
    row.value_rate.figure = value_rate.rate();
  }
  return row;
}

Result State::finish() const {
  Result result{.customers = customers_};
  if (shows_value() && !currency_.name().empty()) result.currency = currency_.name();
  const auto cohorts = sums();
  for (std::size_t cell = 0; cell < params_.cells(); ++cell) result.average.push_back(average_row(cell, cohorts));
  for (const auto& cohort : cohorts) {
    result.cohorts.push_back(cohort_row(cohort));
    const auto& row = result.cohorts.back();
    for (std::size_t cell = 0; cell < params_.cells(); ++cell) {
      if (!row.customers[cell]) continue;
      result.cells.push_back({.period = params_.periods_of(cell).first,
                              .cohort = row.cohort,
                              .matured = row.matured[cell],
                              .customers = *row.customers[cell],
                              .rate = {*row.customers[cell], row.matured[cell]},
                              .value = {with_value(), with_value() ? row.value[cell] : std::nullopt}});
    }
  }
  return result;
}

void State::describe(Meta& meta) const {
  describe_rules(meta);
  describe_missing(meta);
}

void State::describe_rules(Meta& meta) const {
  const auto say = [&](std::string rule, std::string words) {
    meta.policy.push_back({std::move(rule), std::move(words)});
  };
  const std::string word(word_of(params_.period));
  say("start", params_.start->words());
  say("back", params_.back->words() + ", after the start in the order of the journey: a start is not its own comeback");
  if (params_.start_rule == StartRule::first_time) {
    say("start_rule",
        "first_time: a customer starts with the first such event ever, and counts when it is in the range");
  } else {
    say("start_rule", "every_time: a customer starts in each " + word +
                          " with such an event in the range, with the first of it; so one customer can count in "
                          "several cohorts, and in the averages several times");
  }
  say("cohort", "customers whose start lies in the same " + word + " of the question's zone");
  say("clock", words_of_clock(params_));
  say("mode", words_of_mode(params_.mode));
  say("range", "the range bounds the start; comebacks may lie after its end");
  say("matured", std::string("a cell is of the customers whose whole ") +
                     (params_.mode == Mode::brackets ? "bracket" : "period") +
                     " had ended by the newest event, back or not; it is null while there are none, and then left out "
                     "of the average");
  say("average", words_of_average(params_.average));
  say("intervals",
      "Wilson, 95 %, of an average for as many customers as it is worth: (Σ w)² ÷ Σ w²/p with the weights " +
          std::string(params_.average == Average::pooled     ? "w = p"
                      : params_.average == Average::weighted ? "w = p²"
                                                             : "w = 1"));
  if (!with_value()) return;
  say("value",
      "money of the comebacks that count in a cell, refunds subtracted, and start_value that of the starts of the same "
      "customers; value_rate is averaged like rate with money for customers, and has no interval" +
          std::string(params_.average == Average::simple ? "; cohorts whose starts have no money are left out" : ""));
}

void State::describe_missing(Meta& meta) const {
  std::string no_value;
  if (!with_value()) {
    no_value = "the measure is customers";
  } else if (currency_.is_mixed()) {
    no_value = "values are in several currencies, which are not added up without rates";
  } else if (currency_.is_empty()) {
    no_value = "no start and no return has money";
  }
  if (!no_value.empty()) {
    meta.undefined["/currency"] = no_value;
  } else if (currency_.name().empty()) {
    meta.undefined["/currency"] = "no value says its currency";
  }
  const auto cohorts = sums();
  for (std::size_t cell = 0; cell < params_.cells(); ++cell) {
    const auto row = average_row(cell, cohorts);
    const auto miss = [&](const char* figure, const std::string& why) {
      meta.undefined["/average/" + std::to_string(cell) + "/" + figure] = why;
    };
    const auto nobody = customers_ == 0 ? "nobody started in the range: " + params_.start->words()
                                        : "nobody has had the whole of " + row.name + " yet";
    if (row.starts == 0) miss("rate", nobody);
    if (!with_value()) continue;
    const auto& why = no_value.empty() ? nobody : no_value;
    if (!row.value.figure) {
      for (const auto* figure : {"value", "start_value", "value_rate"}) miss(figure, why);
    } else if (!row.value_rate.figure) {
      miss("value_rate", "the starts have no money");
    }
  }
}

}  // namespace peregrine::retention
