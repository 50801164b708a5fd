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

#include <algorithm>
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

constexpr std::int64_t format_version = 3;
constexpr std::string_view manifest_prefix = "MANIFEST-";
constexpr std::size_t checksum_digits = 32;

void check_file(const FileEntry& file, const std::string& path) {
  const auto blocks = (static_cast<std::uint64_t>(file.bytes) + block_bytes - 1) / block_bytes;
  if (file.bytes < 0 || file.blocks.hashes.size() != blocks || hash_of_blocks(file.blocks.hashes) != file.hash) {
    throw Error(ErrorKind::corrupt, path, "says of " + file.name + " what cannot be");
  }
}

std::optional<std::int64_t> version_of(std::string_view name) {
  if (!name.starts_with(manifest_prefix)) return std::nullopt;
  std::int64_t version = -1;
  const auto* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + manifest_prefix.size(), end, version);
  if (parsed.ec != std::errc() || parsed.ptr != end || version < 0) return std::nullopt;
  return version;
}

/// Takes out members that a later format added; those of a struct within are what a newer reader is for.
void pass_over_unknown(json::value& document) {
  const auto known = field_names<Manifest>();
  auto& object = document.as_object();
  for (auto member = object.begin(); member != object.end();) {
    member = std::find(known.begin(), known.end(), member->key()) == known.end() ? object.erase(member) : member + 1;
  }
}

/// What a reader relies on, beyond what the types say.
void check_manifest(const Manifest& manifest, const std::string& path) {
  const auto fail = [&](const std::string& what) { throw Error(ErrorKind::corrupt, path, what); };
  if (manifest.partitions < 1 || !std::has_single_bit(static_cast<std::uint64_t>(manifest.partitions))) {
    fail("does not have a power of two of partitions");
  }
  if (manifest.dictionary) check_file(*manifest.dictionary, path);
  if (manifest.links) check_file(*manifest.links, path);
  for (const auto& entry : manifest.quarantine) {
    check_file(entry.file, path);
    const auto ledgers = static_cast<std::int64_t>(manifest.ledgers.size());
    if (entry.first_ledger < -1 || entry.first_ledger > ledgers || entry.ledgers < 0 ||
        entry.ledgers > ledgers - std::max<std::int64_t>(entry.first_ledger, 0)) {
      fail("names sources of quarantine that it does not hold");
    }
    for (const auto& kept : entry.readings) {
      if (kept.ledger < 0 || kept.ledger >= ledgers) fail("names a source of quarantine that it does not hold");
    }
  }
  std::int64_t previous = -1;
  for (const auto& segment : manifest.segments) {
    if (segment.partition <= previous || segment.partition >= manifest.partitions) fail("has segments out of order");
    previous = segment.partition;
    if (segment.names && segment.names->empty()) fail("has a segment without event names");
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
  return std::string(manifest_prefix) + std::to_string(version);
}

std::vector<std::int64_t> list_manifests(Env& env, const std::string& directory) {
  std::vector<std::int64_t> versions;
  for (const auto& name : env.list(directory)) {
    if (const auto version = version_of(name)) versions.push_back(*version);
  }
  std::sort(versions.begin(), versions.end());
  return versions;
}

std::int64_t find_ledger(const Manifest& manifest, const QuarantineEntry& entry, const Quarantined& row) {
  const auto& ledgers = manifest.ledgers;
  if (row.ledger >= 0 && row.ledger < static_cast<std::int64_t>(ledgers.size())) return row.ledger;
  const auto first = ledgers.begin() + std::max<std::int64_t>(entry.first_ledger, 0);
  const auto end = entry.first_ledger < 0 ? ledgers.end() : first + entry.ledgers;
  const auto found = std::find_if(
      first, end, [&](const auto& ledger) { return ledger.source == row.source && ledger.quarantined > 0; });
  return found == end ? -1 : found - ledgers.begin();
}

void write_manifest(Env& env, const std::string& directory, const Manifest& manifest) {
  auto document = to_json(manifest);
  const Manifest now;  // an older manifest that goes on is of this format from here on
  document.as_object()["format"] = now.format;
  document.as_object()["reader"] = now.reader;
  std::string bytes = json::format(document) + "\n";
  bytes += format_hash(hash128(bytes)) + "\n";
  replace_file(env, join_path(directory, manifest_name(manifest.version)), bytes);
}

void make_current(Env& env, const std::string& directory, std::int64_t version) {
  replace_file(env, join_path(directory, current_name), manifest_name(version) + "\n");
}

std::int64_t read_current(Env& env, const std::string& directory) {
  const std::string path = join_path(directory, current_name);
  if (!env.exists(path)) {
    if (env.exists(directory) && !list_manifests(env, directory).empty()) {
      throw Error(ErrorKind::corrupt, path, "is missing", "see: peregrine check");
    }
    throw Error(ErrorKind::not_found, directory, "holds no events", "a folder made by `peregrine init`");
  }
  const std::string text = read_file(env, path);
  const auto version =
      text.ends_with("\n") ? version_of(std::string_view(text).substr(0, text.size() - 1)) : std::nullopt;
  if (!version) throw Error(ErrorKind::corrupt, path, "does not name a manifest", "see: peregrine check");
  return *version;
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
  auto document = json::parse(body, path);
  if (!document.is_object()) throw Error(ErrorKind::corrupt, path, "is no manifest");
  const auto number = [&](std::string_view name) {
    const auto* member = document.get_object().if_contains(name);
    return member != nullptr && member->is_int64() ? member->get_int64() : 0;
  };
  if (number("reader") > format_version) {
    throw Error(ErrorKind::invalid, path, "was written by a newer Peregrine",
                "a program that reads format " + std::to_string(number("reader")) + "; this one reads format " +
                    std::to_string(format_version));
  }
  if (number("format") > format_version) pass_over_unknown(document);
  Manifest manifest;
  try {
    manifest = from_json<Manifest>(document, path);
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, path, error.what());
  }
  check_manifest(manifest, path);
  manifest.checksum = std::string_view(bytes).substr(body.size(), checksum_digits);
  return manifest;
}

}  // namespace peregrine::store
