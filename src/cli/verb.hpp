// The verbs of the command line, one file each. A verb adds its subcommand to the parser and says what it does when
// called.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/env.hpp"
#include "cli/output.hpp"

namespace peregrine::cli {

void add_init(CLI::App& app);
void add_import(CLI::App& app);
void add_frameworks(CLI::App& app);
void add_analyses(CLI::App& app);
/// `command_line` says which analyses are named, whose parameters become flags.
void add_run(CLI::App& app, const std::vector<std::string>& command_line);
void add_report(CLI::App& app);
void add_customers(CLI::App& app, const std::vector<std::string>& command_line);
void add_journey(CLI::App& app);
void add_identity(CLI::App& app);
void add_touchpoints(CLI::App& app);
void add_demo(CLI::App& app);
void add_quarantine(CLI::App& app);
void add_check(CLI::App& app);
void add_version(CLI::App& app);

/// `--format table|json|csv|arrow` and `--list NAME`.
struct FormatFlags {
  Format format = Format::table;
  std::string list;
  void add(CLI::App& verb, bool with_list = true);
};

/// Becomes true when a person presses Ctrl-C, which from now on ends the program in no other way.
const std::atomic<bool>& watch_interrupt();

/// Standard output, whole.
void print(std::string_view text);

}  // namespace peregrine::cli
