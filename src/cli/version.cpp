#include "workspace/version.hpp"

#include "cli/verb.hpp"

namespace peregrine::cli {

void add_version(CLI::App& app) {
  auto* verb = app.add_subcommand("version", "The version of this program");
  verb->callback([] { print("peregrine " + std::string(version()) + "\n"); });
}

}  // namespace peregrine::cli
