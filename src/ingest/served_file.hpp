// A file of the import as its reader sees it: the reader has no right to open anything, so it asks the import for
// ranges of bytes over a socket, and the import reads them through Env.
//
// request = offset (8 bytes) length (8 bytes)       answer = count (8 bytes, -1: could not be read) bytes
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <span>
#include <thread>

#include "base/env.hpp"
#include "base/hash.hpp"

namespace peregrine::ingest {

/// The import's side: a thread that answers until the reader is gone or this is destroyed.
class FileServer {
 public:
  /// Takes the socket over.
  FileServer(const ReadableFile& file, int socket);
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;
  ~FileServer();

  /// Bytes handed out so far, never more than the file has.
  std::uint64_t bytes_served() const { return served_.load(std::memory_order_relaxed); }
  /// Stops answering.
  void stop();
  /// Stops, and throws what reading the file threw.
  void rethrow_failure();
  /// Of the first hashed() bytes of the file: all, when they were asked for in order. Only after stop.
  Hash128 hash() const { return hasher_.hash(); }
  std::uint64_t hashed() const { return hashed_; }

 private:
  void serve();
  void hash(std::uint64_t offset, std::string_view bytes);

  const ReadableFile& file_;
  int socket_;
  std::atomic<std::uint64_t> served_{0};
  std::exception_ptr failure_;  // set by the thread, read after it ended
  Hasher hasher_;
  std::uint64_t hashed_ = 0;
  std::thread thread_;
};

/// The reader's side. Several threads may read.
class ServedFile {
 public:
  ServedFile(int socket, std::uint64_t size) : socket_(socket), size_(size) {}

  std::uint64_t size() const { return size_; }
  /// Fills `into` from `offset`; fewer bytes only at the end of the file. Ends the process when the import is gone:
  /// there is nobody left to tell.
  std::size_t read_at(std::uint64_t offset, std::span<char> into);

 private:
  std::mutex mutex_;
  int socket_;
  std::uint64_t size_;
};

}  // namespace peregrine::ingest
