// What a file is, as its first bytes say; its name decides only where they say nothing.
#pragma once

#include <string>
#include <string_view>

#include "ingest/file_format.hpp"
#include "ingest/served_file.hpp"

namespace peregrine::ingest {

struct FileKind {
  FileFormat format = FileFormat::csv;
  std::string_view compression;  // empty, gzip or zstd
};

/// In words, for people whose file is another.
constexpr const char* readable_formats = "CSV, JSON lines, Parquet or XES, plain or compressed as .gz or .zst";

/// Throws `invalid` for an empty file and for formats that are known and not read (ZIP, Excel, bzip2, xz, other XML).
FileKind kind_of_file(ServedFile& file, std::string_view name);

/// Why a file of a folder is not taken, by its first bytes and its name, or empty.
std::string why_not_importable(std::string_view head, std::string_view name);

}  // namespace peregrine::ingest
