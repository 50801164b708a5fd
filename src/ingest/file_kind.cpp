#include "ingest/file_kind.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.hpp"
#include "ingest/ascii.hpp"
#include "ingest/byte_stream.hpp"

namespace peregrine::ingest {

namespace {

[[noreturn]] void refuse(std::string_view name, std::string_view what) {
  throw Error(ErrorKind::invalid, std::string(name), "is " + std::string(what), readable_formats);
}

std::string_view compression_of(std::string_view head) {
  if (head.starts_with("\x1F\x8B")) return "gzip";
  if (head.starts_with("\x28\xB5\x2F\xFD")) return "zstd";
  return "";
}

/// The name without .gz or .zst.
std::string_view plain_name(std::string_view name) {
  for (const std::string_view compressed : {".gz", ".zst"}) {
    if (name.ends_with(compressed)) name.remove_suffix(compressed.size());
  }
  return name;
}

/// From the first byte that is no mark and no white space on.
std::string_view text_of(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  return head;
}

/// An object, or an array that is no name in brackets, as headers from SQL Server are.
bool begins_json(std::string_view text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return false;
  const auto inside = text_of(text.substr(1));
  if (inside.empty()) return true;
  const std::string_view usual = text[0] == '{' ? "\"}" : "{[]\"-0123456789";
  return usual.find(inside[0]) != std::string_view::npos;
}

bool is_named_json(std::string_view name) {
  return name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson");
}

void refuse_what_is_not_read(std::string_view head, std::string_view name) {
  if (head.starts_with("PARE")) refuse(name, "an encrypted Parquet file");
  if (head.starts_with("PK\x03\x04")) refuse(name, "a ZIP or Excel file");
  if (head.starts_with("BZh")) refuse(name, "compressed with bzip2");
  if (head.starts_with("\xFD"
                       "7zXZ"))
    refuse(name, "compressed with xz");
  if (head.starts_with("\xD0\xCF\x11\xE0")) refuse(name, "an old Excel file");
  if (name.ends_with(".parquet")) {
    throw Error(ErrorKind::corrupt, std::string(name), "is no Parquet file: it does not begin like one");
  }
}

/// What `<` begins.
FileFormat format_of_markup(std::string_view text, std::string_view name) {
  if (text.find("<log") != std::string_view::npos || name.ends_with(".xes")) return FileFormat::xes;
  std::string head(text.substr(0, 64));
  std::transform(head.begin(), head.end(), head.begin(), lower);
  const bool page = head.starts_with("<!doctype html") || head.starts_with("<html");
  refuse(name, page ? "a web page, perhaps an error or a login instead of the file" : "XML, but no XES event log");
}

}  // namespace

FileKind kind_of_file(ServedFile& file, std::string_view name) {
  std::array<char, 4096> first{};
  std::string_view head(first.data(), file.read_at(0, first));
  if (head.empty()) throw Error(ErrorKind::invalid, std::string(name), "is empty", "a header and rows");
  if (head.starts_with("PAR1")) return {FileFormat::parquet, ""};
  const auto compression = compression_of(head);
  if (!compression.empty()) head = {first.data(), open_stream(file, compression, name)->read(first)};
  refuse_what_is_not_read(head, name);
  const auto text = text_of(head);
  if (text.starts_with('<')) return {format_of_markup(text, plain_name(name)), compression};
  const bool json = begins_json(text) || is_named_json(plain_name(name));
  return {json ? FileFormat::json : FileFormat::csv, compression};
}

/// Nearly every text could be CSV: without bytes that say what it is, a file is taken by its name.
std::string why_not_importable(std::string_view head, std::string_view name) {
  if (head.empty()) return "empty";
  if (head.starts_with("PAR1")) return {};
  const auto plain = plain_name(name);
  const bool named = is_named_json(plain) || plain.ends_with(".csv") || plain.ends_with(".tsv") ||
                     plain.ends_with(".parquet") || plain.ends_with(".xes") || plain.ends_with(".txt");
  if (!compression_of(head).empty()) return named ? "" : "compressed, and its name does not say what is in it";
  try {
    refuse_what_is_not_read(head, name);
    const auto text = text_of(head);
    if (text.starts_with('<')) {
      format_of_markup(text, plain);
      return {};
    }
    return named || begins_json(text) ? "" : "neither its bytes nor its name say what it is";
  } catch (const Error& error) {
    const std::string_view what = error.what();
    return std::string(what.substr(what.find(": ") + 2));
  }
}

}  // namespace peregrine::ingest
