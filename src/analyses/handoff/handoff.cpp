#include "analyses/handoff/handoff.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "statistics/two_proportions.hpp"

namespace peregrine::handoff {

namespace {

/// The outcome that makes a group; nothing for all buyers and for those without value.
std::optional<Outcome> outcome_of(Group group) {
  if (group == Group::bought || group == Group::not_reached_value) return std::nullopt;
  return static_cast<Outcome>(static_cast<std::size_t>(group) - 1);
}
static_assert(static_cast<std::size_t>(Group::dropped_baton) - 1 == static_cast<std::size_t>(Outcome::dropped_baton));

bool is_in(const Purchase& purchase, Group group) {
  if (group == Group::bought) return true;
  if (group == Group::not_reached_value) return !purchase.has(Outcome::reached_value);
  return purchase.has(*outcome_of(group));
}

double in_days(std::int64_t micros) {
  return static_cast<double>(micros) / 86'400e6;
}

/// How surely a touchpoint goes with a good or a bad handoff: the end of the interval that is nearer to 0, and 0 where
/// the interval holds it.
double sureness(const TouchpointRow& row) {
  if (!row.lift) return 0;
  return *row.low > 0 ? *row.low : *row.high < 0 ? *row.high : 0;
}

bool comes_before(const TouchpointRow& a, const TouchpointRow& b) {
  return std::tuple(-sureness(a), !a.lift, -a.lift.value_or(0), -a.buyers, std::string_view(a.touchpoint)) <
         std::tuple(-sureness(b), !b.lift, -b.lift.value_or(0), -b.buyers, std::string_view(b.touchpoint));
}

}  // namespace

State::State(const Params& params, const Scope&) : params_(params) {
  PEREGRINE_CHECK(params.definition != nullptr);
  if (params.choice != nullptr) met_.resize(params.choice->touchpoints.size());
}

void State::observe(const Binding& binding, const JourneyBatch& batch) noexcept {
  for (std::size_t i = 0; i < batch.size; ++i) {
    const auto purchase = binding.find(batch.begin[i], batch.end[i]);
    if (!purchase) continue;
    if (purchase->matured) collect_touchpoints(binding, batch.begin[i], purchase->row);
    if (params_.choice != nullptr) {
      count(binding, *purchase);
    } else if (purchase->matured) {
      for (const auto place : seen_) ++met_here_[place];
    }
  }
}

void State::collect_touchpoints(const Binding& binding, std::uint64_t begin, std::uint64_t end) {
  seen_.clear();
  for (auto row = begin; row < end; ++row) {
    const auto place = binding.touchpoint(row);
    if (place != Purchases::no_place && (seen_.empty() || seen_.back() != place)) seen_.push_back(place);
  }
  std::sort(seen_.begin(), seen_.end());
  seen_.erase(std::unique(seen_.begin(), seen_.end()), seen_.end());
}

void State::count(const Binding& binding, const Purchase& purchase) {
  const bool good = purchase.has(Outcome::reached_value);
  ++buyers_;
  matured_ += purchase.matured ? 1 : 0;
  immature_ += !purchase.matured && !good ? 1 : 0;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto has = purchase.has(static_cast<Outcome>(i)) ? 1 : 0;
    outcomes_[i] += has;
    matured_outcomes_[i] += purchase.matured ? has : 0;
  }
  if (good) {
    to_value_.add(purchase.to_value);
    const auto bin =
        static_cast<std::size_t>(purchase.to_value * static_cast<std::int64_t>(bins) / params_.within.micros);
    ++bins_[std::min(bin, bins - 1)];
  }
  if (!purchase.matured) return;
  for (const auto place : seen_) {
    ++met_[place].buyers;
    met_[place].good += good ? 1 : 0;
  }
  add_money(binding, purchase);
}

void State::add_money(const Binding& binding, const Purchase& purchase) {
  if (!binding.value().exists()) return;
  for (auto row = purchase.row; row < purchase.end_row; ++row) {
    if (!binding.is_money(row)) continue;
    for (std::size_t group = 0; group < group_count; ++group) {
      if (is_in(purchase, static_cast<Group>(group))) {
        money_.add(group, binding.value(), binding.currency(), row, row + 1);
      }
    }
  }
}

void State::find_anchors(const Binding& binding, std::uint64_t begin, std::uint64_t end,
                         std::vector<std::uint64_t>& rows) {
  if (const auto row = binding.find_row(begin, end)) rows.push_back(*row);
}

void State::settle(const Binding& binding) {
  for (const auto& [place, buyers] : met_here_) met_by_name_[std::string(binding.names()[place])] += buyers;
  met_here_ = {};
  seen_ = {};
  money_.settle(binding.currency());
}

