#include "workspace/report.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "workspace/version.hpp"

namespace peregrine {

namespace embedded {
std::span<const EmbeddedFile> report();
}

namespace {

constexpr std::string_view token = "__PEREGRINE_ANSWERS__";
constexpr std::size_t steps_without_roles = 4;

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

json::object answer_funnel(const Workspace& workspace, const std::vector<std::string>& steps,
                           const std::string& window) {
  try {
    const Ask ask{.analysis = "funnel", .params = {{"steps", to_json(steps)}, {"window", window}}};
    return workspace.run({ask}, {}).front();
  } catch (const Error& error) {
    return {{"analysis", "funnel"}, {"error", error.what()}};
  }
}

}  // namespace

std::string make_report(const Workspace& workspace, const ReportOptions& options) {
  const auto& framework = workspace.framework(options.framework, "--framework");
  const auto answers = workspace.run({{.analysis = "overview", .params = {}},
                                      {.analysis = "stages", .params = {{"framework", framework.name}}},
                                      {.analysis = "transitions", .params = transitions_params()}},
                                     {});
  const auto steps =
      options.steps.empty() ? choose_steps(answers[0].at("result").as_object(), framework) : options.steps;
  json::object named{{"overview", answers[0]}, {"stages", answers[1]}, {"transitions", answers[2]}};
  if (steps.size() >= 2) {
    const auto window = options.window.empty() ? choose_window(*workspace.snapshot()) : options.window;
    named["funnel"] = answer_funnel(workspace, steps, window);
  }

  const auto& settings = workspace.settings();
  const auto ledgers = workspace.snapshot()->ledgers();
  const json::object data{
      {"workspace", json::object{{"name", settings.name},
                                 {"timezone", settings.timezone},
                                 {"framework", framework.name},
                                 {"imported", ledgers.empty() ? json::value() : to_json(ledgers.back().imported)}}},
      {"version", version()},
      {"generated", to_json(workspace.now())},
      {"command", options.command},
      {"answers", std::move(named)}};

  PEREGRINE_CHECK(embedded::report().size() == 1);
  std::string page(embedded::report().front().bytes);
  const auto place = page.find(token);
  PEREGRINE_CHECK(place != std::string::npos);
  page.replace(place, token.size(), format_for_script(data));
  return page;
}

}  // namespace peregrine
