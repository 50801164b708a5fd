#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/verb.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

std::string format_rule(const EntryRule& rule) {
  std::string text = rule.event.empty() ? std::string(name_of(rule.role)) : "\"" + rule.event + "\"";
  if (rule.survey != Survey::none) text += fmt::format(" {}", name_of(rule.survey));
  if (rule.at_least) text += fmt::format(" ≥ {:g}", *rule.at_least);
  if (rule.at_most) text += fmt::format(" ≤ {:g}", *rule.at_most);
  return text;
}

json::array stage_rows(const Framework& framework) {
  json::array rows;
  for (const auto& stage : framework.stages) {
    std::string enter;
    for (const auto& rule : stage.enter) enter += (enter.empty() ? "" : ", ") + format_rule(rule);
    rows.push_back({{"stage", stage.name}, {"phase", name_of(stage.phase)}, {"entered by", enter}});
  }
  return rows;
}

std::string join_stages(const Framework& framework) {
  std::string text;
  for (const auto& stage : framework.stages) text += (text.empty() ? "" : " → ") + stage.name;
  return text;
}

json::object describe(const Framework& framework) {
  return {{"name", framework.name},
          {"title", framework.title},
          {"summary", framework.summary},
          {"source", framework.source},
          {"stages", stage_rows(framework)}};
}

}  // namespace

void add_frameworks(CLI::App& app) {
  struct Flags {
    std::string name;
    FormatFlags format;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("frameworks", "The stage frameworks, or one of them with what enters its stages");
  verb->add_option("NAME", flags->name, "One framework");
  flags->format.add(*verb, false);
  verb->footer("Examples:\n  peregrine frameworks\n  peregrine frameworks aarrr");
  verb->callback([flags] {
    json::array rows;
    std::vector<std::string_view> names;
    for (const auto& framework : shipped_frameworks()) {
      names.push_back(framework.name);
      if (flags->name.empty()) {
        rows.push_back({{"name", framework.name}, {"title", framework.title}, {"stages", join_stages(framework)}});
      } else if (framework.name == flags->name) {
        const auto format = flags->format.format;
        if (format == Format::json) return print(json::format_pretty(describe(framework)) + "\n");
        if (format != Format::table) return print(format_rows(stage_rows(framework), "stages", format));
        return print(fmt::format("{}: {}\nSource: {}\n\n{}", framework.title, framework.summary, framework.source,
                                 format_table(stage_rows(framework), terminal_width())));
      }
    }
    if (!flags->name.empty()) {
      throw Error(ErrorKind::not_found, "frameworks", "there is no framework \"" + flags->name + "\"",
                  propose(flags->name, names));
    }
    if (flags->format.format == Format::json) return print(json::format_pretty(rows) + "\n");
    print(format_rows(rows, "frameworks", flags->format.format));
  });
}

}  // namespace peregrine::cli
