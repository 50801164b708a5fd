#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/progress.hpp"
#include "cli/question.hpp"
#include "cli/verb.hpp"

namespace peregrine::cli {

namespace {

std::string format_answers(const std::vector<json::object>& answers, const FormatFlags& flags) {
  if (answers.size() == 1) return format_answer(answers.front(), flags.format, flags.list);
  if (flags.format == Format::json) {
    return json::format_pretty(json::array(answers.begin(), answers.end())) + "\n";
  }
  if (flags.format != Format::table) {
    throw Error(ErrorKind::invalid, "--format", "writes one analysis at a time", "json or table for several");
  }
  std::string out;
  for (const auto& answer : answers) out += (out.empty() ? "" : "\n") + format_answer(answer, Format::table, {});
  return out;
}

}  // namespace

void add_run(CLI::App& app, const std::vector<std::string>& command_line) {
  struct Flags {
    std::string directory;
    std::vector<std::string> analyses;
    std::string params;
    FormatFlags format;
    RunOptions options;
    SchemaFlags schema;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("run", "Ask one analysis, or several in one scan");
  verb->add_option("DIR", flags->directory, "Workspace")->required();
  verb->add_option("ANALYSIS", flags->analyses, "Analyses, as in `peregrine analyses`")->required();
  verb->add_option("--params", flags->params, "All parameters as one JSON object")->option_text("JSON");
  flags->format.add(*verb);
  verb->add_option("--threads", flags->options.threads, "Threads; all cores when not said");
  verb->add_option("--repeat", flags->options.repeat, "Ask that often and say the median time, for measuring");
  verb->add_flag_callback(
      "--no-cache", [flags] { flags->options.cache = false; }, "Read the events even when the answer was kept");
  add_question_flags(*verb, flags->schema, command_line);
  verb->allow_extras();
  verb->footer(
      "Every parameter of an analysis is a flag: `peregrine run shop funnel --help` lists them.\n"
      "Examples:\n"
      "  peregrine run shop stages\n"
      "  peregrine run shop funnel --steps \"Product Viewed,Order Completed\" --window 7d --by channel\n"
      "  peregrine run shop funnel --params '{\"steps\": [\"Product Viewed\", \"Order Completed\"]}' --format json\n"
      "  peregrine run shop overview stages --where 'trait.country = \"NL\"'");
  verb->callback([flags, verb] {
    const auto workspace = Workspace::open(Env::real(), flags->directory);
    const auto asks = read_asks(flags->analyses, flags->params, flags->schema.words(*verb));
    ProgressBar bar(false);
    flags->options.progress = [&](std::size_t done, std::size_t all) {
      if (bar.seconds() > 1) bar.show("reading", static_cast<double>(done), static_cast<double>(all), "");
    };
    const auto answers = workspace.run(asks, flags->options);
    bar.end();
    print(format_answers(answers, flags->format));
  });
}

}  // namespace peregrine::cli
