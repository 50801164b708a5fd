// The formats of files that are read.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace peregrine::ingest {

enum class FileFormat : std::uint8_t { csv, json, parquet, xes };
constexpr auto enum_names(FileFormat) {
  return std::to_array<std::string_view>({"csv", "json", "parquet", "xes"});
}

}  // namespace peregrine::ingest
