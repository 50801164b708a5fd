#include "analyses/stages/stage_money.hpp"

#include <algorithm>

namespace peregrine::stages {

void StageMoney::add(std::size_t stage, const ColumnView& value, const ColumnView& currency, std::uint64_t first,
                     std::uint64_t end) {
  if (too_many_) return;
  for (auto row = first; row < end; ++row) {
    if (!value.has(row)) continue;
    const auto code = currency.has(row) ? currency.codes[row] : unnamed;
    sums_of(code)[stage] += value.integers[row];
  }
}

StageMoney::Sums& StageMoney::sums_of(std::uint32_t code) {
  if (last_ < by_code_.size() && by_code_[last_].code == code) return by_code_[last_].sums;
  const auto found =
      std::find_if(by_code_.begin(), by_code_.end(), [&](const OfCode& each) { return each.code == code; });
  last_ = static_cast<std::size_t>(found - by_code_.begin());
  if (found == by_code_.end()) {
    // One place beyond the most is enough to know that there are too many.
    if (by_code_.size() > most_currencies) return by_code_[last_ = most_currencies].sums;
    by_code_.push_back({code, Sums(stages_)});
  }
  return by_code_[last_].sums;
}

void StageMoney::settle(const ColumnView& currency) {
  for (const auto& [code, sums] : by_code_) {
    auto& into = by_name_.try_emplace(code == unnamed ? "" : std::string(currency.names[code]), stages_).first->second;
    for (std::size_t i = 0; i < stages_; ++i) into[i] += sums[i];
  }
  by_code_.clear();
  last_ = 0;
  forget_too_many();
}

void StageMoney::merge(const StageMoney& other) {
  too_many_ = too_many_ || other.too_many_;
  for (const auto& [name, sums] : other.by_name_) {
    auto& into = by_name_.try_emplace(name, stages_).first->second;
    for (std::size_t i = 0; i < stages_; ++i) into[i] += sums[i];
  }
  forget_too_many();
}

void StageMoney::forget_too_many() {
  too_many_ = too_many_ || by_name_.size() > most_currencies;
  if (too_many_) by_name_.clear();
}

std::optional<std::string> StageMoney::currency() const {
  if (by_name_.size() != 1) return std::nullopt;
  return by_name_.begin()->first;
}

std::optional<double> StageMoney::value(std::size_t stage) const {
  if (by_name_.size() != 1) return std::nullopt;
  return amount_of(by_name_.begin()->second[stage]);
}

std::string StageMoney::why_not() const {
  if (too_many_) return "values are in more than " + std::to_string(most_currencies) + " currencies";
  if (by_name_.empty()) return "no event in a stage has a value";
  if (by_name_.size() == 1) return {};
  if (by_name_.contains("")) return "some values have a currency and some have none, so they are not added up";
  std::string list;
  for (const auto& [name, sums] : by_name_) list += (list.empty() ? "" : ", ") + name;
  return "values are in several currencies (" + list + "), which are not added up without rates";
}

}  // namespace peregrine::stages
