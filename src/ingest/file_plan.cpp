#include "ingest/file_plan.hpp"

namespace peregrine::ingest {

namespace {

/// What is said on the command line goes before what the mapping file says.
ColumnRoles roles_of(const Task& task, const MappingFile& mapping) {
  auto roles = task.roles;
  if (!roles.timezone) roles.timezone = mapping.timezone;
  if (!roles.time_format) roles.time_format = mapping.time_format;
  if (!roles.day_first) roles.day_first = mapping.day_first;
  return roles;
}

}  // namespace

std::unique_ptr<FilePlan> plan_file(const Sample& sample, const Task& task) {
  auto file = std::make_unique<FilePlan>();
  if (task.mapping_file.empty()) {
    auto planned = guess_plan(sample, task.roles, task.file, task.timezone, task.known);
    file->plan = std::move(planned.plan);
    file->mapping = std::move(planned.mapping);
    return file;
  }
  file->derived = std::make_unique<DerivedColumns>(MappingFile::parse(task.mapping_text, task.mapping_file), sample);
  const auto& mapping = file->derived->mapping();
  auto planned =
      guess_plan(file->derived->derive_sample(sample), roles_of(task, mapping), task.file, task.timezone, task.known);
  file->plan = std::move(planned.plan);
  file->mapping = std::move(planned.mapping);
  file->mapping.mapping_file = task.mapping_file;
  file->mapping.joins = mapping.join.has_value();
  for (const auto& column : sample) {
    const bool by_shape = !column.becomes.empty() || (column.typed && !column.unusable.empty());
    if (!by_shape) file->mapping.own_columns.push_back(column.name);
  }
  for (auto& column : file->derived->unused()) file->mapping.columns.push_back(std::move(column));
  if (mapping.join) {
    file->derived->choose_rules(file->plan);
    constexpr std::size_t share = 3;  // blocks on their way and tables that grow need the rest
    file->joined = std::make_unique<JoinedRows>(*file->derived, file->plan,
                                                static_cast<std::size_t>(task.memory_bytes) / share, task.file);
  }
  return file;
}

}  // namespace peregrine::ingest
