// Command-line flags that follow from a JSON Schema: `--window 7d --steps "A,B" --reenter` become {"window": "7d", …}.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/json.hpp"

namespace peregrine::cli {

/// Reads flags against the properties of an object's schema. Lists are split at commas or given as JSON; objects are
/// JSON. Throws `invalid` with proposals for a flag that is none of them.
json::object parse_flags(const std::vector<std::string>& words, const json::object& schema);

/// Lets a verb take the flags of a schema. The words that were said are collected for parse_flags, with those of the
/// verb that are no flag at all, which it refuses.
class SchemaFlags {
 public:
  SchemaFlags() : said_(std::make_shared<std::vector<std::string>>()) {}

  /// Adds the flags that the verb does not have yet.
  void add(CLI::App& verb, const json::object& schema);
  std::vector<std::string> words(const CLI::App& verb) const;

 private:
  std::shared_ptr<std::vector<std::string>> said_;  // shared with the parser, which fills it
};

/// The flags of a schema for `--help`: a line each, with type, default and words.
std::string format_flags(const json::object& schema);

}  // namespace peregrine::cli
