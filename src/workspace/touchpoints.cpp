#include "workspace/touchpoints.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/error.hpp"
#include "engine/surroundings.hpp"
#include "model/name_shape.hpp"
#include "workspace/touchpoint_text.hpp"

namespace peregrine {

namespace {

constexpr std::int64_t all_names = 1'000'000;

/// Names that are proposed for together: one, or those of one shape.
struct Group {
  Suggestion suggestion;
  std::vector<std::string> events;
};

/// True when the pattern would also take names that something else labels.
bool takes_others(std::string_view pattern, const std::vector<NamedTouchpoint>& known) {
  return std::any_of(known.begin(), known.end(),
                     [&](const NamedTouchpoint& each) { return matches(pattern, each.event); });
}

std::string touchpoint_of(const std::string& shape) {
  std::string name;
  for (const char letter : shape) {
    if (letter == '*') continue;
    if (letter == ' ' && name.ends_with(' ')) continue;
    name += letter;
  }
  const auto last = name.find_last_not_of(" -_:/#.=");
  return last == std::string::npos ? shape : name.substr(0, last + 1);
}

/// The names that nobody knows, those that differ only in an id in one group.
std::vector<Group> group_unknown(const std::vector<NamedTouchpoint>& all) {
  std::vector<NamedTouchpoint> known;
  std::map<std::string, std::vector<const NamedTouchpoint*>> shapes;
  for (const auto& each : all) {
    if (each.from == "none") {
      shapes[name_shape(each.event)].push_back(&each);
    } else {
      known.push_back(each);
    }
  }
  std::vector<Group> groups;
  for (const auto& [shape, names] : shapes) {
    const bool together = names.size() >= many_of_one_shape && is_pattern(shape) && !takes_others(shape, known);
    if (together)
      groups.push_back({.suggestion = {.event = shape, .names = 0, .touchpoint = touchpoint_of(shape)}, .events = {}});
    for (const auto* name : names) {
      if (!together)
        groups.push_back({.suggestion = {.event = name->event, .names = 0, .touchpoint = name->event}, .events = {}});
      auto& group = groups.back();
      ++group.suggestion.names;
      group.suggestion.events += name->events;
      group.events.push_back(name->event);
    }
  }
  return groups;
}

void fill(Suggestion& suggestion, const RoleGuess& guess) {
  suggestion.role = guess.role;
  suggestion.kind = guess.kind;
  suggestion.why = guess.why;
}

/// Guesses what words did not tell, from where the events stand among those whose role is known or was just guessed.
void guess_by_place(const store::Snapshot& snapshot, const Vocabulary& vocabulary, std::vector<Group>& groups) {
  const auto names = snapshot.event_names();
  auto labels = vocabulary.label(names);
  std::map<std::string_view, std::size_t> group_of;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const auto& event : groups[i].events) group_of[event] = i;
  }
  // One group a role that is known, then one for each that is not.
  const auto first_unknown = role_count;
  std::vector<std::uint32_t> counted_in(names.size(), engine::no_group);
  for (std::size_t code = 0; code < names.size(); ++code) {
    const auto found = group_of.find(names[code]);
    if (found != group_of.end()) {
      labels[code].role = groups[found->second].suggestion.role;
      if (labels[code].role == Role::none && groups[found->second].suggestion.why.empty()) {
        counted_in[code] = static_cast<std::uint32_t>(first_unknown + found->second);
      }
    }
    if (labels[code].role != Role::none) counted_in[code] = static_cast<std::uint32_t>(labels[code].role);
  }
  const auto counted = engine::count_surroundings(snapshot, labels, counted_in, first_unknown + groups.size());
  std::vector<KnownRole> known;
  for (std::size_t role = 1; role < role_count; ++role) {
    if (counted[role].events > 0) known.push_back({static_cast<Role>(role), counted[role]});
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto& suggestion = groups[i].suggestion;
    if (!suggestion.why.empty()) continue;
    if (const auto guess = peregrine::guess_by_place(counted[first_unknown + i], known)) fill(suggestion, *guess);
  }
}

