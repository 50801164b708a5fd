// Command-line flags that follow from a JSON Schema: `--window 7d --steps "A,B" --reenter` become {"window": "7d", …}.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace peregrine::cli {

/// Reads flags against the properties of an object's schema. Lists are split at commas or given as JSON; objects are JSON.
/// Throws `invalid` with proposals for a flag that is none of them.
json::object parse_flags(const std::vector<std::string>& words, const json::object& schema);

/// The flags of a schema for `--help`: a line each, with type, default and words.
std::string format_flags(const json::object& schema);

}  // namespace peregrine::cli
