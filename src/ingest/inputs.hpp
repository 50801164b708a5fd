// Inputs are the files that a person means by paths, folders and patterns: `exports/*.json`, `exports/`.
#pragma once

#include <string>
#include <vector>

#include "base/env.hpp"

namespace peregrine::ingest {

/// A file of a folder that is not taken, and why.
struct LeftOut {
  std::string file;
  std::string why;
};

struct Inputs {
  std::vector<std::string> files;  // in the order asked; those of one folder or pattern by name; each once
  std::vector<LeftOut> left_out;
};

/// Looks the paths up. `*` and `?` stand for any run of characters and any one, except `/`; `**` for folders however
/// deep; `[abc]` and `[a-z]` for one of them. Folders give the files in them, also in folders within, that hold what
/// can be imported. Throws `not_found` for a path that is not there and for a pattern or folder without files.
Inputs find_inputs(Env& env, const std::vector<std::string>& paths);

/// Whether a name fits a pattern without `/`.
bool fits(std::string_view pattern, std::string_view name);

}  // namespace peregrine::ingest
