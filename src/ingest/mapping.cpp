#include "ingest/mapping.hpp"

#include <algorithm>

#include "model/names.hpp"

namespace peregrine::ingest {

const MappedColumn* Mapping::find(std::string_view name) const {
  for (const auto& column : columns) {
    if (column.becomes == name) return &column;
  }
  return nullptr;
}

std::vector<std::string> Mapping::words() const {
  std::string head = file + ": " + format;
  if (!compression.empty()) head += ", " + compression;
  if (!delimiter.empty()) head += ", fields divided by " + delimiter;
  if (!mapping_file.empty()) head += ", mapped by " + mapping_file;
  std::vector<std::string> rows{head};
  std::size_t widest_column = 0;
  std::size_t widest_result = 0;
  const auto result_of = [](const MappedColumn& column) {
    if (column.becomes.empty()) return std::string("-");
    return column.becomes + " (" + std::string(peregrine::name_of(column.type)) + ")";
  };
  for (const auto& column : columns) {
    widest_column = std::max(widest_column, column.column.size());
    widest_result = std::max(widest_result, result_of(column).size());
  }
  for (const auto& column : columns) {
    auto row = "  " + column.column + std::string(widest_column - column.column.size(), ' ') + "  ";
    const auto result = result_of(column);
    row +=
        result + std::string(widest_result - result.size(), ' ') + "  " + std::string(peregrine::name_of(column.why));
    if (!column.note.empty()) row += ": " + column.note;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace peregrine::ingest
