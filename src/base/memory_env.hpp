// A MemoryEnv is a disk in memory, for tests. It shows what a real one hides: bytes, names and folders that were
// written but not synced are gone, wholly or in part, when the power fails. Time and chance are the same in every run.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/env.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"

namespace peregrine {

/// What a loss of power leaves of that which was not synced.
enum class Survival {
  nothing,
  everything,
  torn_512,   // of each file some sectors, of each folder some names
  torn_4096,  // the same with pages
  some,       // whole files and names, some of them
};

class MemoryEnv final : public Env {
 public:
  MemoryEnv() = default;

  /// The disk as it is found after the power failed now. The same seed finds the same.
  std::unique_ptr<MemoryEnv> after_power_loss(Survival survival, std::uint64_t seed) const {
    const std::lock_guard hold(mutex_);
    auto disk = std::make_unique<MemoryEnv>();
    disk->root_ = Chance{survival, seed}.survivor(*root_);
    return disk;
  }
  /// The same disk once more, all of it synced.
  std::unique_ptr<MemoryEnv> copy() const { return after_power_loss(Survival::everything, 0); }
  /// Every file below `directory` by its path, sorted.
  std::vector<std::string> files(const std::string& directory) const {
    const std::lock_guard hold(mutex_);
    std::vector<std::string> found;
    if (const auto node = find(directory)) collect(*node, directory, found);
    return found;
  }
  /// The bytes of a file, to be damaged. What is mapped of it stays as it was.
  std::string& bytes(const std::string& path) {
    const std::lock_guard hold(mutex_);
    return get(path, "open")->bytes;
  }

