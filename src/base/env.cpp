#include "base/env.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/page_guard.hpp"

namespace peregrine {

bool SystemError::is_disk_full() const noexcept {
  return code_ == ENOSPC || code_ == EDQUOT;
}

SystemError system_failure(const std::string& path, std::string_view doing, int code) {
  const auto kind = code == ENOENT || code == ENOTDIR ? ErrorKind::not_found
                    : code == EEXIST                  ? ErrorKind::conflict
                    : code == EIO                     ? ErrorKind::corrupt
                                                      : ErrorKind::unavailable;
  return SystemError(kind, path, "cannot " + std::string(doing) + ": " + std::strerror(code), code);
}

namespace {

[[noreturn]] void fail(const std::string& path, std::string_view doing, int code = errno) {
  throw system_failure(path, doing, code);
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags, std::string_view doing) : path_(path) {
    do {
      fd_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    } while (fd_ < 0 && errno == EINTR);
    if (fd_ < 0) fail(path, doing);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  const std::string& path() const { return path_; }
  std::uint64_t size() const {
    struct stat info {};
    if (::fstat(fd_, &info) != 0) fail(path_, "read the size of it");
    return static_cast<std::uint64_t>(info.st_size);
  }
  bool is_file_or_directory() const {
    struct stat info {};
    return ::fstat(fd_, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
  }
  void close() {
    const int fd = std::exchange(fd_, -1);
    if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) fail(path_, "close");
  }

 private:
  std::string path_;
  int fd_ = -1;
};

class RealWritableFile final : public WritableFile {
 public:
  explicit RealWritableFile(const std::string& path) : file_(path, O_WRONLY | O_CREAT | O_TRUNC, "create") {}

  void append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        fail(file_.path(), "write");
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() override {
    if (::fdatasync(file_.get()) != 0) fail(file_.path(), "sync");
  }
  void close() override { file_.close(); }

 private:
  Descriptor file_;
};

class RealReadableFile final : public ReadableFile {
 public:
  explicit RealReadableFile(const std::string& path) : file_(path, O_RDONLY | O_NONBLOCK, "open"), size_(file_.size()) {
    if (!file_.is_file_or_directory()) throw Error(ErrorKind::invalid, path, "is no file", "not a pipe or a device");
  }

  std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<char> into) const override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = ::pread(file_.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
      if (got < 0) {
        if (errno == EINTR) continue;
        fail(file_.path(), "read");
      }
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  Descriptor file_;
  std::uint64_t size_;
};

class RealMapping final : public Mapping {
 public:
  explicit RealMapping(const std::string& path) {
    const Descriptor file(path, O_RDONLY, "open");
    size_ = file.size();
    if (size_ == 0) return;
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (data_ == MAP_FAILED) fail(path, "map");
    guard_.emplace(data_, size_);
  }
  RealMapping(const RealMapping&) = delete;
  RealMapping& operator=(const RealMapping&) = delete;
  ~RealMapping() override {
    guard_.reset();
    if (size_ > 0) ::munmap(data_, size_);
  }
  std::string_view bytes() const override { return {static_cast<const char*>(data_), size_}; }
  bool lost() const override { return guard_ && guard_->lost(); }

 private:
  std::optional<PageGuard> guard_;
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

class RealLock final : public Lock {
 public:
  explicit RealLock(const std::string& path) : file_(path, O_RDWR | O_CREAT, "open") {
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) {
        throw Error(ErrorKind::conflict, path, "another process is writing here", "wait for it to end");
      }
      fail(path, "lock");
    }
  }

 private:
  Descriptor file_;
};

class RealEnv final : public Env {
 public:
  std::unique_ptr<WritableFile> create(const std::string& path) override {
    return std::make_unique<RealWritableFile>(path);
  }
  std::unique_ptr<ReadableFile> open(const std::string& path) override {
    return std::make_unique<RealReadableFile>(path);
  }
  std::unique_ptr<Mapping> map(const std::string& path) override { return std::make_unique<RealMapping>(path); }

  bool exists(const std::string& path) override {
    if (::access(path.c_str(), F_OK) == 0) return true;
    if (errno != ENOENT && errno != ENOTDIR) fail(path, "look for it");
    return false;
  }

  std::vector<std::string> list(const std::string& directory) override {
    DIR* stream = ::opendir(directory.c_str());
    if (stream == nullptr) fail(directory, "list");
    const std::unique_ptr<DIR, int (*)(DIR*)> closing(stream, ::closedir);
    std::vector<std::string> names;
    errno = 0;  // readdir gives null both at the end and when it fails
    while (const auto* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    if (errno != 0) fail(directory, "list");
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string without_links(const std::string& path) override {
    std::error_code failure;
    auto found = std::filesystem::canonical(path, failure);
    if (failure) fail(path, "follow the links of", failure.value());
    return found.string();
  }
  void make_directories(const std::string& path) override {
    std::error_code failure;
    std::filesystem::create_directories(path, failure);
    if (failure) fail(path, "make the directory", failure.value());
  }
  void rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) fail(from, "rename");
  }
  void remove_file(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) fail(path, "remove");
  }
  void remove_all(const std::string& path) override {
    std::error_code failure;
    std::filesystem::remove_all(path, failure);
    if (failure) fail(path, "remove", failure.value());
  }
  void sync_directory(const std::string& path) override {
    const Descriptor directory(path, O_RDONLY | O_DIRECTORY, "open");
    if (::fsync(directory.get()) != 0) fail(path, "sync");
  }
  std::unique_ptr<Lock> lock(const std::string& path) override { return std::make_unique<RealLock>(path); }
  std::uint64_t free_bytes(const std::string& path) override {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) fail(path, "read the room left");
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  }

  Time now() override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  }
  std::uint64_t random() override {
    std::uint64_t value = 0;
    if (::getrandom(&value, sizeof value, 0) != sizeof value) fail("random", "read");
    return value;
  }
};

}  // namespace

Env& Env::real() {
  static RealEnv env;
  return env;
}

std::string read_file(Env& env, const std::string& path, std::size_t limit) {
  const auto file = env.open(path);
  if (file->size() > limit) {
    throw Error(ErrorKind::invalid, path, "is too large", "at most " + std::to_string(limit) + " bytes");
  }
  std::string bytes(static_cast<std::size_t>(file->size()), '\0');
  bytes.resize(file->read_at(0, {bytes.data(), bytes.size()}));
  return bytes;
}

void replace_file(Env& env, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new";
  const auto file = env.create(temporary);
  file->append(bytes);
  file->sync();
  file->close();
  env.rename(temporary, path);
  env.sync_directory(parent_of(path));
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  return path += name;
}

std::string parent_of(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

}  // namespace peregrine
