// A quarantine file holds rows that could not be understood, with reason and raw bytes. Rows go to disk as they come.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "store/manifest.hpp"
#include "store/store.hpp"

namespace peregrine::store {

/// Raw bytes kept of a row; of a longer one the head, with its length and hash.
constexpr std::size_t raw_bytes = 64 << 10;

/// One thread. Without a row there is no file.
class QuarantineWriter {
 public:
  QuarantineWriter(Env& env, std::string path);
  ~QuarantineWriter();

  void add(Quarantined row);
  std::int64_t rows() const;
  /// Syncs and closes; there must be a row. `name` is the file's in the manifest.
  FileEntry finish(std::string name);

 private:
  class File;
  Env& env_;
  std::string path_;
  std::unique_ptr<File> file_;
};

/// Calls `take` with every row, in order, until it returns false. Throws `corrupt` when the file is not what the
/// manifest says. Holds one batch at a time.
void read_quarantine_file(Env& env, const std::string& path, const FileEntry& entry,
                          const std::function<bool(Quarantined)>& take);

}  // namespace peregrine::store
