#include "analyses/funnel/params.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "fold/resources.hpp"
#include "model/selection.hpp"

namespace peregrine::funnel {

namespace {

[[noreturn]] void refuse(std::string_view place, std::string what, std::string expected = {}) {
  throw Error(ErrorKind::invalid, join_place("funnel", place), std::move(what), std::move(expected));
}

std::string number(std::int64_t value) {
  return std::to_string(value);
}

void validate_step(const Step& step, const std::string& place) {
  if (step.event.empty() == step.any.empty()) refuse(place, "must name one event, or several as \"any\"");
  for (std::size_t i = 0; i < step.any.size(); ++i) {
    if (step.any[i].empty()) refuse(join_place(join_place(place, "any"), i), "must name an event");
  }
}

void validate_exclusion(const Exclusion& exclusion, const std::string& place, std::int64_t steps) {
  if (exclusion.event.empty()) refuse(join_place(place, "event"), "must name an event");
  const auto between_place = join_place(place, "between");
  const auto& between = exclusion.between;
  if (between.size() != 2 || between[0] < 1 || between[0] >= between[1] || between[1] > steps) {
    refuse(between_place, "must be two steps from 1 to " + number(steps) + ", the earlier first",
           between.size() == 2 ? "got " + number(between[0]) + ", " + number(between[1]) : "");
  }
}

void validate_optional(const std::vector<std::int64_t>& optional, std::int64_t steps) {
  for (std::size_t i = 0; i < optional.size(); ++i) {
    const auto place = join_place("optional", i);
    if (optional[i] < 2 || optional[i] >= steps) {
      refuse(place, "must be a step between the first and the last", "got " + number(optional[i]));
    }
    if (std::count(optional.begin(), optional.end(), optional[i]) > 1) {
      refuse(place, "names a step twice", "got " + number(optional[i]));
    }
  }
}

void expect_name(std::string_view name, std::span<const std::string_view> known, std::string_view place,
                 std::string_view what) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  refuse(place, "there is no " + std::string(what) + " \"" + std::string(name) + "\"", propose(name, known));
}

}  // namespace

std::string Step::name() const {
  if (!label.empty()) return label;
  std::string text;
  for (const auto& each : events()) text += (text.empty() ? "" : " or ") + each;
  return text;
}

bool Params::has(Mode mode) const {
  return std::find(modes.begin(), modes.end(), mode) != modes.end();
}

void Params::validate_modes() const {
  if (like == Like::clickhouse && steps.size() > 32) {
    refuse("steps", "must list at most 32 with like clickhouse",
           "got " + number(static_cast<std::int64_t>(steps.size())));
  }
  if (!modes.empty() && like != Like::clickhouse) refuse("modes", "say nothing without like clickhouse");
  for (std::size_t i = 0; i < modes.size(); ++i) {
    if (std::count(modes.begin(), modes.end(), modes[i]) > 1) {
      refuse(join_place("modes", i), "is named twice",
             std::string("got ") + std::string(enum_names(Mode{})[static_cast<std::size_t>(modes[i])]));
    }
  }
  if (has(Mode::allow_reentry) && !has(Mode::strict_order)) {
    refuse("modes", "cannot have allow_reentry without strict_order", "as in ClickHouse");
  }
  if (!modes.empty() && entry != Entry::rolling) refuse("entry", "must be rolling for modes");
  if (has(Mode::strict_once)) {
    const auto alone = [&](bool unlike, std::string_view name) {
      if (unlike) refuse(name, "cannot be used with the mode strict_once");
    };
    alone(reuse_event, "reuse_event");
    alone(window_from == WindowFrom::previous_step, "window_from");
    alone(gap_min > Duration{}, "gap_min");
    alone(!exclude.empty(), "exclude");
    alone(!optional.empty(), "optional");
    alone(order == Order::strict, "order");
    alone(same_time != SameTime::step_order && same_time != SameTime::strictly_later, "same_time");
    alone(tolerance > Duration{}, "tolerance");
  }
}

