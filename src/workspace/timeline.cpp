#include "workspace/timeline.hpp"

#include "base/check.hpp"
#include "base/money.hpp"

namespace peregrine {

namespace {

std::string_view words_of(StageEnd end) {
  switch (end) {
    case StageEnd::moved_on: return "moved on";
    case StageEnd::went_back: return "went back";
    case StageEnd::lost: return "lost";
    case StageEnd::open: return "open";
  }
  return {};
}

template <class E>
json::value name_or_null(E value) {
  if (value == E::none) return nullptr;
  return boost::json::string(name_of(value));
}

json::value cell(const ColumnView& column, std::size_t row, const Zone& zone) {
  switch (column.type) {
    case ColumnType::text: return boost::json::string(column.text(row));
    case ColumnType::number: return column.numbers[row];
    case ColumnType::boolean: return column.boolean(row);
    case ColumnType::time: return boost::json::string(zone.format({column.integers[row]}));
    case ColumnType::money: return amount_of(column.integers[row]);
  }
  return nullptr;
}

const Part& whole_of(const Part& part) {
  return part.whole == nullptr ? part : whole_of(*part.whole);
}

}  // namespace

ColumnRequest Timeline::columns(std::vector<std::string> properties) {
  ColumnRequest request{.value = true, .identities = true};
  request.properties = std::move(properties);
  request.add(StageWalk::columns());
  return request;
}

Timeline::Timeline(const Part& part, const Framework& framework, const Scope& scope, const Zone& zone,
                   std::vector<std::string> properties)
    : part_(part), whole_(whole_of(part)), framework_(framework), zone_(zone), walk_(framework, scope, whole_, {}) {
  for (auto& name : properties) {
    const auto column = part.property(name);
    if (column.exists()) properties_.emplace_back(std::move(name), column);
  }
}

std::vector<StageInterval> Timeline::intervals(std::size_t journey) const {
  std::vector<StageInterval> all;
  walk_.walk(whole_.first[journey], whole_.first[journey + 1], [&](const StageInterval& each) { all.push_back(each); });
  return all;
}

json::object Timeline::event(std::uint64_t row, const std::vector<StageInterval>& intervals) const {
  const auto& label = part_.labels[part_.event[row]];
  json::object out{{"time", zone_.format({part_.time[row]})},
                   {"event", label.event},
                   {"touchpoint", label.touchpoint},
                   {"role", name_or_null(label.role)},
                   {"kind", name_or_null(label.kind)},
                   {"stage", nullptr},
                   {"value", part_.value.has(row) ? json::value(amount_of(part_.value.integers[row])) : json::value()}};
  for (const auto& interval : intervals) {
    if (interval.first_row <= row && row < interval.end_row) out["stage"] = framework_.stages[interval.stage].name;
  }
  json::object properties;
  for (const auto& [name, column] : properties_) {
    if (column.has(row)) properties[name] = cell(column, row, zone_);
  }
  out["properties"] = std::move(properties);
  return out;
}

json::object Timeline::journey(std::size_t journey) const {
  PEREGRINE_CHECK(part_.whole == nullptr);
  const auto stays = intervals(journey);
  json::array stages;
  for (const auto& stay : stays) {
    const auto& stage = framework_.stages[stay.stage];
    stages.push_back(
        json::object{{"stage", stage.name},
                     {"phase", name_of(stage.phase)},
                     {"from", zone_.format({stay.begin})},
                     {"to", stay.ended == StageEnd::open ? json::value()
                                                         : json::value(boost::json::string(zone_.format({stay.end})))},
                     {"ended", words_of(stay.ended)}});
  }
  json::array events;
  for (auto row = part_.first[journey]; row < part_.first[journey + 1]; ++row) events.push_back(event(row, stays));
  return {{"customer", part_.customer(journey)},
          {"known", part_.known(journey)},
          {"framework", framework_.name},
          {"stages", std::move(stages)},
          {"events", std::move(events)}};
}

json::object Timeline::row(std::size_t journey) const {
  const auto begin = part_.first[journey];
  const auto end = part_.first[journey + 1];
  const auto stays = intervals(journey);
  const bool present = !stays.empty() && stays.back().ended == StageEnd::open;
  MoneySum value = 0;
  for (auto row = begin; row < end; ++row) value += part_.value.has(row) ? part_.value.integers[row] : 0;
  return {
      {"customer", part_.customer(journey)},
      {"known", part_.known(journey)},
      {"stage", present ? json::value(boost::json::string(framework_.stages[stays.back().stage].name)) : json::value()},
      {"events", static_cast<std::int64_t>(end - begin)},
      {"value", amount_of(value)},
      {"first", zone_.format({part_.time[begin]})},
      {"last", zone_.format({part_.time[end - 1]})}};
}

}  // namespace peregrine
