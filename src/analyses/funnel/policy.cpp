// The rules of a funnel in words, for `meta.policy`, and why figures are missing, for `meta.undefined`.
#include <algorithm>

#include "analyses/funnel/funnel.hpp"
#include "analyses/funnel/like.hpp"

namespace peregrine::funnel {

namespace {

std::string numbers(const std::vector<std::int64_t>& values) {
  std::string text;
  for (const auto value : values) text += (text.empty() ? "" : ", ") + std::to_string(value);
  return text;
}

std::string words_of_window(const Params& params) {
  if (params.window == no_window) return "no window: any time may pass between steps";
  const auto window = format_duration(params.window);
  if (params.window_from == WindowFrom::previous_step) {
    return "windows are closed: each step at most " + window + " after the step before";
  }
  return "windows are closed: all steps at most " + window + " after the first";
}

std::string words_of_order(const Params& params) {
  switch (params.order) {
    case Order::ordered: return "steps in order; other events may lie between them";
    case Order::strict: return "steps in order; no other event may lie between them";
    case Order::unordered:
      return "steps in any order: row k counts entries with k different steps within the window, one event each";
  }
  return {};
}

std::string words_of_same_time(const Params& params) {
  const auto apart = params.tolerance > Duration{} ? "at most " + format_duration(params.tolerance) + " apart"
                                                   : std::string("at the same time");
  switch (params.same_time) {
    case SameTime::any_order:
      return "events " + apart + " count in any order; an event that can fill several steps counts in order of arrival";
    case SameTime::arrival: return "events at the same time count in the order in which they arrived";
    case SameTime::strictly_later:
      if (params.entry == Entry::rolling) {
        return "a step must be later than the newest event of the step before" +
               (params.tolerance > Duration{} ? ", by more than " + format_duration(params.tolerance) : "") +
               "; events at the same time count by the number of their step";
      }
      return "of events " + apart + " only one counts: a step must be later than the one before";
    case SameTime::step_order:
      return "events at the same time count by the number of the step they fill; an excluded event at the time of a "
             "step does nothing";
  }
  return {};
}

std::string words_of_round(const Params& params) {
  const auto held = params.hold.empty() ? "" : ", with the same " + params.hold + ",";
  const bool direct = params.order == Order::strict || std::any_of(params.steps.begin(), params.steps.end(),
                                                                   [](const Step& step) { return step.directly; });
  return "times are rounded to the nearest " + format_duration(params.round) +
         "; events of one name at the same time that fill the same steps" + held + " count once" +
         (direct
              ? "; an event of no step lies between two others when it is later than the one and earlier than the other"
              : "");
}

std::string words_of_entry(const Params& params) {
  const std::string begin = params.order == Order::unordered ? "the first of its events" : "the first step";
  if (params.count == Count::entries) {
    return "every entry of a journey: the next begins after the last one converted, ran out of time or was stopped";
  }
  const std::string each = params.count == Count::sessions ? "one entry a session: " : "one entry a journey: ";
  switch (params.entry) {
    case Entry::best:
      return each +
             "the furthest depth, then the earliest start that reaches it, then the earliest "
             "events";
    case Entry::first: return each + "the one that begins at " + begin + " in the range";
    case Entry::last: return each + "the one that begins last in the range";
    case Entry::rolling:
      return each +
             "at each step the newest start takes the place of older ones; the first to get to "
             "the furthest step counts";
  }
  return {};
}

std::string words_of_like(const Params& params) {
  std::string words = "the rules of " + std::string(enum_names(Like{})[static_cast<std::size_t>(*params.like)]) +
                      " as it documents them";
  const auto differences = unlike_the_tool(params);
  for (const auto& each : differences) words += (&each == differences.data() ? ", but with " : ", ") + each;
  return words;
}

std::string words_of(Mode mode) {
  switch (mode) {
    case Mode::strict_order:
      return "strict_order: nothing counts after an event that fills no step, or a step whose step before is not "
             "filled yet";
    case Mode::strict_deduplication: return "strict_deduplication: nothing counts after a step that comes again";
    case Mode::strict_increase: return "strict_increase: each step must be later than the one before";
    case Mode::strict_once: return "strict_once: one event fills one step, and every choice of events is tried";
    case Mode::allow_reentry: return "allow_reentry: a step that comes too early is passed over";
  }
  return {};
}

std::string words_of_matured(const Params& params) {
  if (params.matured == Matured::everybody) return "everybody counts as matured: rates and losses are of all entries";
  return "rates and losses are of entries whose whole window had ended by " +
         std::string(params.complete_by == CompleteBy::to
                         ? "the end of the range or the newest event, whichever is earlier"
                         : "the newest event") +
         ", converted or not; journeys counts everybody who got there";
}

std::string words_of(const Exclusion& exclusion) {
  return exclusion.event + " after step " + std::to_string(exclusion.between[0]) + " and before step " +
         std::to_string(exclusion.between[1]) +
         (exclusion.effect == Effect::stop
              ? " stops an entry: it counts up to there"
              : " takes an entry out; a journey counts if another entry of it gets as far without it");
}

}  // namespace

void State::describe(Meta& meta) const {
  const auto say = [&](std::string rule, std::string words) {
    meta.policy.push_back({std::move(rule), std::move(words)});
  };
  if (params_.like) say("like", words_of_like(params_));
  say("window", words_of_window(params_));
  say("order", words_of_order(params_));
  say("entry", words_of_entry(params_));
  if (params_.count == Count::sessions) {
    say("session", words_of(*params_.session) +
                       "; it is cut from the events that the question sees, has all steps of its entry, belongs to "
                       "its start, which the range bounds, and is matured when it has ended");
  }
  say("range",
      "the range bounds the entry; later steps may lie after its end" +
          std::string(params_.complete_by == CompleteBy::to ? ", but do not count there (complete_by to)" : ""));
  say("matured", words_of_matured(params_));
  if (params_.matured == Matured::window)
    say("immature", "entries that are not at the step and whose window has not ended");
  say("times",
      "between the events that were counted, of everybody who got there; quantiles are nearest rank, exact up to "
      "1,024 distinct times, else at most 1 % off");
  say("intervals", "Wilson, 95 %");
  if (params_.order != Order::unordered) {
    say("same_time", words_of_same_time(params_));
  }
  say("reuse_event", params_.reuse_event ? "one event may fill several steps" : "one event fills one step");
  if (params_.round > Duration{}) {
    say("round", words_of_round(params_));
  }
  for (const auto mode : params_.modes) say("modes", words_of(mode));
  if (params_.gap_min > Duration{})
    say("gap_min", "at least " + format_duration(params_.gap_min) + " between two steps");
  if (!params_.hold.empty()) {
    say("hold", params_.hold +
                    " must be the same at all steps; events without it fill no step; an excluded event acts on "
                    "entries with its own value, and on all when it has none");
  }
  if (!params_.optional.empty()) {
    say("optional",
        "steps that may be skipped: " + numbers(params_.optional) +
            "; they are filled where that is possible, nobody is lost at them, and the next step's step_rate "
            "is of the step before them");
  }
  for (const auto& exclusion : params_.exclude) say("exclude", words_of(exclusion));

  const auto& steps = tally_.steps();
  const std::string nobody = "nobody got to this step";
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const auto missing = [&](const char* figure, std::string why) {
      meta.undefined["/steps/" + std::to_string(k) + "/" + figure] = std::move(why);
    };
    if (steps.front().matured == 0) missing("rate", "no entry has had its whole window yet");
    if (steps[k == 0 ? 0 : before(k)].matured == 0) missing("step_rate", "no matured entry at the step before");
    for (const char* figure : {"median_seconds", "p90_seconds", "total_median_seconds"}) {
      if (k == 0) {
        missing(figure, "the first step has none before it");
      } else if (steps[k].journeys == 0) {
        missing(figure, nobody);
      }
    }
    if (steps[k].value.is_empty()) missing("value", "no event of this step has money");
    if (steps[k].value.is_mixed()) missing("value", "in several currencies, which are not added without rates");
  }
}

}  // namespace peregrine::funnel
