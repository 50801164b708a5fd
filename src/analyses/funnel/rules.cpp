#include "analyses/funnel/rules.hpp"

#include <algorithm>

namespace peregrine::funnel {

namespace {

bool share_an_event(const Step& a, const Step& b) {
  return std::any_of(a.events().begin(), a.events().end(), [&](const std::string& event) {
    return std::find(b.events().begin(), b.events().end(), event) != b.events().end();
  });
}

}  // namespace

Rules::Rules(const Params& params, const Scope& scope)
    : steps(static_cast<unsigned>(params.steps.size())),
      window(params.window.micros),
      gap(params.gap_min.micros),
      tolerance(params.tolerance.micros),
      order(params.order),
      same_time(params.same_time),
      entry(params.entry),
      count(params.count),
      from_previous(params.window_from == WindowFrom::previous_step),
      reuse(params.reuse_event),
      held(!params.hold.empty()),
      round(params.round.micros > 0),
      everybody(params.matured == Matured::everybody),
      stop_at_other(params.has(Mode::strict_order)),
      stop_at_repeat(params.has(Mode::strict_deduplication)),
      ignore_early(params.has(Mode::allow_reentry)),
      any_choice(params.has(Mode::strict_once)),
      excluded_count(static_cast<unsigned>(params.exclude.size())),
      from(scope.from.micros),
      to(scope.to.micros),
      end(params.complete_by == CompleteBy::to ? scope.to.micros : never),
      horizon(params.complete_by == CompleteBy::to ? std::min(scope.to, scope.newest).micros : scope.newest.micros) {
  for (const auto step : params.optional) optional |= std::uint64_t{1} << (step - 1);
  for (unsigned k = 1; k < steps; ++k) {
    if (order == Order::strict || params.steps[k].directly) direct |= std::uint64_t{1} << k;
  }
  if (count == Count::sessions) {  // a session belongs to its start, and is taken whole
    from = Time::earliest().micros;
    to = Time::latest().micros;
  }
  for (unsigned k = 0; k < steps; ++k) {
    bool alone = true;
    for (unsigned other = 0; other < steps; ++other) {
      alone &= other == k || !share_an_event(params.steps[k], params.steps[other]);
    }
    if (alone) apart |= std::uint64_t{1} << k;
  }
  const bool any_order = same_time == SameTime::any_order;
  if (any_order) movable = reuse ? ~std::uint64_t{0} : apart;
  // Not so where a step is filled as soon as it can be though it may be skipped, or where an event out of order is cut
  // off from what follows a later one.
  prefix_decides = optional == 0 && (!any_order || (excluded_count == 0 && !from_previous));
  for (unsigned e = 0; e < excluded_count; ++e) {
    const auto& given = params.exclude[e];
    excluded[e] = {static_cast<unsigned>(given.between[0]), static_cast<unsigned>(given.between[1]),
                   given.effect == Effect::remove};
  }
}

std::int64_t rounded(std::int64_t time, std::int64_t unit) {
  auto past = time % unit;
  if (past < 0) past += unit;
  const auto floor = earlier(time, past);
  return past < unit - past ? floor : later(floor, unit);
}

std::int64_t Rules::latest_end(std::int64_t start) const {
  if (!from_previous) return deadline(start);
  const auto windows = static_cast<std::int64_t>(steps - 1);
  return window > never / windows ? never : later(start, window * windows);
}

std::uint32_t Rules::between(unsigned before, unsigned next) const {
  std::uint32_t acting = 0;
  for (unsigned e = 0; e < excluded_count; ++e) {
    if (before < excluded[e].until && next > excluded[e].from) acting |= 1u << e;
  }
  return acting;
}

std::uint32_t Rules::after(unsigned depth) const {
  std::uint32_t acting = 0;
  for (unsigned e = 0; e < excluded_count; ++e) {
    if (excluded[e].from <= depth && depth < excluded[e].until) acting |= 1u << e;
  }
  return acting;
}

std::uint32_t Rules::removing() const {
  std::uint32_t removes = 0;
  for (unsigned e = 0; e < excluded_count; ++e) removes |= excluded[e].removes ? 1u << e : 0u;
  return removes;
}

}  // namespace peregrine::funnel
