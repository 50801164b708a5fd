// A FilePlan is all that a reader must know to turn the rows of its file into events: the columns that a mapping file
// makes of the file's own, the Plan for what comes out, and the rows that are joined. Made once a file by plan_file.
#pragma once

#include <memory>

#include "ingest/derived_columns.hpp"
#include "ingest/joined_rows.hpp"
#include "ingest/plan.hpp"
#include "ingest/reader.hpp"

namespace peregrine::ingest {

struct FilePlan {
  Plan plan;
  Mapping mapping;
  std::unique_ptr<DerivedColumns> derived;  // null without a mapping file
  std::unique_ptr<JoinedRows> joined;       // null unless rows are joined; changed between blocks only
};

/// Decides what the columns of `sample`, the first rows of the file, become. Throws as guess_plan and DerivedColumns
/// do.
std::unique_ptr<FilePlan> plan_file(const Sample& sample, const Task& task);

}  // namespace peregrine::ingest
