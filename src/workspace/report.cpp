#include "workspace/report.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "workspace/shared_params.hpp"
#include "workspace/version.hpp"

namespace peregrine {

namespace embedded {
std::span<const EmbeddedFile> report();
}

namespace {

constexpr std::string_view token = "__PEREGRINE_ANSWERS__";
constexpr std::size_t steps_without_roles = 4;
// Names with rows of their own in each period: a page of a year's weeks would else be mostly these.
constexpr std::int64_t touchpoints_a_period = 100;
constexpr std::int64_t transition_names_a_period = 20;
constexpr std::int64_t handoff_touchpoints_a_period = 20;

struct Candidate {
  std::string event;
  std::int64_t customers = 0;
};

bool enters(const Stage& stage, std::string_view event, std::string_view role) {
  return std::any_of(stage.enter.begin(), stage.enter.end(), [&](const EntryRule& rule) {
    return rule.event.empty() ? name_of(rule.role) == role && rule.survey == Survey::none : rule.event == event;
  });
}

/// For each stage up to the first of the customer phase, the event that most customers entered it by.
std::vector<std::string> choose_steps(const json::object& overview, const Framework& framework) {
  const auto& touchpoints = overview.at("touchpoints").as_array();
  std::vector<std::string> steps;
  for (const auto& stage : framework.stages) {
    Candidate best;
    for (const auto& each : touchpoints) {
      const auto& row = each.as_object();
      if (!row.at("role").is_string()) continue;
      const std::string event(json::text_of(row.at("event").as_string()));
      const auto customers = row.at("customers").as_int64();
      const bool taken = std::find(steps.begin(), steps.end(), event) != steps.end();
      if (customers > best.customers && !taken && enters(stage, event, json::text_of(row.at("role").as_string()))) {
        best = {event, customers};
      }
    }
    if (best.customers > 0) steps.push_back(best.event);
    if (stage.phase == Phase::customer) break;
  }
  if (steps.size() >= 2) return steps;
  steps.clear();
  for (const auto& each : touchpoints) {
    if (steps.size() == steps_without_roles) break;
    steps.emplace_back(json::text_of(each.as_object().at("event").as_string()));
  }
  return steps;
}

/// The longest of some usual windows that most of the data gives time to end: where none ended, there would be no
/// rates.
std::string choose_window(const store::Snapshot& snapshot) {
  const auto length = snapshot.events() == 0 ? 0 : snapshot.newest().micros - snapshot.oldest().micros;
  for (const auto* window : {"30d", "7d", "1d", "1h"}) {
    if (parse_duration(window)->micros <= length / 3) return window;
  }
  return "1m";
}

/// JSON that may stand inside a script element: no character of it can end the element.
std::string format_for_script(const json::value& value) {
  std::string text;
  for (const char letter : json::format(value)) {
    if (letter == '<') {
      text += "\\u003c";
    } else {
      text += letter;
    }
  }
  return text;
}

/// Touchpoints, since a page has no room for thousands of event names; runs are one step, for a picture of what comes
/// next shows little where most comes after itself.
json::object transitions_params() {
  return {{"level", "touchpoint"}, {"names", 30}, {"collapse", true}};
}

bool has_two_phases(const Framework& framework) {
  return framework.stages.front().phase != framework.stages.back().phase;
}

/// What is asked of every workspace; the handoff where there is one.
std::vector<Ask> questions(const Framework& framework) {
  std::vector<Ask> asks{{.analysis = "overview", .params = {}},
                        {.analysis = "stages", .params = {{"framework", framework.name}}},
                        {.analysis = "transitions", .params = transitions_params()}};
  if (has_two_phases(framework)) asks.push_back({.analysis = "handoff", .params = {{"framework", framework.name}}});
  return asks;
}

/// Answers by analysis: those of the whole range and, where periods are asked for, those of each.
struct Answers {
  json::object whole;
  json::object over;
};

Ask over_periods(Ask ask, const std::string& over) {
  ask.params["over"] = over;
  if (ask.analysis == "overview") ask.params["names"] = touchpoints_a_period;
  if (ask.analysis == "transitions") ask.params["names"] = transition_names_a_period;
  if (ask.analysis == "handoff") ask.params["touchpoints"] = handoff_touchpoints_a_period;
  return ask;
}

/// All questions in one scan.
void answer(const Workspace& workspace, std::vector<Ask> asks, const std::string& over, Answers& answers) {
  const auto analyses = asks.size();
  for (std::size_t i = 0; i < analyses && !over.empty(); ++i) asks.push_back(over_periods(asks[i], over));
  auto found = workspace.run(asks, {});
  for (std::size_t i = 0; i < found.size(); ++i) {
    (i < analyses ? answers.whole : answers.over)[asks[i].analysis] = std::move(found[i]);
  }
}

void answer_funnel(const Workspace& workspace, const std::vector<std::string>& steps, const std::string& window,
                   const std::string& over, Answers& answers) {
  try {
    answer(workspace, {{.analysis = "funnel", .params = {{"steps", to_json(steps)}, {"window", window}}}}, over,
           answers);
  } catch (const Error& error) {
    answers.whole["funnel"] = json::object{{"analysis", "funnel"}, {"error", error.what()}};
  }
}

/// Throws before anything is read when this is no word for periods.
void check_over(const std::string& over) {
  if (over.empty()) return;
  json::object said{{"over", over}};
  take_shared(said, "report");
}

}  // namespace

std::string make_report(const Workspace& workspace, const ReportOptions& options) {
  const auto& framework = workspace.framework(options.framework, "--framework");
  check_over(options.over);
  Answers answers;
  answer(workspace, questions(framework), options.over, answers);
  const auto steps = options.steps.empty()
                         ? choose_steps(answers.whole.at("overview").at("result").as_object(), framework)
                         : options.steps;
  if (steps.size() >= 2) {
    const auto window = options.window.empty() ? choose_window(*workspace.snapshot()) : options.window;
    answer_funnel(workspace, steps, window, options.over, answers);
  }

  const auto& settings = workspace.settings();
  const auto ledgers = workspace.snapshot()->ledgers();
  json::object data{
      {"workspace", json::object{{"name", settings.name},
                                 {"directory", workspace.directory()},
                                 {"timezone", settings.timezone},
                                 {"framework", framework.name},
                                 {"imported", ledgers.empty() ? json::value() : to_json(ledgers.back().imported)}}},
      {"version", version()},
      {"generated", to_json(workspace.now())},
      {"command", options.command},
      {"answers", std::move(answers.whole)}};
  if (!answers.over.empty()) data["over"] = std::move(answers.over);

  PEREGRINE_CHECK(embedded::report().size() == 1);
  std::string page(embedded::report().front().bytes);
  const auto place = page.find(token);
  PEREGRINE_CHECK(place != std::string::npos);
  page.replace(place, token.size(), format_for_script(data));
  return page;
}

}  // namespace peregrine
