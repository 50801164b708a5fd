// A checksummed file: written once while every block of it is hashed, then mapped and checked block by block on the
// first touch of each. The hashes live in the manifest, not beside the block, so that a misdirected write shows.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "store/manifest.hpp"

namespace peregrine::store {

/// Bytes of a block; the last of a file may be shorter.
constexpr std::size_t block_bytes = std::size_t{1} << 20;

/// Hashes what is appended on its way into a file. One thread.
class ChecksummedWriter {
 public:
  ChecksummedWriter(Env& env, const std::string& path);

  void append(std::string_view bytes);
  std::int64_t position() const { return bytes_; }
  /// Syncs and closes. `name` is the file's name in the manifest.
  FileEntry finish(std::string name);

 private:
  void end_block(std::string_view block);

  std::unique_ptr<WritableFile> file_;
  std::string pending_;  // the begun block
  std::vector<std::uint64_t> blocks_;
  std::int64_t bytes_ = 0;
};

/// The bytes of a published file. Any number of threads.
class ChecksummedFile {
 public:
  /// Throws `corrupt` when the file is gone or has another size than the manifest says. `entry` must outlive this.
  ChecksummedFile(Env& env, const std::string& path, const FileEntry& entry);

  /// Not yet checked: call `verify` for what is going to be read.
  std::string_view bytes() const { return mapping_->bytes(); }
  /// Throws `corrupt`, naming file and block, unless every block of the range has its hash. Cheap when done before.
  void verify(std::uint64_t offset, std::uint64_t length) const;
  /// The same for bytes that lie inside of this file's mapping.
  void verify_in_place(const void* data, std::size_t length) const;
  /// Throws `corrupt` when bytes were lost since the file was opened.
  void expect_intact() const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  const FileEntry& entry_;
  std::unique_ptr<Mapping> mapping_;
  mutable std::vector<std::atomic<std::uint64_t>> verified_;  // one bit a block
};

/// The hash of a whole file is the hash of its blocks' hashes.
std::string hash_of_blocks(const std::vector<std::uint64_t>& blocks);

}  // namespace peregrine::store
