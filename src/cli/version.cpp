#include "cli/verb.hpp"
#include "workspace/version.hpp"

namespace peregrine::cli {

void add_version(CLI::App& app) {
  auto* verb = app.add_subcommand("version", "The version of this program");
  verb->callback([] { print("peregrine " + std::string(version()) + "\n"); });
}

}  // namespace peregrine::cli
