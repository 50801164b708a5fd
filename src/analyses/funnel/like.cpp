#include "analyses/funnel/like.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace peregrine::funnel {

namespace {

/// The tool's rules as parameters, and the names of those that it sets.
struct Tool {
  Params params;
  std::vector<std::string_view> sets;
  std::optional<Effect> effect;  // of exclusions that say none
};

/// docs.mixpanel.com, Funnels Advanced and Funnels FAQ: users enter once, at their first step 1; 7 days from it; steps
/// within two seconds are interchangeable; a user qualifies for the steps up to the excluded event.
Tool mixpanel() {
  Tool tool{.params = {},
            .sets = {"entry", "window", "window_from", "same_time", "tolerance", "reuse_event", "complete_by"},
            .effect = Effect::stop};
  tool.params.entry = Entry::first;
  tool.params.window = days(7);
  tool.params.same_time = SameTime::any_order;
  tool.params.tolerance = seconds(2);
  return tool;
}

/// amplitude.com/docs, How Amplitude computes conversions and How it handles simultaneous events: the most complete
/// conversion, then the earliest; times are rounded to the nearest second, and within one second any order counts.
Tool amplitude() {
  Tool tool{.params = {},
            .sets = {"entry", "window", "window_from", "same_time", "tolerance", "round", "reuse_event", "complete_by"},
            .effect = Effect::stop};
  tool.params.window = days(30);
  tool.params.same_time = SameTime::any_order;
  tool.params.tolerance = seconds(1);
  tool.params.round = seconds(1);
  return tool;
}

/// github.com/PostHog/posthog, funnel-udf/src/steps.rs and funnel_udf.py: one pass in which each step remembers the
/// newest start that got there and is not excluded; equal times by number of the step; all events lie in the range.
Tool posthog() {
  Tool tool{.params = {},
            .sets = {"entry", "window", "window_from", "same_time", "reuse_event", "complete_by"},
            .effect = Effect::remove};
  tool.params.entry = Entry::rolling;
  tool.params.same_time = SameTime::step_order;
  tool.params.complete_by = CompleteBy::to;
  return tool;
}

/// clickhouse.com/docs, windowFunnel, and AggregateFunctionWindowFunnel.cpp: one pass as above; the window is given by
/// the caller, who also says by the query whether events after the range count.
Tool clickhouse(const std::vector<Mode>& modes) {
  Tool tool{.params = {}, .sets = {"entry", "window_from", "same_time", "reuse_event"}, .effect = {}};
  tool.params.modes = modes;
  tool.params.entry = Entry::rolling;
  tool.params.same_time = tool.params.has(Mode::strict_increase) ? SameTime::strictly_later : SameTime::step_order;
  tool.params.reuse_event = !tool.params.has(Mode::strict_once);
  return tool;
}

/// support.google.com/analytics, Funnel exploration, and the Data API's FunnelStep: closed funnels begin at step 1; a
/// time limit, where there is one, is from the step before; only events of the date range count.
Tool ga4() {
  Tool tool{.params = {},
            .sets = {"entry", "window", "window_from", "same_time", "reuse_event", "complete_by"},
            .effect = {}};
  tool.params.entry = Entry::first;
  tool.params.window = no_window;
  tool.params.window_from = WindowFrom::previous_step;
  tool.params.complete_by = CompleteBy::to;
  return tool;
}

/// experienceleague.adobe.com, Fallout: the sequence within the person (default) or the visit, eventually (default) or
/// on the next hit; no window; only the panel's date range.
Tool adobe() {
  Tool tool{.params = {},
            .sets = {"entry", "window", "window_from", "same_time", "reuse_event", "complete_by"},
            .effect = {}};
  tool.params.window = no_window;
  tool.params.complete_by = CompleteBy::to;
  return tool;
}

Tool tool_of(Like like, const std::vector<Mode>& modes) {
  const auto plain = [&] {
    switch (like) {
      case Like::mixpanel: return mixpanel();
      case Like::amplitude: return amplitude();
      case Like::posthog: return posthog();
      case Like::clickhouse: return clickhouse(modes);
      case Like::ga4: return ga4();
      case Like::adobe: return adobe();
    }
    return Tool{};
  };
  auto tool = plain();
  tool.params.matured = Matured::everybody;  // none of them has a notion of matured
  tool.sets.push_back("matured");
  return tool;
}

std::string words_of(const json::value& value) {
  return value.is_string() ? std::string(json::text_of(value.get_string())) : json::format(value);
}

/// The enum's value by its name; nothing for anything else, which the reading of parameters refuses in its words.
template <class E>
std::optional<E> read_name(const json::value* value) {
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  constexpr auto names = enum_names(E{});
  const auto found = std::find(names.begin(), names.end(), json::text_of(*text));
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

}  // namespace

json::object Params::complete(const json::object& given) {
  auto whole = given;
  const auto like = read_name<Like>(given.if_contains("like"));
  if (!like) return whole;
  std::vector<Mode> modes;
  if (const auto* list = given.if_contains("modes"); list != nullptr && list->is_array()) {
    for (const auto& each : list->get_array()) {
      if (const auto mode = read_name<Mode>(&each)) modes.push_back(*mode);
    }
  }
  if (*like == Like::clickhouse && !given.contains("window")) {
    throw Error(ErrorKind::invalid, "funnel.window", "is missing: clickhouse has none of its own", "such as 7d");
  }
  const auto tool = tool_of(*like, modes);
  const auto values = write_fields(tool.params);
  for (const auto name : tool.sets) {
    if (given.contains(name)) continue;
    if (name == "tolerance" && given.contains("same_time")) continue;  // it says nothing of another same_time
    whole[name] = values.at(name);
  }
  if (auto* list = whole.if_contains("exclude"); list != nullptr && list->is_array() && tool.effect) {
    for (auto& each : list->get_array()) {
      auto* exclusion = each.if_object();
      if (exclusion != nullptr && !exclusion->contains("effect")) {
        (*exclusion)["effect"] = to_json(*tool.effect);
      }
    }
  }
  return whole;
}

std::vector<std::string> unlike_the_tool(const Params& params) {
  std::vector<std::string> differences;
  if (!params.like) return differences;
  const auto tool = tool_of(*params.like, params.modes);
  const auto own = write_fields(params);
  const auto values = write_fields(tool.params);
  for (const auto name : tool.sets) {
    if (own.at(name) == values.at(name)) continue;
    differences.push_back(std::string(name) + " " + words_of(own.at(name)) + " instead of " +
                          (name == "window" && tool.params.window == no_window ? "none" : words_of(values.at(name))));
  }
  for (const auto& exclusion : params.exclude) {
    if (!tool.effect || exclusion.effect == *tool.effect) continue;
    differences.push_back("effect " + words_of(to_json(exclusion.effect)) + " of " + exclusion.event + " instead of " +
                          words_of(to_json(*tool.effect)));
  }
  return differences;
}

}  // namespace peregrine::funnel
