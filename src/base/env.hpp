// Env is the one door to files, clock and chance for the store and ingest, so that tests can make them fail.
// Paths are UTF-8 text. Every failure is an Error: not_found, unavailable (disk full, no permission) or corrupt.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace peregrine {

/// A file being written from its start to its end by one thread.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual void append(std::string_view bytes) = 0;
  /// Returns when the bytes are on stable storage. An error is final: the file must be given up.
  virtual void sync() = 0;
  virtual void close() = 0;
};

/// A file read at any place; several threads may read at once.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  virtual std::uint64_t size() const = 0;
  /// Fills `into` from `offset`; fewer bytes only at the end of the file. Returns how many.
  virtual std::size_t read_at(std::uint64_t offset, std::span<char> into) const = 0;
};

/// The bytes of a whole file in memory for as long as this lives.
class Mapping {
 public:
  virtual ~Mapping() = default;
  virtual std::string_view bytes() const = 0;
  /// True once bytes could not be had, because the file became shorter or the disk failed: they were read as zero. Who
  /// reads asks afterwards, before believing what was read. Thread-safe.
  virtual bool lost() const { return false; }
};

/// Held by the one process that may write to a directory; released when destroyed or when the process ends.
class Lock {
 public:
  virtual ~Lock() = default;
};

class Env {
 public:
  virtual ~Env() = default;

  virtual std::unique_ptr<WritableFile> create(const std::string& path) = 0;
  virtual std::unique_ptr<ReadableFile> open(const std::string& path) = 0;
  virtual std::unique_ptr<Mapping> map(const std::string& path) = 0;

  /// Throws when it cannot be known, as without permission for a folder on the way.
  virtual bool exists(const std::string& path) = 0;
  virtual std::vector<std::string> list(const std::string& directory) = 0;  // names, sorted
  /// The path without links on the way: one for all paths that lead to the same file or folder.
  virtual std::string without_links(const std::string& path) { return path; }
  virtual void make_directories(const std::string& path) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove_file(const std::string& path) = 0;
  virtual void remove_all(const std::string& path) = 0;
  virtual void sync_directory(const std::string& path) = 0;
  /// Throws `conflict` when another process holds it.
  virtual std::unique_ptr<Lock> lock(const std::string& path) = 0;

  /// Bytes that may still be written below `path`.
  virtual std::uint64_t free_bytes(const std::string& path) = 0;

  virtual Time now() = 0;
  virtual std::uint64_t random() = 0;

  /// The operating system itself.
  static Env& real();
};

/// An Error of a call that the system refused.
class SystemError : public Error {
 public:
  SystemError(ErrorKind kind, const std::string& path, std::string what, int code)
      : Error(kind, path, std::move(what)), code_(code) {}
  /// One of errno's.
  int code() const noexcept { return code_; }
  /// True when there was no room left on the disk, or for whom it was written.
  bool is_disk_full() const noexcept;

 private:
  int code_;
};

/// `path: cannot open: No such file`.
SystemError system_failure(const std::string& path, std::string_view doing, int code);

/// The whole of a file. Throws `invalid` when it is larger than `limit`.
std::string read_file(Env& env, const std::string& path, std::size_t limit = std::size_t{1} << 30);

/// Writes `bytes` so that after a crash the path holds either the old or the new content: temporary, sync, rename,
/// sync.
void replace_file(Env& env, const std::string& path, std::string_view bytes);

/// `a/b` from `a` and `b`.
std::string join_path(std::string_view directory, std::string_view name);
/// The folder that holds `path`: `a` of `a/b`, `.` of `b`, `/` of `/b`.
std::string parent_of(std::string_view path);

}  // namespace peregrine
