#include "store/checksum.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"

namespace peregrine::store {

std::string hash_of_blocks(const std::vector<std::uint64_t>& blocks) {
  return format_hash(hash128({reinterpret_cast<const char*>(blocks.data()), blocks.size() * sizeof(std::uint64_t)}));
}

ChecksummedWriter::ChecksummedWriter(Env& env, const std::string& path) : file_(env.create(path)) {}

void ChecksummedWriter::append(std::string_view bytes) {
  bytes_ += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    if (pending_.empty() && bytes.size() >= block_bytes) {
      end_block(bytes.substr(0, block_bytes));
      bytes.remove_prefix(block_bytes);
      continue;
    }
    const std::size_t taken = std::min(bytes.size(), block_bytes - pending_.size());
    pending_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (pending_.size() == block_bytes) {
      end_block(pending_);
      pending_.clear();
    }
  }
}

FileEntry ChecksummedWriter::finish(std::string name) {
  if (!pending_.empty()) end_block(pending_);
  file_->sync();
  file_->close();
  FileEntry entry;
  entry.name = std::move(name);
  entry.bytes = bytes_;
  entry.hash = hash_of_blocks(blocks_);
  entry.blocks.hashes = std::move(blocks_);
  return entry;
}

void ChecksummedWriter::end_block(std::string_view block) {
  file_->append(block);
  blocks_.push_back(hash64(block));
}

namespace {

std::unique_ptr<Mapping> map_published(Env& env, const std::string& path) {
  try {
    return env.map(path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    throw Error(ErrorKind::corrupt, path, "is missing", "the manifest names it");
  }
}

}  // namespace

ChecksummedFile::ChecksummedFile(Env& env, const std::string& path, const FileEntry& entry)
    : path_(path),
      entry_(entry),
      mapping_(map_published(env, path)),
      verified_((entry.blocks.hashes.size() + 63) / 64) {
  if (mapping_->bytes().size() != static_cast<std::size_t>(entry.bytes)) {
    throw Error(ErrorKind::corrupt, path, "has " + std::to_string(mapping_->bytes().size()) + " bytes",
                "the manifest says " + std::to_string(entry.bytes));
  }
}

void ChecksummedFile::verify(std::uint64_t offset, std::uint64_t length) const {
  if (length == 0) return;
  const auto all = bytes();
  PEREGRINE_CHECK(offset <= all.size() && length <= all.size() - offset);
  const std::uint64_t last = (offset + length - 1) / block_bytes;
  for (std::uint64_t block = offset / block_bytes; block <= last; ++block) {
    auto& word = verified_[block / 64];
    const std::uint64_t bit = std::uint64_t{1} << (block % 64);
    if ((word.load(std::memory_order_acquire) & bit) != 0) continue;
    if (hash64(all.substr(block * block_bytes, block_bytes)) != entry_.blocks.hashes[block]) {
      expect_intact();
      throw Error(ErrorKind::corrupt, path_, "block " + std::to_string(block) + " does not have its checksum",
                  "restore this file from a backup or import the data again");
    }
    word.fetch_or(bit, std::memory_order_release);
  }
}

void ChecksummedFile::expect_intact() const {
  if (!mapping_->lost()) return;
  throw Error(ErrorKind::corrupt, path_, "became shorter or unreadable while it was read", "see: peregrine check");
}

void ChecksummedFile::verify_in_place(const void* data, std::size_t length) const {
  if (length == 0) return;
  verify(static_cast<std::uint64_t>(static_cast<const char*>(data) - bytes().data()), length);
}

}  // namespace peregrine::store
