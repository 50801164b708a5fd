// A Framework is ordered stages in two phases, buyer and customer; a stage is entered by roles or by event rules.
// Frameworks are data: YAML files that travel in the binary, and those a workspace adds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.hpp"

namespace peregrine {

/// What enters a stage: a role or an event's name, perhaps only with a score of a survey.
struct EntryRule {
  Role role = Role::none;  // none: `event` says it
  std::string event;
  Survey survey = Survey::none;  // none: any
  std::optional<double> at_least;
  std::optional<double> at_most;
};

struct Stage {
  std::string name;
  Phase phase = Phase::buyer;
  std::vector<EntryRule> enter;
  std::vector<std::string> metrics;
  std::vector<std::string> content;
};

struct Framework {
  std::string name;
  std::string title;
  std::string summary;
  std::string source;
  bool monotone = false;  // true: stages are never gone back to
  std::vector<Stage> stages;
};

/// Reads a framework's YAML. `where` names the file in errors.
Framework parse_framework(std::string_view yaml, std::string_view where);

/// The frameworks that ship, sorted by name; `buyer_and_customer` is the default.
const std::vector<Framework>& shipped_frameworks();
constexpr std::string_view default_framework = "buyer_and_customer";

}  // namespace peregrine
