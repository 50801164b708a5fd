// A FaultEnv is another Env whose calls fail on demand, for tests: the Nth call, once or from then on for ever, in one
// of the ways in which disks fail. Any number of threads.
#pragma once

#include <atomic>
#include <cerrno>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "base/env.hpp"

namespace peregrine {

/// A failing append writes the first half of its bytes, whatever fails.
enum class Failure {
  device,       // EIO: any call
  disk_full,    // ENOSPC: calls that need room
  descriptors,  // EMFILE: calls that open
  short_write,  // ENOSPC in the middle of an append
  memory,       // std::bad_alloc: any call
};

struct Fault {
  std::size_t at = 0;  // the call that fails, from 1 on, of those that can fail in this way; 0: none
  bool for_ever = true;
  Failure failure = Failure::device;
};

class FaultEnv final : public Env {
 public:
  explicit FaultEnv(Env& under, Fault fault = {}) : under_(under), fault_(fault) {}

  /// Calls so far that could have failed.
  std::size_t calls() const { return calls_; }
  /// A disk that takes a sync for granted: for tests that only end processes, in which syncs take most of the time.
  void skip_syncs() { syncs_ = false; }

  std::unique_ptr<WritableFile> create(const std::string& path) override {
    step(path, "create", room | opens);
    return std::make_unique<Written>(*this, path, under_.create(path));
  }
  std::unique_ptr<ReadableFile> open(const std::string& path) override {
    step(path, "open", opens);
    return std::make_unique<Read>(*this, path, under_.open(path));
  }
  std::unique_ptr<Mapping> map(const std::string& path) override {
    step(path, "open", opens);
    return under_.map(path);
  }
  bool exists(const std::string& path) override {
    step(path, "look for it", 0);
    return under_.exists(path);
  }
  std::vector<std::string> list(const std::string& directory) override {
    step(directory, "list", opens);
    return under_.list(directory);
  }
  std::string without_links(const std::string& path) override {
    step(path, "follow the links of", 0);
    return under_.without_links(path);
  }
  void make_directories(const std::string& path) override {
    step(path, "make the directory", room);
    under_.make_directories(path);
  }
  void rename(const std::string& from, const std::string& to) override {
    step(from, "rename", room);
    under_.rename(from, to);
  }
  void remove_file(const std::string& path) override {
    step(path, "remove", 0);
    under_.remove_file(path);
  }
  void remove_all(const std::string& path) override {
    step(path, "remove", opens);
    under_.remove_all(path);
  }
  void sync_directory(const std::string& path) override {
    step(path, "sync", room | opens);
    if (syncs_) under_.sync_directory(path);
  }
  std::unique_ptr<Lock> lock(const std::string& path) override {
    step(path, "open", room | opens);
    return under_.lock(path);
  }
  std::uint64_t free_bytes(const std::string& path) override {
    step(path, "read the room left", 0);
    return fault_.failure == Failure::disk_full || fault_.failure == Failure::short_write ? 0 : under_.free_bytes(path);
  }
  Time now() override { return under_.now(); }
  std::uint64_t random() override { return under_.random(); }

 private:
  /// What a call needs, beside a device that works.
  enum Needs : unsigned { room = 1, opens = 2, appends = 4 };

  class Written final : public WritableFile {
   public:
    Written(FaultEnv& env, std::string path, std::unique_ptr<WritableFile> file)
        : env_(env), path_(std::move(path)), file_(std::move(file)) {}
    void append(std::string_view bytes) override {
      try {
        env_.step(path_, "write", room | appends);
      } catch (...) {
        file_->append(bytes.substr(0, bytes.size() / 2));
        throw;
      }
      file_->append(bytes);
    }
    void sync() override {
      env_.step(path_, "sync", room);
      if (env_.syncs_) file_->sync();
    }
    void close() override {
      env_.step(path_, "close", 0);
      file_->close();
    }

   private:
    FaultEnv& env_;
    std::string path_;
    std::unique_ptr<WritableFile> file_;
  };

  class Read final : public ReadableFile {
   public:
    Read(FaultEnv& env, std::string path, std::unique_ptr<ReadableFile> file)
        : env_(env), path_(std::move(path)), file_(std::move(file)) {}
    std::uint64_t size() const override { return file_->size(); }
    std::size_t read_at(std::uint64_t offset, std::span<char> into) const override {
      env_.step(path_, "read", 0);
      return file_->read_at(offset, into);
    }

   private:
    FaultEnv& env_;
    std::string path_;
    std::unique_ptr<ReadableFile> file_;
  };

  bool can_fail(unsigned needs) const {
    switch (fault_.failure) {
      case Failure::disk_full: return (needs & room) != 0;
      case Failure::descriptors: return (needs & opens) != 0;
      case Failure::short_write: return (needs & appends) != 0;
      case Failure::device:
      case Failure::memory: return true;
    }
    return true;
  }
  void step(const std::string& path, std::string_view doing, unsigned needs) {
    if (!can_fail(needs)) return;
    const auto call = calls_.fetch_add(1) + 1;
    if (fault_.at == 0 || call < fault_.at || (call > fault_.at && !fault_.for_ever)) return;
    switch (fault_.failure) {
      case Failure::device: throw system_failure(path, doing, EIO);
      case Failure::disk_full:
      case Failure::short_write: throw system_failure(path, doing, ENOSPC);
      case Failure::descriptors: throw system_failure(path, doing, EMFILE);
      case Failure::memory: throw std::bad_alloc();
    }
  }

  Env& under_;
  Fault fault_;
  bool syncs_ = true;
  std::atomic<std::size_t> calls_{0};
};

}  // namespace peregrine
