#include "workspace/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "cli/verb.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

/// A word as a shell takes it.
std::string format_word(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char letter) {
    return std::isalnum(letter) ||
           std::string_view("_-./:=@,+").find(static_cast<char>(letter)) != std::string_view::npos;
  });
  if (plain) return word;
  std::string quoted = "'";
  for (const char letter : word) quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  return quoted + "'";
}

/// The command that makes the same page.
std::string format_command(const std::string& directory, const std::string& output, const ReportOptions& report) {
  std::string command = "peregrine report " + format_word(directory) + " -o " + format_word(output);
  const auto add = [&](std::string_view flag, const std::string& value) {
    if (!value.empty()) command += fmt::format(" {} {}", flag, format_word(value));
  };
  add("--framework", report.framework);
  add("--steps", fmt::format("{}", fmt::join(report.steps, ",")));
  add("--window", report.window);
  add("--over", report.over);
  return command;
}

}  // namespace

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
  verb->add_option("--over", flags->report.over,
                   "Show each day, week, month, quarter or year too, with a choice of the period that is seen whole")
      ->option_text("PERIOD");
  verb->footer("Examples:\n  peregrine report shop -o report.html\n  peregrine report shop --over week");
  verb->callback([flags] {
    const auto workspace = Workspace::open(Env::real(), flags->directory);
    flags->report.command = format_command(flags->directory, flags->output, flags->report);
    const auto page = make_report(workspace, flags->report);
    replace_file(Env::real(), flags->output, page);
    print(fmt::format("Wrote {}: open it in a browser, it needs no network.\n", flags->output));
  });
}

}  // namespace peregrine::cli
