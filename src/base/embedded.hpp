// Files that travel inside the binary: frameworks, vocabularies, pages, the report.
// Each table is a function in namespace peregrine::embedded, written by cmake/embed.py.
#pragma once

#include <span>
#include <string_view>

namespace peregrine {

struct EmbeddedFile {
  std::string_view name;  // path below the folder that embeds it
  std::string_view bytes;
};

}  // namespace peregrine
