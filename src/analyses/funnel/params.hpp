// The parameters of a funnel: its steps and the rules by which events count as having gone through them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/time.hpp"
#include "model/session.hpp"

namespace peregrine {
class Resources;
class Selection;
struct Framework;
struct KnownNames;
}  // namespace peregrine

namespace peregrine::funnel {

constexpr std::size_t max_steps = 64;
constexpr std::size_t max_exclusions = 16;
/// The longest window there is. It stands for none.
constexpr Duration no_window = days(36'525);

/// A tool whose documented rules a funnel can take over at once (like.hpp).
enum class Like : std::uint8_t { mixpanel, amplitude, posthog, clickhouse, ga4, adobe };
constexpr auto enum_names(Like) {
  return std::to_array<std::string_view>({"mixpanel", "amplitude", "posthog", "clickhouse", "ga4", "adobe"});
}

/// The modes of ClickHouse's windowFunnel.
enum class Mode : std::uint8_t { strict_order, strict_deduplication, strict_increase, strict_once, allow_reentry };
constexpr auto enum_names(Mode) {
  return std::to_array<std::string_view>(
      {"strict_order", "strict_deduplication", "strict_increase", "strict_once", "allow_reentry"});
}

enum class Order : std::uint8_t { ordered, strict, unordered };
constexpr auto enum_names(Order) {
  return std::to_array<std::string_view>({"ordered", "strict", "unordered"});
}

enum class WindowFrom : std::uint8_t { first_step, previous_step };
constexpr auto enum_names(WindowFrom) {
  return std::to_array<std::string_view>({"first_step", "previous_step"});
}

enum class Entry : std::uint8_t { best, first, last, rolling };
constexpr auto enum_names(Entry) {
  return std::to_array<std::string_view>({"best", "first", "last", "rolling"});
}

enum class Count : std::uint8_t { journeys, entries, sessions };
constexpr auto enum_names(Count) {
  return std::to_array<std::string_view>({"journeys", "entries", "sessions"});
}

enum class SameTime : std::uint8_t { any_order, arrival, strictly_later, step_order };
constexpr auto enum_names(SameTime) {
  return std::to_array<std::string_view>({"any_order", "arrival", "strictly_later", "step_order"});
}

enum class CompleteBy : std::uint8_t { window, to };
constexpr auto enum_names(CompleteBy) {
  return std::to_array<std::string_view>({"window", "to"});
}

enum class Matured : std::uint8_t { window, everybody };
constexpr auto enum_names(Matured) {
  return std::to_array<std::string_view>({"window", "everybody"});
}

enum class Effect : std::uint8_t { stop, remove };
constexpr auto enum_names(Effect) {
  return std::to_array<std::string_view>({"stop", "remove"});
}

/// What fills a step: one event or any of several, perhaps only where an expression holds.
struct Step {
  std::string event;
  std::vector<std::string> any;
  std::string label;
  std::string where;
  bool directly = false;

  static Step from_text(const std::string& text) { return {.event = text}; }
  static constexpr auto fields() {
    return std::make_tuple(field<&Step::event>("The event's name."),
                           field<&Step::any>("Several events' names, of which any fills the step, instead of `event`."),
                           field<&Step::label>("What the step is called in the result; the event's name by default."),
                           field<&Step::where>("Only events for which this expression holds, such as `value > 100`."),
                           field<&Step::directly>("True: no other event may lie between the step before and this."));
  }

  /// Its events, whichever way they were given.
  std::span<const std::string> events() const { return any.empty() ? std::span(&event, 1) : std::span(any); }
  std::string name() const;
};

/// An event that must not happen after step `between[0]` and before step `between[1]`.
struct Exclusion {
  std::string event;
  std::vector<std::int64_t> between;
  Effect effect = Effect::stop;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Exclusion::event>("The event's name.", {.required = true}),
        field<&Exclusion::between>("Two steps, counted from 1: after the first of them and before the second.",
                                   {.min_items = 2, .max_items = 2, .required = true}),
        field<&Exclusion::effect>("`stop`: counted up to there; `remove`: taken out altogether."));
  }
};

