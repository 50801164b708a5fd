// Settings are what people edit of a workspace: the file workspace.yaml.
#pragma once

#include <string>
#include <string_view>

#include "base/fields.hpp"
#include "model/framework.hpp"
#include "model/session.hpp"
#include "store/links.hpp"

namespace peregrine {

struct Settings {
  std::string name;
  std::string timezone = "UTC";
  std::string framework = std::string(default_framework);
  store::IdentityRules identity;
  SessionRule session;
  json::value touchpoints = json::array();  // as read_touchpoints takes them

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Settings::name>("What the workspace is called in reports."),
        field<&Settings::timezone>("IANA time zone: times without a zone are read in it, and days are cut in it."),
        field<&Settings::framework>("Stages that journeys are read in: a name of `peregrine frameworks`."),
        field<&Settings::identity>("Which ids are one customer."),
        field<&Settings::session>("What ends a session: {silence, split_on_campaign}."),
        field<&Settings::touchpoints>(
            "What event names mean here: {event, touchpoint, role, kind, survey}, first match wins."));
  }
};

/// Reads workspace.yaml. `where` names the file in errors.
Settings parse_settings(std::string_view yaml, std::string_view where);

/// The file as it is first written, with a sentence for people over each setting.
std::string format_settings(const Settings& settings);

}  // namespace peregrine
