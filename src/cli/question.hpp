// What verbs that ask questions share: from words on the command line to Asks.
#pragma once

#include <string>
#include <vector>

#include "cli/flags.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

/// One analysis takes flags and `--params` (an object of its parameters), flags win. With several, `--params` holds an
/// object of parameters for each by name, and flags are the common ones, for all.
std::vector<Ask> read_asks(const std::vector<std::string>& analyses, const std::string& params,
                           const std::vector<std::string>& flags);

/// Lets a verb take the flags of the analyses that the command line names, and the shared ones.
void add_question_flags(CLI::App& verb, SchemaFlags& flags, const std::vector<std::string>& command_line);

}  // namespace peregrine::cli
