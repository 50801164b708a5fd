#include "cli/verb.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

/// The events as a person reads them: the columns that most have first, the other properties in one.
json::array readable(const json::object& journey) {
  json::array rows;
  for (const auto& each : journey.at("events").as_array()) {
    const auto& event = each.as_object();
    std::string more;
    for (const auto& member : event.at("properties").as_object()) {
      const auto& value = member.value();
      more += (more.empty() ? "" : " ") + std::string(member.key()) + "=" +
              (value.is_string() ? std::string(json::text_of(value.get_string())) : json::format(value));
    }
    rows.push_back({{"time", event.at("time")},
                    {"stage", event.at("stage")},
                    {"event", event.at("event")},
                    {"role", event.at("role")},
                    {"kind", event.at("kind")},
                    {"value", event.at("value")},
                    {"properties", more}});
  }
  return rows;
}

}  // namespace

void add_journey(CLI::App& app) {
  struct Flags {
    std::string directory;
    std::string customer;
    std::string framework;
    FormatFlags format;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("journey", "One customer's events in time order, with stages");
  verb->add_option("DIR", flags->directory, "Workspace")->required();
  verb->add_option("CUSTOMER", flags->customer, "The customer's id")->required();
  verb->add_option("--framework", flags->framework, "Stages to read it in; the workspace's when not said");
  flags->format.add(*verb, false);
  verb->footer("Example:\n  peregrine journey shop c17");
  verb->callback([flags] {
    const auto workspace = Workspace::open(Env::real(), flags->directory);
    const auto journey = workspace.journey(flags->customer, flags->framework);
    const auto format = flags->format.format;
    if (format == Format::json) return print(json::format_pretty(journey) + "\n");
    if (format != Format::table) return print(format_rows(readable(journey), "events", format));
    print(format_table(journey.at("stages").as_array(), terminal_width()) + "\n" +
          format_table(readable(journey), terminal_width()));
  });
}

}  // namespace peregrine::cli