/// Throws `not_found` unless the data have the event, or one that fits the pattern.
void check_event(const Workspace& workspace, const std::string& event) {
  const auto snapshot = workspace.snapshot();
  const auto names = snapshot->event_names();
  if (std::any_of(names.begin(), names.end(), [&](std::string_view name) { return matches(event, name); })) return;
  throw Error(ErrorKind::not_found, workspace.directory(), "has no event \"" + event + "\"",
              propose(event, std::vector<std::string_view>(names.begin(), names.end())));
}

}  // namespace

std::vector<NamedTouchpoint> list_touchpoints(const Workspace& workspace) {
  const auto answers = workspace.run({{.analysis = "overview", .params = {{"names", all_names}}}}, {});
  const auto& vocabulary = workspace.vocabulary();
  std::vector<NamedTouchpoint> all;
  for (const auto& each : answers.front().at("result").at("touchpoints").as_array()) {
    const auto& row = each.as_object();
    const std::string event(json::text_of(row.at("event").as_string()));
    const auto label = vocabulary.label(event);
    all.push_back({.event = event,
                   .events = row.at("events").as_int64(),
                   .customers = row.at("customers").as_int64(),
                   .touchpoint = std::string(label.touchpoint),
                   .role = label.role,
                   .kind = label.kind,
                   .survey = label.survey,
                   .from = std::string(vocabulary.origin(event))});
  }
  const auto known = [](const NamedTouchpoint& each) {
    return each.from == "none" ? 0 : each.role == Role::none ? 1 : 2;
  };
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return known(a) < known(b); });
  return all;
}

std::vector<Suggestion> suggest_touchpoints(const Workspace& workspace) {
  auto groups = group_unknown(list_touchpoints(workspace));
  for (auto& group : groups) {
    if (const auto guess = guess_by_words(group.suggestion.event)) fill(group.suggestion, *guess);
    group.suggestion.sure = group.suggestion.role != Role::none;
  }
  guess_by_place(*workspace.snapshot(), workspace.vocabulary(), groups);
  std::vector<Suggestion> suggestions;
  for (auto& group : groups) suggestions.push_back(std::move(group.suggestion));
  std::stable_sort(suggestions.begin(), suggestions.end(), [](const auto& a, const auto& b) {
    return std::tuple(!a.sure, a.role == Role::none, -a.events) < std::tuple(!b.sure, b.role == Role::none, -b.events);
  });
  return suggestions;
}

std::int64_t write_suggestions(const Workspace& workspace, const std::vector<Suggestion>& suggestions) {
  std::int64_t written = 0;
  workspace.edit_settings([&](const std::string& text, const std::string& path) {
    TouchpointText touchpoints(text, path);
    for (const auto& each : suggestions) {
      if (!each.sure || touchpoints.find(each.event) != nullptr) continue;
      touchpoints.put({.pattern = each.event,
                       .touchpoint = each.touchpoint == each.event ? std::string() : each.touchpoint,
                       .role = each.role,
                       .kind = each.kind,
                       .guess = true});
      ++written;
    }
    return touchpoints.text();
  });
  return written;
}

TouchpointRule set_touchpoint(const Workspace& workspace, const TouchpointChange& change) {
  check_event(workspace, change.event);
  const auto label = workspace.vocabulary().label(change.event);
  TouchpointRule rule{.pattern = change.event, .role = label.role, .kind = label.kind, .survey = label.survey};
  if (label.touchpoint != change.event) rule.touchpoint = label.touchpoint;
  if (change.touchpoint) rule.touchpoint = *change.touchpoint;
  if (change.role) rule.role = read_role(*change.role, "--role");
  if (change.kind) rule.kind = read_kind(*change.kind, "--kind");
  if (change.survey) rule.survey = read_survey(*change.survey, "--survey");
  const bool says = change.touchpoint || change.role || change.kind || change.survey;
  if (!says && !label.guessed) {
    throw Error(ErrorKind::invalid, "\"" + change.event + "\"", "is no guess that could be confirmed",
                "say what it is with --role, --kind, --touchpoint or --survey");
  }
  workspace.edit_settings([&](const std::string& text, const std::string& path) {
    TouchpointText touchpoints(text, path);
    touchpoints.put(rule);
    return touchpoints.text();
  });
  return rule;
}

}  // namespace peregrine
