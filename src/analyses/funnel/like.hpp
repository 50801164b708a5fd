// The rules of other tools, said in the funnel's own parameters. `like` is resolved into them before anything else is
// read, so the engine knows of no tool. What each tool's documentation says stands beside its rules in like.cpp.
#pragma once

#include <string>
#include <vector>

#include "analyses/funnel/params.hpp"

namespace peregrine::funnel {

/// The parameters that have another value than the tool of `like` gives them, each as "window 14d instead of 7d".
std::vector<std::string> unlike_the_tool(const Params& params);

}  // namespace peregrine::funnel
