#include "cli/column_roles.hpp"

#include <algorithm>
#include <string>

namespace peregrine::cli {

namespace {

const char* placeholder_of(std::string_view role) {
  if (role == "currency") return "COL|EUR";
  if (role == "timezone") return "ZONE";
  if (role == "time_format") return "PATTERN";
  return role == "day_first" ? "true|false" : "COL";
}

}  // namespace

void add_column_roles(CLI::App& verb, ingest::ColumnRoles& roles) {
  for_each_field<ingest::ColumnRoles>([&](const auto& role) {
    std::string flag = "--" + std::string(role.name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    verb.add_option(flag, role.of(roles), std::string(role.words))->option_text(placeholder_of(role.name));
  });
}

}  // namespace peregrine::cli