struct Params {
  std::vector<Step> steps;
  Duration window = days(14);
  Order order = Order::ordered;
  WindowFrom window_from = WindowFrom::first_step;
  Duration gap_min{};
  Entry entry = Entry::best;
  Count count = Count::journeys;
  std::vector<Exclusion> exclude;
  std::string hold;
  std::vector<std::int64_t> optional;
  SameTime same_time = SameTime::arrival;
  Duration tolerance{};
  Duration round{};
  bool reuse_event = false;
  CompleteBy complete_by = CompleteBy::window;
  Matured matured = Matured::window;
  std::optional<Like> like;
  std::vector<Mode> modes;
  std::optional<SessionRule> session;

  static constexpr auto fields() {
    constexpr auto century = static_cast<double>(no_window.micros) / 1e6;
    return std::make_tuple(
        field<&Params::steps>("The events of the funnel: names, or objects with `event`, `any`, `label`, `where`.",
                              {.min_items = 2, .max_items = max_steps, .required = true}),
        field<&Params::window>("Longest time from the first step to the last; closed: exactly this long still counts.",
                               {.min = 1, .max = century}),
        field<&Params::order>(
            "`ordered`: other events may lie between; `strict`: none may; `unordered`: in any order."),
        field<&Params::window_from>("What `window` is measured from: the first step or the step before."),
        field<&Params::gap_min>("Shortest time between two steps.", {.min = 0, .max = century}),
        field<&Params::entry>(
            "Which entry of a journey counts: the one that gets furthest, the first, the last; or `rolling`: at each "
            "step the newest start takes the place of older ones, and the first to get furthest counts."),
        field<&Params::count>(
            "`journeys`: each once; `entries`: a new entry begins after the last one ended; `sessions`: each session "
            "that begins in the range once, with all steps in it."),
        field<&Params::exclude>("Events that must not happen between two steps.", {.max_items = max_exclusions}),
        field<&Params::hold>("An event property that must be the same at all steps."),
        field<&Params::optional>("Numbers of steps that may be skipped, counted from 1; not the first, not the last.",
                                 {.max_items = max_steps}),
        field<&Params::same_time>(
            "Steps at the same time: in any order, as they arrived, not at all, or in the order of the steps."),
        field<&Params::tolerance>("Times at most this far apart are the same.", {.min = 0, .max = 86'400}),
        field<&Params::round>("Times are rounded to the nearest multiple of this first; 0: they are not.",
                              {.min = 0, .max = 86'400}),
        field<&Params::reuse_event>("True: one event may fill several steps."),
        field<&Params::complete_by>("`window`: steps after the end of the range count; `to`: they do not."),
        field<&Params::matured>(
            "Whose rates are told: of entries whose `window` has ended, or of `everybody`, however young."),
        field<&Params::like>(
            "The rules of another tool, as it documents them; parameters given beside it come before them."),
        field<&Params::modes>("With like clickhouse: the modes of its windowFunnel."),
        field<&Params::session>("With count sessions: what ends a session; the workspace's rule by default."));
  }

  /// The parameters as given, with the rules of the tool that `like` names for those that were not.
  static json::object complete(const json::object& given);
  bool has(Mode mode) const;

  /// The workspace's framework where a step's filter asks for a stage. Shared by the Params of one question and its
  /// States: it never changes.
  std::shared_ptr<const Framework> stages{};
  /// Takes the workspace's rule of sessions. Throws `invalid` where parameters contradict each other.
  void resolve(const Resources& resources);
  void validate() const;
  /// Throws when an event or a column is named that the data do not have.
  void check(const KnownNames& known) const;
  /// The filter of a step that has one.
  Selection filter(std::size_t step) const;

 private:
  void validate_direct() const;
  void validate_entry() const;
  void validate_modes() const;
};

}  // namespace peregrine::funnel
