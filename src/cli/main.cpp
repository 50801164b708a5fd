// The program: reads the command line, calls one verb, and says errors in one line.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "cli/verb.hpp"
#include "ingest/ingest.hpp"
#include "workspace/version.hpp"

namespace {

/// The one table from kinds of errors to exit codes: 2 for usage, 1 for all else.
int exit_code(peregrine::ErrorKind kind) {
  return kind == peregrine::ErrorKind::invalid ? 2 : 1;
}

/// Errors of the parser in the form of all others.
std::string say_usage_error(const CLI::App* app, const CLI::Error& error) {
  std::string help = "peregrine";
  for (const auto* verb : app->get_subcommands()) help += " " + verb->get_name();
  return "peregrine: " + std::string(error.what()) + " (see: " + help + " --help)\n";
}

void expect_verb(const CLI::App& app, const std::string& name) {
  std::vector<std::string> names;
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(verb->get_name());
  const std::vector<std::string_view> verbs(names.begin(), names.end());
  if (name.starts_with('-') || std::find(verbs.begin(), verbs.end(), name) != verbs.end()) return;
  throw peregrine::Error(peregrine::ErrorKind::invalid, name, "there is no such verb", peregrine::propose(name, verbs));
}

bool has_verbs(const CLI::App& verb) {
  return !verb.get_subcommands([](const CLI::App*) { return true; }).empty();
}

int run(int argc, char** argv) {
  using namespace peregrine::cli;
  CLI::App app{"Peregrine measures and maps the whole way of a customer, from first touch to advocacy.\n", "peregrine"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "peregrine " + std::string(peregrine::version()));
  app.set_help_flag("-h,--help", "This text; `peregrine VERB --help` says more");
  app.footer(
      "First steps:\n"
      "  peregrine demo shop                        a workspace with a simulated shop\n"
      "  peregrine run shop stages                  how its customers move\n"
      "  peregrine report shop -o report.html       the same as a page\n"
      "  peregrine init mine && peregrine import mine events.csv    your own events");
  add_init(app);
  add_import(app);
  add_frameworks(app);
  add_analyses(app);
  const std::vector<std::string> command_line(argv, argv + argc);
  add_run(app, command_line);
  add_report(app);
  add_customers(app, command_line);
  add_journey(app);
  add_identity(app);
  add_touchpoints(app);
  add_demo(app);
  add_quarantine(app);
  add_check(app);
  add_version(app);
  app.failure_message(say_usage_error);
  if (argc == 1) {
    std::fputs(app.help().c_str(), stdout);
    return 0;
  }
  expect_verb(app, argv[1]);
  if (argc > 2 && argv[1][0] != '-' && has_verbs(*app.get_subcommand(argv[1]))) {
    expect_verb(*app.get_subcommand(argv[1]), argv[2]);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return app.exit(stop) == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (const int code = peregrine::ingest::run_child_if_asked(argc, argv); code >= 0) return code;
  try {
    return run(argc, argv);
  } catch (const peregrine::Error& error) {
    std::fprintf(stderr, "peregrine: %s\n", error.what());
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "peregrine: memory: there is no more (docs/internals/limits.md says what takes how much)\n");
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "peregrine: bug: %s\n", bug.what());
  }
  return 1;
}
