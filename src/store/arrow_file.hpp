// Arrow reads and writes through these, so that every byte goes through Env and is checked. Includes Arrow: only for
// the few units that speak it.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/ipc/options.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <exception>
#include <memory>
#include <string>

#include "store/checksum.hpp"

namespace peregrine::store {

/// A stream into a checksummed file. An Error of Env waits in it until `rethrow`, since Arrow passes no exceptions on.
/// Arrow lays buffers on 8 bytes. `first_padding`, a multiple of 8, lengthens the padding of the first message, the
/// schema, and so moves all that follows it.
class ArrowOutput final : public arrow::io::OutputStream {
 public:
  explicit ArrowOutput(ChecksummedWriter& file, std::size_t first_padding = 0)
      : file_(file), first_padding_(first_padding) {}

  arrow::Status Write(const void* data, std::int64_t size) override;
  arrow::Result<std::int64_t> Tell() const override {
    return file_.position() + static_cast<std::int64_t>(head_.size());
  }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  void rethrow() const;

 private:
  void take_head(std::string_view bytes);

  ChecksummedWriter& file_;
  std::string head_;           // magic and schema, until both are whole
  std::size_t first_padding_;  // 0 once it is written
  std::exception_ptr failure_;
};

/// What of a read is checked at once. `small` leaves reads above 64 KiB, the bodies of batches, to whoever uses a part
/// of them: a column read in place is checked alone.
enum class Checking { small, all };

class ArrowInput final : public arrow::io::RandomAccessFile {
 public:
  ArrowInput(const ChecksummedFile& file, Checking checking) : file_(file), checking_(checking) {}

  arrow::Result<std::int64_t> GetSize() override { return static_cast<std::int64_t>(file_.bytes().size()); }
  arrow::Result<std::int64_t> ReadAt(std::int64_t position, std::int64_t size, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(std::int64_t position, std::int64_t size) override;
  arrow::Future<std::shared_ptr<arrow::Buffer>> ReadAsync(const arrow::io::IOContext&, std::int64_t position,
                                                          std::int64_t size) override;
  // Newer releases of Arrow have these too; older ones do not, hence no `override`.
  virtual arrow::Result<std::int64_t> ReadAt(std::int64_t position, std::int64_t size, bool short_read, void* out);
  virtual arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(std::int64_t position, std::int64_t size,
                                                               bool short_read);
  virtual arrow::Future<std::shared_ptr<arrow::Buffer>> ReadAsync(const arrow::io::IOContext&, std::int64_t position,
                                                                  std::int64_t size, bool short_read);
  bool supports_zero_copy() const override { return true; }

  arrow::Result<std::int64_t> Read(std::int64_t size, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(std::int64_t size) override;
  arrow::Status Seek(std::int64_t position) override;
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  void rethrow() const;

 private:
  arrow::Result<std::string_view> checked(std::int64_t position, std::int64_t size, bool short_read);

  const ChecksummedFile& file_;
  Checking checking_;
  std::int64_t position_ = 0;
  std::exception_ptr failure_;
};

/// Throws what the file failed with, else an Error of `kind` with Arrow's words.
template <class File>
void expect(const arrow::Status& status, const File& file, ErrorKind kind, const std::string& where) {
  if (status.ok()) return;
  file.rethrow();
  throw Error(kind, where, status.message());
}

template <class T, class File>
T expect(arrow::Result<T> result, const File& file, ErrorKind kind, const std::string& where) {
  expect(result.status(), file, kind, where);
  return std::move(result).ValueUnsafe();
}

/// One thread, messages on 64 bytes.
arrow::ipc::IpcWriteOptions write_options();
arrow::ipc::IpcReadOptions read_options();

}  // namespace peregrine::store
