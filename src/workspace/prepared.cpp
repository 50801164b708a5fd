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
  Scope scope{.newest = names.newest, .quarantined = names.quarantined};
  if (!common.from.empty()) scope.from = read_moment(common.from, zone, join_place(analysis, "from"));
  if (!common.to.empty()) scope.to = read_moment(common.to, zone, join_place(analysis, "to"));
  if (scope.to <= scope.from) {
    throw Error(ErrorKind::invalid, join_place(analysis, "to"), "must be later than from",
                "got " + common.from + " to " + common.to);
  }
  return scope;
}

}  // namespace

Prepared prepare(const Ask& ask, const Resources& resources, const Names& names, std::string_view timezone) {
  const auto& analysis = find_analysis(ask.analysis);
  Prepared prepared;
  prepared.analysis = ask.analysis;
  auto own = ask.params;
  const auto common = take_shared(own, ask.analysis);
  prepared.question = analysis.ask(own, resources);
  prepared.question->check(names.events, names.columns);

  const auto place = [&](std::string_view name) { return join_place(ask.analysis, name); };
  prepared.zone = Zone::find(common.timezone.empty() ? timezone : common.timezone, place("timezone"));
  prepared.scope = read_scope(common, prepared.zone, names, ask.analysis);
  if (!common.where.empty()) {
    prepared.where = Selection::parse(common.where, place("where"));
    prepared.where->check({.events = names.events, .columns = names.columns});
  }
  if (!common.by.empty()) {
    prepared.by = GroupKey::parse(common.by, place("by"));
    prepared.by->check(names.columns);
  }
  prepared.params = prepared.question->params();
  for (const auto& member : write_fields(common)) {
    if (!member.value().get_string().empty()) prepared.params[member.key()] = member.value();
  }
  return prepared;
}

engine::Task Prepared::task() const {
  ColumnRequest columns = question->columns();
  auto fold = question->fold(scope);
  if (by) {
    columns.add(by->columns());
    fold = group_by(*by, scope, zone, std::move(fold));
  }
  return {.fold = std::move(fold), .columns = std::move(columns), .where = where};
}

bool Prepared::narrowed() const {
  return where || scope.from != Time::earliest() || scope.to != Time::latest();
}

engine::Task Prepared::extent(bool guesses) const {
  return {.fold = std::make_unique<engine::Extent>(scope), .columns = {.event = guesses}, .where = where};
}

}  // namespace peregrine
