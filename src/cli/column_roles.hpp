// The flags that say what the columns of a file are, as `import` and `quarantine replay` have them.
#pragma once

#include <CLI/CLI.hpp>

#include "ingest/mapping.hpp"

namespace peregrine::cli {

/// `roles` must outlive the parser.
void add_column_roles(CLI::App& verb, ingest::ColumnRoles& roles);

}  // namespace peregrine::cli