void Params::validate_entry() const {
  if (count == Count::entries && entry == Entry::last) {
    refuse("entry", "cannot be last with count entries", "entries are counted from the first on");
  }
  if (entry != Entry::rolling) {
    if (same_time == SameTime::step_order) refuse("same_time", "can be step_order with entry rolling only");
    return;
  }
  if (count == Count::entries) refuse("count", "cannot be entries with entry rolling", "journeys or sessions");
  if (order == Order::unordered) refuse("order", "cannot be unordered with entry rolling", "ordered or strict");
  if (same_time == SameTime::any_order) {
    refuse("same_time", "cannot be any_order with entry rolling", "step_order, arrival or strictly_later");
  }
}

void Params::validate_direct() const {
  const auto is_direct = [](const Step& step) { return step.directly; };
  const auto direct = std::find_if(steps.begin(), steps.end(), is_direct);
  if (direct == steps.end()) return;
  const auto place = join_place(join_place("steps", static_cast<std::size_t>(direct - steps.begin())), "directly");
  if (direct == steps.begin()) refuse(place, "cannot be true for the first step");
  if (order == Order::unordered) refuse(place, "cannot be true with order unordered");
  if (same_time == SameTime::any_order) refuse(place, "cannot be true with same_time any_order", "arrival");
  if (entry == Entry::rolling) refuse(place, "cannot be true with entry rolling", "order strict");
}

void Params::validate() const {
  check_items("funnel.steps", steps.size(), {.min_items = 2, .max_items = max_steps});
  const auto count_of_steps = static_cast<std::int64_t>(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    validate_step(steps[i], join_place("steps", i));
    if (!steps[i].where.empty()) filter(i);
  }
  for (std::size_t i = 0; i < exclude.size(); ++i) {
    validate_exclusion(exclude[i], join_place("exclude", i), count_of_steps);
  }
  validate_optional(optional, count_of_steps);

  if (order == Order::unordered) {
    if (gap_min > Duration{}) refuse("gap_min", "cannot be used with order unordered");
    if (window_from == WindowFrom::previous_step) {
      refuse("window_from", "cannot be previous_step with order unordered", "first_step");
    }
    if (!optional.empty()) refuse("optional", "cannot be used with order unordered, where every step is");
    if (same_time == SameTime::strictly_later) {
      refuse("same_time", "cannot be strictly_later with order unordered", "arrival or any_order");
    }
  }
  if (same_time == SameTime::any_order) {
    if (order == Order::strict)
      refuse("same_time", "cannot be any_order with order strict", "arrival or strictly_later");
    if (gap_min > Duration{}) refuse("gap_min", "cannot be used with same_time any_order");
  }
  if (tolerance > Duration{} && (same_time == SameTime::arrival || same_time == SameTime::step_order)) {
    const auto name = enum_names(SameTime{})[static_cast<std::size_t>(same_time)];
    refuse("tolerance", "says nothing with same_time " + std::string(name), "any_order or strictly_later");
  }
  if (session && count != Count::sessions) refuse("session", "says nothing without count sessions");
  validate_direct();
  validate_entry();
  validate_modes();
}

void Params::resolve(const Resources& resources) {
  if (count == Count::sessions && !session) session = resources.session();
  validate();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].where.empty() || !filter(i).names_stages()) continue;
    stages = std::make_shared<const Framework>(resources.framework({}, "framework"));
  }
}

Selection Params::filter(std::size_t step) const {
  const auto place = join_place(join_place("steps", step), "where");
  auto selection = Selection::parse(steps[step].where, join_place("funnel", place));
  selection.set_framework(stages);
  return selection;
}

void Params::check(const KnownNames& known) const {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto place = join_place("steps", i);
    if (steps[i].any.empty()) {
      expect_name(steps[i].event, known.events, join_place(place, "event"), "event");
    } else {
      for (std::size_t j = 0; j < steps[i].any.size(); ++j) {
        expect_name(steps[i].any[j], known.events, join_place(join_place(place, "any"), j), "event");
      }
    }
    if (!steps[i].where.empty()) filter(i).check(known);
  }
  for (std::size_t i = 0; i < exclude.size(); ++i) {
    expect_name(exclude[i].event, known.events, join_place(join_place("exclude", i), "event"), "event");
  }
  if (!hold.empty()) expect_name(hold, known.column_names(), "hold", "property");
}

}  // namespace peregrine::funnel