void State::merge(const State& other) {
  PEREGRINE_CHECK(met_.size() == other.met_.size());
  for (const auto& [touchpoint, buyers] : other.met_by_name_) met_by_name_[touchpoint] += buyers;
  buyers_ += other.buyers_;
  matured_ += other.matured_;
  immature_ += other.immature_;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    outcomes_[i] += other.outcomes_[i];
    matured_outcomes_[i] += other.matured_outcomes_[i];
  }
  to_value_.merge(other.to_value_);
  for (std::size_t i = 0; i < bins; ++i) bins_[i] += other.bins_[i];
  money_.merge(other.money_);
  for (std::size_t i = 0; i < met_.size(); ++i) {
    met_[i].buyers += other.met_[i].buyers;
    met_[i].good += other.met_[i].good;
  }
}

std::optional<Params> State::next() const {
  if (params_.choice != nullptr) return std::nullopt;
  auto params = params_;
  params.choice =
      std::make_shared<const Choice>(Choice::of(met_by_name_, static_cast<std::size_t>(params_.touchpoints)));
  return params;
}

Rate State::rate_of(Outcome outcome) const {
  return {matured_outcomes_[static_cast<std::size_t>(outcome)], matured_};
}

Summary State::summary() const {
  const auto with = [&](Outcome outcome) { return outcomes_[static_cast<std::size_t>(outcome)]; };
  return {.buyers = buyers_,
          .matured = matured_,
          .immature = immature_,
          .reached_value = with(Outcome::reached_value),
          .reached_value_rate = rate_of(Outcome::reached_value),
          .onboarded = with(Outcome::onboarded),
          .onboarded_rate = rate_of(Outcome::onboarded),
          .early_support = with(Outcome::early_support),
          .early_support_rate = rate_of(Outcome::early_support),
          .returned = with(Outcome::returned),
          .returned_rate = rate_of(Outcome::returned),
          .bought_again = with(Outcome::bought_again),
          .bought_again_rate = rate_of(Outcome::bought_again),
          .dropped_baton = with(Outcome::dropped_baton),
          .dropped_baton_rate = rate_of(Outcome::dropped_baton),
          .median_days_to_value = to_value_.quantile_days(0.5),
          .p90_days_to_value = to_value_.quantile_days(0.9)};
}

std::vector<HistogramRow> State::histogram_rows() const {
  const auto border = [&](std::size_t bin) {
    return in_days(params_.within.micros) * static_cast<double>(bin) / static_cast<double>(bins);
  };
  std::vector<HistogramRow> rows;
  for (std::size_t i = 0; i < bins; ++i) rows.push_back({border(i), border(i + 1), bins_[i]});
  return rows;
}

std::int64_t State::in_group(Group group) const {
  if (const auto outcome = outcome_of(group)) return matured_outcomes_[static_cast<std::size_t>(*outcome)];
  return group == Group::bought ? matured_ : matured_ - rate_of(Outcome::reached_value).part;
}

std::vector<RevenueRow> State::revenue_rows() const {
  std::vector<RevenueRow> rows;
  for (std::size_t i = 0; i < group_count; ++i) {
    const auto group = static_cast<Group>(i);
    RevenueRow row{.group = group, .buyers = in_group(group), .revenue = money_.value(i)};
    if (row.revenue && row.buyers > 0) row.revenue_per_buyer = *row.revenue / static_cast<double>(row.buyers);
    rows.push_back(row);
  }
  return rows;
}

std::vector<TouchpointRow> State::touchpoint_rows() const {
  const auto good = rate_of(Outcome::reached_value).part;
  std::vector<TouchpointRow> rows;
  std::vector<double> p;
  for (std::size_t i = 0; i < met_.size(); ++i) {
    const auto& met = met_[i];
    TouchpointRow row{.touchpoint = params_.choice->touchpoints[i], .buyers = met.buyers, .good = met.good};
    row.rate = {met.good, met.buyers};
    row.without_rate = {good - met.good, matured_ - met.buyers};
    if (row.rate.whole > 0 && row.without_rate.whole > 0) {
      const statistics::TwoProportions pair{row.rate.part, row.rate.whole, row.without_rate.part,
                                            row.without_rate.whole};
      const auto interval = statistics::newcombe(pair);
      row.lift = pair.difference();
      row.low = interval.low;
      row.high = interval.high;
      p.push_back(statistics::difference_p(pair));
      row.p = p.back();
    }
    rows.push_back(std::move(row));
  }
  const auto q = statistics::benjamini_hochberg(p);
  auto next = q.begin();
  for (auto& row : rows) {
    if (row.p) row.q = *next++;
  }
  std::sort(rows.begin(), rows.end(), comes_before);
  return rows;
}

Result State::finish() const {
  PEREGRINE_CHECK(params_.choice != nullptr);
  Result result{.framework = params_.framework, .within_days = in_days(params_.within.micros)};
  if (const auto currency = money_.currency(); currency && !currency->empty()) result.currency = *currency;
  result.summary = summary();
  result.histogram = histogram_rows();
  result.revenue = revenue_rows();
  result.touchpoints = touchpoint_rows();
  result.tested =
      std::count_if(result.touchpoints.begin(), result.touchpoints.end(), [](const auto& row) { return row.p; });
  result.left_out = params_.choice->left_out;
  return result;
}

}  // namespace peregrine::handoff
