#include "cli/question.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace peregrine::cli {

namespace {

/// The flags that may stand beside these analyses: their own when there is one, and the shared ones. Words that name no
/// analysis are passed over here: they may be the value of a mistyped flag, which is the better error.
json::object schema_beside(const std::vector<std::string>& analyses) {
  json::object schema{{"properties", json::object()}};
  std::size_t named = 0;
  for (const auto* analysis : catalog()) {
    if (std::find(analyses.begin(), analyses.end(), analysis->name()) == analyses.end()) continue;
    if (++named == 1) schema = analysis->params_schema();
  }
  if (named > 1) schema = {{"properties", json::object()}};
  auto& properties = schema["properties"].as_object();
  const auto shared = schema_of<SharedParams>();
  for (const auto& member : shared.at("properties").as_object()) properties[member.key()] = member.value();
  return schema;
}

void set(json::object& params, const json::object& values) {
  for (const auto& member : values) params[member.key()] = member.value();
}

json::object read_object(const std::string& params) {
  if (params.empty()) return {};
  const auto value = json::parse(params, "--params");
  if (!value.is_object()) refuse("--params", value, "an object such as {\"window\": \"7d\"}");
  return value.get_object();
}

}  // namespace

std::vector<Ask> read_asks(const std::vector<std::string>& analyses, const std::string& params,
                           const std::vector<std::string>& flags) {
  const bool single = analyses.size() == 1;
  const auto given = read_object(params);
  const auto from_flags = parse_flags(flags, schema_beside(analyses));
  std::vector<Ask> asks;
  for (const auto& name : analyses) {
    find_analysis(name);
    Ask ask{.analysis = name, .params = {}};
    if (single) {
      ask.params = given;
    } else if (const auto* own = given.if_contains(name)) {
      if (!own->is_object()) refuse("--params." + name, *own, "an object");
      ask.params = own->get_object();
    }
    set(ask.params, from_flags);
    asks.push_back(std::move(ask));
  }
  for (const auto& member : given) {
    if (single) break;
    std::vector<std::string_view> names(analyses.begin(), analyses.end());
    if (std::find(names.begin(), names.end(), member.key()) == names.end()) {
      refuse_unknown("--params", member.key(), names);
    }
  }
  return asks;
}

void add_question_flags(CLI::App& verb, SchemaFlags& flags, const std::vector<std::string>& command_line) {
  for (const auto* analysis : catalog()) {
    const bool named = std::find(command_line.begin(), command_line.end(), analysis->name()) != command_line.end();
    if (named) flags.add(verb, analysis->params_schema());
  }
  flags.add(verb, schema_of<SharedParams>());
}

}  // namespace peregrine::cli
