// The files CURRENT and MANIFEST-n:
//
//   CURRENT    := "MANIFEST-" number "\n"
//   MANIFEST-n := json "\n" checksum "\n"
//   json       := the fields of Manifest as one line of JSON
//   checksum   := 32 lower-case hexadecimal digits, the XXH3-128 of json and its "\n"
//
// `format` is the version of everything the manifest names, `reader` the oldest reader that understands it. A reader
// looks at `reader` only: what is added so that older ones may ignore it raises `format` alone.
#include "store/manifest.hpp"

#include <bit>
#include <charconv>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "store/checksum.hpp"
#include "store/layout.hpp"

namespace peregrine {

store::Checksums JsonType<store::Checksums>::read(const json::value& value, std::string_view where, const Limits&) {
  const auto* text = value.if_string();
  if (text == nullptr || text->size() % 16 != 0) refuse(where, value, "16 hexadecimal digits a block");
  store::Checksums checksums;
  for (std::size_t i = 0; i < text->size(); i += 16) {
    std::uint64_t hash = 0;
    const auto* end = text->data() + i + 16;
    if (std::from_chars(text->data() + i, end, hash, 16).ptr != end) refuse(where, value, "hexadecimal digits");
    checksums.hashes.push_back(hash);
  }
  return checksums;
}

json::value JsonType<store::Checksums>::write(const store::Checksums& checksums) {
  constexpr std::string_view digits = "0123456789abcdef";
  boost::json::string text;
  text.reserve(checksums.hashes.size() * 16);
  for (const auto hash : checksums.hashes) {
    for (int shift = 60; shift >= 0; shift -= 4) text.push_back(digits[(hash >> shift) & 15]);
  }
  return text;
}

}  // namespace peregrine

namespace peregrine::store {

namespace {

constexpr std::int64_t format_version = 2;
constexpr std::size_t checksum_digits = 32;

void check_file(const FileEntry& file, const std::string& path) {
  const auto blocks = (static_cast<std::uint64_t>(file.bytes) + block_bytes - 1) / block_bytes;
  if (file.bytes < 0 || file.blocks.hashes.size() != blocks || hash_of_blocks(file.blocks.hashes) != file.hash) {
    throw Error(ErrorKind::corrupt, path, "says of " + file.name + " what cannot be");
  }
}

/// What a reader relies on, beyond what the types say.
void check_manifest(const Manifest& manifest, const std::string& path) {
  const auto fail = [&](const std::string& what) { throw Error(ErrorKind::corrupt, path, what); };
  if (manifest.partitions < 1 || !std::has_single_bit(static_cast<std::uint64_t>(manifest.partitions))) {
    fail("does not have a power of two of partitions");
  }
  if (manifest.dictionary) check_file(*manifest.dictionary, path);
  for (const auto& entry : manifest.quarantine) check_file(entry.file, path);
  std::int64_t previous = -1;
  for (const auto& segment : manifest.segments) {
    if (segment.partition <= previous || segment.partition >= manifest.partitions) fail("has segments out of order");
    previous = segment.partition;
    if (segment.files.size() != 2 || segment.events < 1 || segment.journeys < 1) fail("has an incomplete segment");
    if (segment.source >= static_cast<std::int64_t>(manifest.ledgers.size()))
      fail("names a source that it does not hold");
    for (const auto& file : segment.files) check_file(file, path);
    for (const auto& file : segment.cold) check_file(file, path);
    for (const auto& column : segment.columns) {
      if (column.column < 0 || column.column >= static_cast<std::int64_t>(manifest.columns.size()) || column.file < 0 ||
          column.file >= static_cast<std::int64_t>(segment.cold.size())) {
        fail("names a column that it does not hold");
      }
    }
  }
}

}  // namespace

std::string manifest_name(std::int64_t version) {
  return "MANIFEST-" + std::to_string(version);
}

void write_manifest(Env& env, const std::string& directory, const Manifest& manifest) {
  std::string bytes = json::format(to_json(manifest)) + "\n";
  bytes += format_hash(hash128(bytes)) + "\n";
  replace_file(env, join_path(directory, manifest_name(manifest.version)), bytes);
}

void make_current(Env& env, const std::string& directory, std::int64_t version) {
  replace_file(env, join_path(directory, current_name), manifest_name(version) + "\n");
}

std::int64_t read_current(Env& env, const std::string& directory) {
  const std::string path = join_path(directory, current_name);
  if (!env.exists(path)) {
    throw Error(ErrorKind::not_found, directory, "holds no events", "a folder made by `peregrine init`");
  }
  const std::string text = read_file(env, path);
  const std::string_view prefix = "MANIFEST-";
  std::int64_t version = -1;
  if (text.starts_with(prefix) && text.ends_with("\n")) {
    const auto* end = text.data() + text.size() - 1;
    if (std::from_chars(text.data() + prefix.size(), end, version).ptr != end) version = -1;
  }
  if (version < 0) throw Error(ErrorKind::corrupt, path, "does not name a manifest");
  return version;
}

Manifest read_manifest(Env& env, const std::string& directory, std::int64_t version) {
  const std::string path = join_path(directory, manifest_name(version));
  const std::string bytes = read_file(env, path);
  constexpr std::size_t tail = checksum_digits + 1;
  if (bytes.size() <= tail || bytes.back() != '\n') throw Error(ErrorKind::corrupt, path, "ends too early");
  const auto body = std::string_view(bytes).substr(0, bytes.size() - tail);
  if (format_hash(hash128(body)) != std::string_view(bytes).substr(body.size(), checksum_digits)) {
    throw Error(ErrorKind::corrupt, path, "does not have its checksum", "restore it from a backup");
  }
  const auto document = json::parse(body, path);
  const auto* reader = document.is_object() ? document.get_object().if_contains("reader") : nullptr;
  if (reader != nullptr && reader->is_int64() && reader->get_int64() > format_version) {
    throw Error(ErrorKind::invalid, path, "was written by a newer Peregrine",
                "a program that reads format " + std::to_string(reader->get_int64()));
  }
  Manifest manifest;
  try {
    manifest = from_json<Manifest>(document, path);
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, path, error.what());
  }
  check_manifest(manifest, path);
  return manifest;
}

}  // namespace peregrine::store
