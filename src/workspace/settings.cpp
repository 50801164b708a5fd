#include "workspace/settings.hpp"

#include "model/vocabulary.hpp"

namespace peregrine {

Settings parse_settings(std::string_view yaml, std::string_view where) {
  auto value = json::parse_yaml(yaml, where);
  if (value.is_null()) value = json::object();
  auto settings = from_json<Settings>(value, where);
  read_touchpoints(settings.touchpoints, join_place(where, "touchpoints"));
  Zone::find(settings.timezone, join_place(where, "timezone"));
  return settings;
}

std::string format_settings(const Settings& settings) {
  const auto quoted = [](const std::string& text) { return json::format(json::value(boost::json::string(text))); };
  return "# The workspace, for people to edit. Changes hold from the next question on, for the past too.\n"
         "\n"
         "# What it is called in reports.\n"
         "name: " +
         quoted(settings.name) +
         "\n"
         "\n"
         "# IANA time zone: times without a zone are read in it, and days are cut in it.\n"
         "timezone: " +
         quoted(settings.timezone) +
         "\n"
         "\n"
         "# The stages that journeys are read in: a name of `peregrine frameworks`, or of a file in frameworks/ here.\n"
         "framework: " +
         settings.framework +
         "\n"
         "\n"
         "# Whose the anonymous events of a device are that several customers use: last_known (who logged in last "
         "before\n"
         "# them), first_known, last_login, or split (nobody's after the first login). An id that would be joined to "
         "more\n"
         "# than most_joined others is joined to none. Changes hold from the next import on, for the past too, or "
         "after\n"
         "# `peregrine identity apply`.\n"
         "identity: {shared_device: last_known, most_joined: 50}\n"
         "\n"
         "# What ends a session: so long a silence, and if wished an event of another campaign.\n"
         "session: {silence: " +
         format_duration(settings.session.silence) +
         ", split_on_campaign: " + (settings.session.split_on_campaign ? "true" : "false") +
         "}\n"
         "\n"
         "# What event names mean here; the first that fits wins, and all of them come before the shipped "
         "vocabularies.\n"
         "#   - {event: \"Catalogue *\", touchpoint: Catalogue, role: read, kind: marketing}\n"
         "touchpoints: []\n";
}

}  // namespace peregrine