  std::unique_ptr<WritableFile> create(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    auto& entry = get(parent_of(path), "create")->names[name_of(path)];
    if (entry == nullptr || entry->folder) entry = std::make_shared<Node>();
    entry->bytes.clear();
    return std::make_unique<Written>(*this, entry);
  }
  std::unique_ptr<ReadableFile> open(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    return std::make_unique<Read>(get(path, "open"));
  }
  std::unique_ptr<Mapping> map(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    return std::make_unique<Copied>(get(path, "open")->bytes);
  }
  bool exists(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    return find(path) != nullptr;
  }
  std::vector<std::string> list(const std::string& directory) override {
    const std::lock_guard hold(mutex_);
    const auto found = get(directory, "list");
    if (!found->folder) throw system_failure(directory, "list", ENOTDIR);
    std::vector<std::string> names;
    for (const auto& [name, node] : found->names) names.push_back(name);
    return names;
  }
  void make_directories(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    auto node = root_;
    for (const auto& name : split(path)) {
      auto& entry = node->names[name];
      if (entry == nullptr) {
        entry = std::make_shared<Node>();
        entry->folder = true;
      }
      node = entry;
    }
  }
  void rename(const std::string& from, const std::string& to) override {
    const std::lock_guard hold(mutex_);
    const auto node = get(from, "rename");
    get(parent_of(to), "rename")->names[name_of(to)] = node;
    get(parent_of(from), "rename")->names.erase(name_of(from));
  }
  void remove_file(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    get(path, "remove");
    get(parent_of(path), "remove")->names.erase(name_of(path));
  }
  void remove_all(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    if (const auto parent = find(parent_of(path))) parent->names.erase(name_of(path));
  }
  void sync_directory(const std::string& path) override {
    const std::lock_guard hold(mutex_);
    const auto node = get(path, "open");
    node->synced_names = node->names;
  }
  std::unique_ptr<Lock> lock(const std::string& path) override {
    {
      const std::lock_guard hold(mutex_);
      if (!locked_.insert(path).second) {
        throw Error(ErrorKind::conflict, path, "another process is writing here", "wait for it to end");
      }
    }
    if (!exists(path)) create(path);
    return std::make_unique<Held>(*this, path);
  }
  std::uint64_t free_bytes(const std::string&) override { return std::uint64_t{1} << 40; }
  Time now() override { return {1'780'000'000'000'000}; }
  std::uint64_t random() override {
    const std::lock_guard hold(mutex_);
    ++drawn_;
    return hash64({reinterpret_cast<const char*>(&drawn_), sizeof drawn_});
  }

 private:
  struct Node {
    bool folder = false;
    std::string bytes;
    std::string synced;
    std::map<std::string, std::shared_ptr<Node>> names;
    std::map<std::string, std::shared_ptr<Node>> synced_names;
  };
  // A node is shared by the names that lead to it, now and when last synced, and by the files that are open.
  using Handle = std::shared_ptr<Node>;

  /// Decides what survives, and makes it.
  struct Chance {
    Survival survival;
    std::uint64_t state;
    std::map<const Node*, Handle> made = {};
    std::map<const Node*, bool> moved = {};  // by what came or went: a name and the one it had before survive together

    bool coin() {
      if (survival == Survival::nothing) return false;
      if (survival == Survival::everything) return true;
      ++state;
      return (hash64({reinterpret_cast<const char*>(&state), sizeof state}) & 1) != 0;
    }
    Handle survivor(const Node& node) {
      if (const auto found = made.find(&node); found != made.end()) return found->second;
      auto handle = std::make_shared<Node>();
      made.emplace(&node, handle);
      handle->folder = node.folder;
      handle->bytes = handle->synced = bytes_of(node);
      std::set<std::string> all;
      for (const auto& [name, to] : node.names) all.insert(name);
      for (const auto& [name, to] : node.synced_names) all.insert(name);
      for (const auto& name : all) {
        const auto& side = survives(node, name) ? node.names : node.synced_names;
        if (const auto found = side.find(name); found != side.end()) handle->names[name] = survivor(*found->second);
      }
      handle->synced_names = handle->names;
      return handle;
    }
    /// Is `name` as it is now, or as it was when the folder was synced?
    bool survives(const Node& folder, const std::string& name) {
      const auto now = folder.names.find(name);
      const auto& node = now == folder.names.end() ? folder.synced_names.at(name) : now->second;
      const auto known = moved.find(node.get());
      return known != moved.end() ? known->second : moved.emplace(node.get(), coin()).first->second;
    }
    std::string bytes_of(const Node& node) {
      if (survival != Survival::torn_512 && survival != Survival::torn_4096) return coin() ? node.bytes : node.synced;
      const std::size_t piece = survival == Survival::torn_512 ? 512 : 4096;
      if (node.bytes == node.synced) return node.bytes;
      std::string bytes(coin() ? node.bytes.size() : node.synced.size(), '\0');  // zeros where nothing arrived
      for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const auto& side = coin() ? node.bytes : node.synced;
        if (at < side.size()) bytes.replace(at, std::min(piece, bytes.size() - at), padded(side, at, piece, bytes));
      }
      return bytes;
    }
    static std::string padded(const std::string& side, std::size_t at, std::size_t piece, const std::string& bytes) {
      auto part = side.substr(at, piece);
      part.resize(std::min(piece, bytes.size() - at));
      return part;
    }
  };

  class Written final : public WritableFile {
   public:
    Written(MemoryEnv& env, Handle node) : env_(env), node_(std::move(node)) {}
    void append(std::string_view bytes) override {
      const std::lock_guard hold(env_.mutex_);
      node_->bytes += bytes;
    }
    void sync() override {
      const std::lock_guard hold(env_.mutex_);
      node_->synced = node_->bytes;
    }
    void close() override {}

   private:
    MemoryEnv& env_;
    Handle node_;
  };

  class Read final : public ReadableFile {
   public:
    explicit Read(Handle node) : node_(std::move(node)) {}
    std::uint64_t size() const override { return node_->bytes.size(); }
    std::size_t read_at(std::uint64_t offset, std::span<char> into) const override {
      const auto part = offset < node_->bytes.size() ? std::string_view(node_->bytes).substr(offset, into.size()) : "";
      std::copy(part.begin(), part.end(), into.begin());
      return part.size();
    }

   private:
    Handle node_;
  };

  /// On 64 bytes, as a page would be.
  class Copied final : public Mapping {
   public:
    explicit Copied(const std::string& bytes) : size_(bytes.size()), data_(::operator new(size_ + 1, alignment)) {
      std::memcpy(data_, bytes.data(), size_);
    }
    Copied(const Copied&) = delete;
    Copied& operator=(const Copied&) = delete;
    ~Copied() override { ::operator delete(data_, alignment); }
    std::string_view bytes() const override { return {static_cast<const char*>(data_), size_}; }

   private:
    static constexpr std::align_val_t alignment{64};
    std::size_t size_;
    void* data_;
  };

  class Held final : public Lock {
   public:
    Held(MemoryEnv& env, std::string path) : env_(env), path_(std::move(path)) {}
    ~Held() override {
      const std::lock_guard hold(env_.mutex_);
      env_.locked_.erase(path_);
    }

   private:
    MemoryEnv& env_;
    std::string path_;
  };

  static Handle folder() {
    auto node = std::make_shared<Node>();
    node->folder = true;
    return node;
  }
  static std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> names;
    while (!path.empty()) {
      const auto name = path.substr(0, path.find('/'));
      path.remove_prefix(std::min(path.size(), name.size() + 1));
      if (!name.empty() && name != ".") names.emplace_back(name);
    }
    return names;
  }
  static std::string name_of(std::string_view path) { return split(path).back(); }
  Handle find(std::string_view path) const {
    auto node = root_;
    for (const auto& name : split(path)) {
      const auto found = node->names.find(name);
      if (found == node->names.end()) return nullptr;
      node = found->second;
    }
    return node;
  }
  Handle get(const std::string& path, std::string_view doing) const {
    const auto node = find(path);
    if (node == nullptr) throw system_failure(path, doing, ENOENT);
    return node;
  }
  static void collect(const Node& node, const std::string& path, std::vector<std::string>& found) {
    if (!node.folder) found.push_back(path);
    for (const auto& [name, below] : node.names) collect(*below, join_path(path, name), found);
  }

  mutable std::mutex mutex_;
  Handle root_ = folder();
  std::set<std::string> locked_;
  std::uint64_t drawn_ = 0;
};

}  // namespace peregrine
