#include <fmt/format.h>

#include "cli/question.hpp"
#include "cli/verb.hpp"

namespace peregrine::cli {

void add_customers(CLI::App& app, const std::vector<std::string>& command_line) {
  struct Flags {
    std::string directory;
    std::string analysis;
    std::string figure;
    std::string params;
    FormatFlags format;
    SchemaFlags schema;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("customers", "The customers behind a figure of an answer");
  verb->add_option("DIR", flags->directory, "Workspace")->required();
  verb->add_option("ANALYSIS", flags->analysis, "The analysis that gave the figure")->required();
  verb->add_option("--figure", flags->figure, "Where the figure stands in the result, such as /steps/1/lost")
      ->required()
      ->option_text("POINTER");
  verb->add_option("--params", flags->params, "All parameters as one JSON object")->option_text("JSON");
  flags->format.add(*verb, false);
  add_question_flags(*verb, flags->schema, command_line);
  verb->allow_extras();
  verb->footer(
      "Example:\n"
      "  peregrine customers shop funnel --steps \"Product Viewed,Order Completed\" --figure /steps/1/lost --format "
      "csv");
  verb->callback([flags, verb] {
    const auto workspace = Workspace::open(Env::real(), flags->directory);
    const auto asks = read_asks({flags->analysis}, flags->params, flags->schema.words(*verb));
    const auto behind = workspace.customers(asks.front(), flags->figure, {});
    const json::object answer{
        {"analysis", flags->analysis},
        {"params", behind.answer.at("params")},
        {"result", json::object{{"figure", flags->figure}, {"value", behind.figure}, {"customers", behind.customers}}},
        {"meta", behind.answer.at("meta")}};
    print(format_answer(answer, flags->format.format, "customers"));
  });
}

}  // namespace peregrine::cli
