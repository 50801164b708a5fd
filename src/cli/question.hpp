// What verbs that ask questions share: from words on the command line to Asks.
#pragma once

#include <string>
#include <vector>

#include "workspace/workspace.hpp"

namespace peregrine::cli {

/// One analysis takes flags and `--params` (an object of its parameters), flags win. With several, `--params` holds an
/// object of parameters for each by name, and flags are the common ones, for all.
std::vector<Ask> read_asks(const std::vector<std::string>& analyses, const std::string& params,
                           const std::vector<std::string>& flags);

/// The flags of one analysis and the common ones, for `--help`.
std::string flags_help(const std::string& analysis);

}  // namespace peregrine::cli
