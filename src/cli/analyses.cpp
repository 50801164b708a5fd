#include <fmt/format.h>

#include "cli/flags.hpp"
#include "cli/verb.hpp"
#include "fold/analysis.hpp"
#include "workspace/shared_params.hpp"

namespace peregrine::cli {

namespace {

json::object describe(const Analysis& analysis) {
  return {{"name", analysis.name()},
          {"summary", analysis.summary()},
          {"params", analysis.params_schema()},
          {"common", schema_of<SharedParams>()},
          {"result", analysis.result_schema()}};
}

}  // namespace

void add_analyses(CLI::App& app) {
  struct Flags {
    std::string name;
    FormatFlags format;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("analyses", "The analyses, or the page and parameters of one");
  verb->add_option("NAME", flags->name, "One analysis");
  flags->format.add(*verb, false);
  verb->footer(
      "Examples:\n  peregrine analyses\n  peregrine analyses funnel\n  peregrine analyses funnel --format json");
  verb->callback([flags] {
    const bool as_json = flags->format.format == Format::json;
    if (!flags->name.empty()) {
      const auto& analysis = find_analysis(flags->name);
      if (as_json) return print(json::format_pretty(describe(analysis)) + "\n");
      return print(fmt::format("{}\n## Parameters\n\n{}\n## Parameters of every analysis\n\n{}", analysis.page(),
                               format_flags(analysis.params_schema()), format_flags(schema_of<SharedParams>())));
    }
    json::array rows;
    for (const auto* analysis : catalog()) {
      if (as_json) {
        rows.push_back(describe(*analysis));
      } else {
        rows.push_back({{"name", analysis->name()}, {"answers", analysis->summary()}});
      }
    }
    if (as_json) return print(json::format_pretty(rows) + "\n");
    print(format_rows(rows, "analyses", flags->format.format));
  });
}

}  // namespace peregrine::cli
