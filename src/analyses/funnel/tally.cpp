#include "analyses/funnel/tally.hpp"

namespace peregrine::funnel {

void MoneyOfStep::add_amount(const StepTable& table, std::uint64_t row) {
  const auto& currency = table.currency();
  const auto code = currency.has(row) ? currency.codes[row] + 1 : 0;
  if (some_here_ && code != code_here_) mixed_here_ = true;
  some_here_ = true;
  code_here_ = code;
  sum_here_ += table.value().integers[row];
}

void MoneyOfStep::settle(const StepTable& table) {
  if (mixed_here_) {
    mix();
  } else if (some_here_) {
    take(code_here_ == 0 ? std::string() : std::string(table.currency().names[code_here_ - 1]), sum_here_);
  }
  some_here_ = mixed_here_ = false;
  code_here_ = 0;
  sum_here_ = 0;
}

void MoneyOfStep::merge(const MoneyOfStep& other) {
  if (other.mixed_) {
    mix();
  } else if (other.some_) {
    take(other.currency_, other.sum_);
  }
}

void MoneyOfStep::take(const std::string& currency, MoneySum sum) {
  if (mixed_) return;
  if (some_ && currency != currency_) {
    mix();
    return;
  }
  some_ = true;
  currency_ = currency;
  sum_ += sum;
}

void MoneyOfStep::mix() {
  mixed_ = true;
  some_ = false;
  currency_.clear();
  sum_ = 0;
}

void Tally::settle(const StepTable& table) {
  for (auto& step : steps_) step.value.settle(table);
}

void Tally::merge(const Tally& other) {
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    auto& step = steps_[k];
    const auto& more = other.steps_[k];
    step.journeys += more.journeys;
    step.matured += more.matured;
    step.value.merge(more.value);
    step.since_previous.merge(more.since_previous);
    step.since_first.merge(more.since_first);
  }
}

}  // namespace peregrine::funnel
