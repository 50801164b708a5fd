#include "cli/question.hpp"

#include "base/error.hpp"
#include "cli/flags.hpp"

namespace peregrine::cli {

namespace {

json::object schema_with_common(const Analysis* analysis) {
  auto schema = analysis != nullptr ? analysis->params_schema() : json::object{{"properties", json::object()}};
  auto& properties = schema["properties"].as_object();
  for (const auto& member : schema_of<SharedParams>().at("properties").as_object()) properties[member.key()] = member.value();
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
  const auto from_flags = parse_flags(flags, schema_with_common(single ? &find_analysis(analyses.front()) : nullptr));
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

std::string flags_help(const std::string& analysis) {
  return "Parameters of " + analysis + ":\n" + format_flags(find_analysis(analysis).params_schema()) +
         "\nParameters of every analysis:\n" + format_flags(schema_of<SharedParams>());
}

}  // namespace peregrine::cli
