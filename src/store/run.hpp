// A Run is events on their way to partitions: split by partition as they come, kept in memory, spilled to temporary
// files when memory is used up, and read back one partition at a time. Written by one thread; read by many afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "store/extent.hpp"
#include "store/room.hpp"
#include "store/rows.hpp"

namespace peregrine::store {

/// Where a run's rows are not to go at all.
constexpr std::uint32_t no_partition = 0xffffffff;

/// The partition of an id: the highest bits of its hash, so that partitions follow one another in order of hash.
inline std::uint32_t partition_of(std::uint64_t hash, std::size_t partitions) {
  return partitions == 1 ? 0 : static_cast<std::uint32_t>(hash >> (64 - __builtin_ctzll(partitions)));
}

/// What a run holds of one partition. Used again, it keeps its memory.
class LoadedRows {
 public:
  std::vector<Rows> extents;

 private:
  friend class Run;
  Room bytes_;
  ExtentViews views_;
};

class Run {
 public:
  /// Spills into files that begin with `path` when more than `memory_bytes` are held.
  Run(Env& env, std::string path, std::size_t partitions, std::size_t memory_bytes);

  /// Copies the rows that have a partition. Columns that no such row has a value in are left out.
  void add(const Rows& rows, std::span<const std::uint32_t> partition_of_row);

  std::size_t rows(std::size_t partition) const { return rows_[partition]; }
  /// Bytes that `load` will hold.
  std::size_t bytes(std::size_t partition) const { return bytes_[partition]; }
  /// The rows live as long as this run, and until `into` is used again. Thread-safe once nothing is added any more.
  void load(std::size_t partition, LoadedRows& into) const;

 private:
  struct Spill {
    std::unique_ptr<ReadableFile> file;
    std::vector<std::uint64_t> offsets;  // partitions + 1
  };
  void spill();

  Env& env_;
  std::string path_;
  std::size_t memory_bytes_;
  std::size_t held_ = 0;
  ExtentMemory memory_;
  std::vector<std::vector<std::string_view>> extents_;  // by partition, in memory_
  std::vector<std::size_t> rows_;
  std::vector<std::size_t> bytes_;
  std::vector<Spill> spills_;
  std::size_t largest_extent_ = 0;  // rows
  ExtentWriter writer_;
  std::vector<std::uint32_t> ends_;  // of each partition in order_, while rows are added
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> order_;
};

}  // namespace peregrine::store
