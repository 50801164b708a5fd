// Settings are what people edit of a workspace: the file workspace.yaml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "model/vocabulary.hpp"

namespace peregrine {

/// A line under `touchpoints:`: what an event's name means here. Comes before everything the vocabularies say.
struct TouchpointSetting {
  std::string event;
  std::string touchpoint;
  Role role = Role::none;
  Kind kind = Kind::none;
  Survey survey = Survey::none;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&TouchpointSetting::event>("Event name; * stands for any letters.", {.required = true}),
        field<&TouchpointSetting::touchpoint>("Name to show instead of the event's."),
        field<&TouchpointSetting::role>("What the customer is doing."),
        field<&TouchpointSetting::kind>("Where the customer meets a brand."),
        field<&TouchpointSetting::survey>("Which survey its score belongs to."));
  }
};

struct Settings {
  std::string name;
  std::string timezone = "UTC";
  std::string framework = std::string(default_framework);
  std::vector<TouchpointSetting> touchpoints;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Settings::name>("What the workspace is called in reports."),
        field<&Settings::timezone>("IANA time zone: times without a zone are read in it, and days are cut in it."),
        field<&Settings::framework>("Stages that journeys are read in: a name of `peregrine frameworks`."),
        field<&Settings::touchpoints>("What event names mean here, first match wins."));
  }
};

/// Reads workspace.yaml. `where` names the file in errors.
Settings parse_settings(std::string_view yaml, std::string_view where);

/// The file as it is first written, with a sentence for people over each setting.
std::string format_settings(const Settings& settings);

}  // namespace peregrine
