#include "workspace/prepared.hpp"

#include "base/error.hpp"
#include "engine/extent.hpp"

namespace peregrine {

namespace {

/// A moment given as text: in its own zone, or in the zone of the question.
Time read_moment(const std::string& text, const Zone& zone, std::string_view where) {
  const auto parsed = parse_time(text);
  if (!parsed) refuse(where, boost::json::string(text), "a date or time such as 2026-02-28 or 2026-02-28T13:05");
  return {parsed->zoned ? parsed->micros : zone.to_utc(parsed->micros)};
}

Scope read_scope(const SharedParams& common, const Zone& zone, const Names& names, const std::string& analysis) {
  Scope scope{.newest = names.newest, .quarantined = names.quarantined, .zone = zone};
  if (!common.from.empty()) scope.from = read_moment(common.from, zone, join_place(analysis, "from"));
  if (!common.to.empty()) scope.to = read_moment(common.to, zone, join_place(analysis, "to"));
  if (scope.to <= scope.from) {
    throw Error(ErrorKind::invalid, join_place(analysis, "to"), "must be later than from",
                "got " + common.from + " to " + common.to);
  }
  return scope;
}

/// Folds may round times, to days at most, before they ask whether an event is in the range.
Time end_with_rounding(const Scope& scope) {
  constexpr std::int64_t day = 86'400'000'000;
  return scope.to.micros > Time::latest().micros - day ? Time::latest() : Time{scope.to.micros + day};
}

/// `by_at` may be the number of a step as well as text.
std::string read_step(const json::value& value, std::string_view where) {
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  return JsonType<std::string>::read(value, where, {});
}

}  // namespace

Prepared prepare(const Ask& ask, const Resources& resources, const Names& names, std::string_view timezone) {
  const auto& analysis = find_analysis(ask.analysis);
  Prepared prepared;
  prepared.analysis = ask.analysis;
  auto own = ask.params;
  const auto common = take_shared(own, ask.analysis);
  prepared.question = analysis.ask(own, resources);
  prepared.question->check(names.known());

  const auto place = [&](std::string_view name) { return join_place(ask.analysis, name); };
  const auto zone = Zone::find(common.timezone.empty() ? timezone : common.timezone, place("timezone"));
  prepared.scope = read_scope(common, zone, names, ask.analysis);
  if (!common.where.empty()) {
    prepared.where = Selection::parse(common.where, place("where"));
    prepared.where->set_scope(prepared.scope);
    if (prepared.where->names_stages()) {
      prepared.where->set_framework(std::make_shared<const Framework>(resources.framework({}, "framework")));
    }
    prepared.where->check(names.known());
  }
  const auto at = read_step(common.by_at, place("by_at"));
  if (!common.by.empty()) {
    prepared.by = GroupKey::parse(common.by, place("by"));
    prepared.by->check(names.known());
    if (!at.empty()) prepared.by_at = GroupAt::parse(at, prepared.question->anchors(), place("by_at"));
  } else if (!at.empty()) {
    throw Error(ErrorKind::invalid, place("by_at"), "says where groups are read, and there are none", "give by too");
  }
  if (common.over) {
    prepared.over = common.over;
    const bool empty = names.events.empty();
    if (!empty) prepared.slices = cut_range(prepared.scope, names.oldest, *common.over, place("over"));
  }
  prepared.params = prepared.question->params();
  for (const auto& member : write_fields(common)) {
    const auto* text = member.value().if_string();
    if (text == nullptr ? !member.value().is_null() : !text->empty()) prepared.params[member.key()] = member.value();
  }
  return prepared;
}

std::unique_ptr<RunningFold> Prepared::fold(const Scope& of) const {
  auto fold = question->fold(of);
  return by ? group_by(*by, by_at, of, std::move(fold)) : std::move(fold);
}

engine::Task Prepared::task() const {
  ColumnRequest columns = question->columns();
  if (by) columns.add(by->columns());
  if (!over)
    return {.fold = fold(scope), .columns = std::move(columns), .where = where, .to = end_with_rounding(scope)};
  std::vector<std::unique_ptr<RunningFold>> folds;
  for (const auto& slice : slices) folds.push_back(fold(slice.scope));
  return {.fold = fold_over(*over, slices, std::move(folds)),
          .columns = std::move(columns),
          .where = where,
          .to = end_with_rounding(scope)};
}

bool Prepared::narrowed() const {
  return where || scope.from != Time::earliest() || scope.to != Time::latest();
}

engine::Task Prepared::extent(bool guesses) const {
  return {.fold = std::make_unique<engine::Extent>(scope),
          .columns = {.event = guesses},
          .where = where,
          .to = end_with_rounding(scope)};
}

}  // namespace peregrine
