#include "model/session.hpp"

#include "base/elapsed.hpp"

namespace peregrine {

namespace {

constexpr std::string_view campaign_column = "campaign";

}  // namespace

std::string words_of(const SessionRule& rule) {
  return "a session ends after more than " + format_duration(rule.silence) + " of silence" +
         (rule.split_on_campaign ? ", or before an event of another campaign" : "") + ", not at midnight";
}

void Sessions::add_columns(const SessionRule& rule, ColumnRequest& columns) {
  if (!rule.split_on_campaign) return;
  ColumnRequest campaign;
  campaign.properties.emplace_back(campaign_column);
  columns.add(campaign);
}

Sessions::Sessions(const SessionRule& rule, const Part& part) : silence_(rule.silence.micros), time_(part.time) {
  if (rule.split_on_campaign) campaign_ = part.property(campaign_column);
  if (campaign_.type != ColumnType::text) campaign_ = {};
}

std::uint64_t Sessions::end_of(std::uint64_t begin, std::uint64_t end) const {
  const bool has_campaign = campaign_.has(begin);
  auto row = begin + 1;
  for (; row < end; ++row) {
    if (passed(time_[row - 1], time_[row]) > silence_) break;
    if (campaign_.has(row) && !(has_campaign && campaign_.codes[row] == campaign_.codes[begin])) break;
  }
  return row;
}

}  // namespace peregrine
