#include "analyses/handoff/purchase.hpp"

#include <algorithm>
#include <unordered_map>

namespace peregrine::handoff {

namespace {

constexpr std::uint16_t bit(Outcome outcome) {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(outcome));
}

/// True for what enters a stage of the buyer phase by its role or name; scores that a rule asks for are not looked at.
bool is_of_buyer_phase(const Framework& framework, const Label& label) {
  for (const auto& stage : framework.stages) {
    if (stage.phase != Phase::buyer) continue;
    for (const auto& rule : stage.enter) {
      if (rule.role != Role::none ? rule.role == label.role : rule.event == label.event) return true;
    }
  }
  return false;
}

/// From an earlier time to a later one; times may lie as far apart as there is time.
std::uint64_t between(std::int64_t earlier, std::int64_t later) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
}

}  // namespace

Purchases::Purchases(const Params& params, const Scope& scope, const Part& part)
    : within_(static_cast<std::uint64_t>(params.within.micros)),
      scope_(scope),
      end_((params.complete_by == CompleteBy::to ? scope.to : Time::latest()).micros),
      horizon_(std::min(end_, scope.newest.micros)),
      time_(part.time),
      event_(part.event),
      value_(part.value) {
  if (const auto column = part.property("currency"); column.type == ColumnType::text) currency_ = column;
  signs_.reserve(part.labels.size());
  for (const auto& label : part.labels) signs_.push_back(sign_of(label, params));
  place_touchpoints(params, part.labels);
}

std::uint16_t Purchases::sign_of(const Label& label, const Params& params) const {
  unsigned sign = label.role == Role::none || label.role == Role::ask ? 0u : unsigned{says};
  switch (label.role) {
    case Role::buy: sign |= unsigned{buys} | money | bit(Outcome::bought_again); break;
    case Role::repeat_buy: sign |= unsigned{money} | bit(Outcome::bought_again); break;
    case Role::renew:
    case Role::upgrade: sign |= money; break;
    case Role::onboard: sign |= bit(Outcome::onboarded); break;
    case Role::support:
    case Role::complain: sign |= bit(Outcome::early_support); break;
    case Role::return_: sign |= unsigned{money} | bit(Outcome::returned); break;
    default: break;
  }
  const bool value = params.value_event.empty()
                         ? label.role == Role::activate || label.role == Role::use || label.role == Role::receive
                         : label.event == params.value_event;
  if (value) sign |= unsigned{says} | bit(Outcome::reached_value);
  return static_cast<std::uint16_t>(sign);
}

void Purchases::place_touchpoints(const Params& params, Labels labels) {
  std::unordered_map<std::string_view, std::uint32_t> place_of;
  if (params.choice != nullptr) {
    for (const auto& touchpoint : params.choice->touchpoints) {
      place_of.emplace(touchpoint, static_cast<std::uint32_t>(place_of.size()));
    }
  }
  places_.reserve(labels.size());
  for (const auto& label : labels) {
    auto place = no_place;
    if (is_of_buyer_phase(*params.definition, label)) {
      if (params.choice == nullptr) {
        const auto [found, is_new] = place_of.try_emplace(label.touchpoint, static_cast<std::uint32_t>(names_.size()));
        if (is_new) names_.push_back(label.touchpoint);
        place = found->second;
      } else if (const auto found = place_of.find(label.touchpoint); found != place_of.end()) {
        place = found->second;
      }
    }
    places_.push_back(place);
  }
}

template <class Code>
std::uint64_t Purchases::first_buy(const Code* codes, std::uint64_t begin, std::uint64_t end) const {
  const auto* found = std::find_if(codes + begin, codes + end, [&](Code code) { return (signs_[code] & buys) != 0; });
  return static_cast<std::uint64_t>(found - codes);
}

std::optional<std::uint64_t> Purchases::find_row(std::uint64_t begin, std::uint64_t end) const {
  if (begin == end || time_[end - 1] < scope_.from.micros) return std::nullopt;
  const auto row = event_.narrow != nullptr ? first_buy(event_.narrow, begin, end) : first_buy(event_.wide, begin, end);
  if (row == end || !scope_.contains(time_[row])) return std::nullopt;
  return row;
}

std::optional<Purchase> Purchases::find(std::uint64_t begin, std::uint64_t end) const {
  const auto row = find_row(begin, end);
  if (!row) return std::nullopt;
  const auto bought = time_[*row];
  Purchase purchase{.row = *row, .end_row = *row + 1};
  purchase.matured = horizon_ >= bought && between(bought, horizon_) >= within_;
  unsigned seen = 0;
  for (auto& after = purchase.end_row; after < end; ++after) {
    const auto time = time_[after];
    if (time >= end_ || between(bought, time) > within_) break;
    const unsigned sign = signs_[event_[after]];
    if (time == bought && (sign & bit(Outcome::bought_again)) != 0) continue;
    if ((sign & ~seen & bit(Outcome::reached_value)) != 0) {
      purchase.to_value = static_cast<std::int64_t>(between(bought, time));
    }
    seen |= sign;
  }
  if (purchase.matured && (seen & says) == 0) seen |= bit(Outcome::dropped_baton);
  purchase.outcomes = static_cast<std::uint8_t>(seen & 0xff);
  return purchase;
}

}  // namespace peregrine::handoff
