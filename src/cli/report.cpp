#include "workspace/report.hpp"

#include <fmt/format.h>

#include "cli/verb.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

void add_report(CLI::App& app) {
  struct Flags {
    std::string directory;
    std::string output = "report.html";
    ReportOptions report;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb =
      app.add_subcommand("report", "Write one self-contained page: the journey, a funnel, what is in the data");
  verb->add_option("DIR", flags->directory, "Workspace")->required();
  verb->add_option("-o,--output", flags->output, "File to write")->capture_default_str();
  verb->add_option("--framework", flags->report.framework, "Stages to draw; the workspace's when not said");
  verb->add_option("--steps", flags->report.steps, "Steps of the funnel; chosen from the stages when not said")
      ->delimiter(',');
  verb->add_option("--window", flags->report.window, "Window of the funnel; 30d when not said, less for short data");
  verb->footer("Example:\n  peregrine report shop -o report.html");
  verb->callback([flags] {
    const auto workspace = Workspace::open(Env::real(), flags->directory);
    flags->report.command = fmt::format("peregrine report {} -o {}", flags->directory, flags->output);
    const auto page = make_report(workspace, flags->report);
    replace_file(Env::real(), flags->output, page);
    print(fmt::format("Wrote {}: open it in a browser, it needs no network.\n", flags->output));
  });
}

}  // namespace peregrine::cli
