#include <fmt/format.h>

#include "cli/verb.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

std::string last_name(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

void add_init(CLI::App& app) {
  struct Flags {
    std::string directory;
    Settings settings;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("init", "Make an empty workspace");
  verb->add_option("DIR", flags->directory, "Directory to make")->required();
  verb->add_option("--name", flags->settings.name, "What reports call it; the directory's name when not said");
  verb->add_option("--timezone", flags->settings.timezone, "IANA time zone, such as Europe/Amsterdam")
      ->capture_default_str();
  verb->add_option("--framework", flags->settings.framework, "Stages to read journeys in")->capture_default_str();
  verb->footer("Example:\n  peregrine init shop --timezone Europe/Amsterdam");
  verb->callback([flags] {
    if (flags->settings.name.empty()) flags->settings.name = last_name(flags->directory);
    Workspace::init(Env::real(), flags->directory, flags->settings);
    print(fmt::format("Made {0}. Next: peregrine import {0} FILE…\n", flags->directory));
  });
}

}  // namespace peregrine::cli
