#include "store/arrow_file.hpp"

#include <arrow/buffer.h>
#include <arrow/util/future.h>

#include <algorithm>
#include <cstring>

#include "base/check.hpp"

namespace peregrine::store {

namespace {

constexpr std::int64_t small_read = 64 << 10;

// A file begins with its magic in 8 bytes, then the schema message: four bytes of ones, the length of what follows
// (int32, padding included), and that.
constexpr std::size_t magic_bytes = 8;
constexpr std::size_t prefix_bytes = 8;

}  // namespace

arrow::Status ArrowOutput::Write(const void* data, std::int64_t size) {
  try {
    const std::string_view bytes(static_cast<const char*>(data), static_cast<std::size_t>(size));
    if (first_padding_ > 0) {
      take_head(bytes);
    } else {
      file_.append(bytes);
    }
    return arrow::Status::OK();
  } catch (...) {
    failure_ = std::current_exception();
    return arrow::Status::IOError("see the exception");
  }
}

void ArrowOutput::take_head(std::string_view bytes) {
  head_ += bytes;
  if (head_.size() < magic_bytes + prefix_bytes) return;
  char* const length_at = head_.data() + magic_bytes + sizeof(std::int32_t);
  std::int32_t length = 0;
  std::memcpy(&length, length_at, sizeof length);
  if (head_.size() < magic_bytes + prefix_bytes + static_cast<std::size_t>(length)) return;
  PEREGRINE_CHECK(head_.size() == magic_bytes + prefix_bytes + static_cast<std::size_t>(length));
  length += static_cast<std::int32_t>(first_padding_);
  std::memcpy(length_at, &length, sizeof length);
  head_.append(first_padding_, '\0');
  file_.append(head_);
  head_.clear();
  first_padding_ = 0;
}

void ArrowOutput::rethrow() const {
  if (failure_) std::rethrow_exception(failure_);
}

arrow::Result<std::string_view> ArrowInput::checked(std::int64_t position, std::int64_t size, bool short_read) {
  const auto all = static_cast<std::int64_t>(file_.bytes().size());
  if (position < 0 || size < 0 || position > all) return arrow::Status::IOError("reads outside of the file");
  if (!short_read && size > all - position) return arrow::Status::IOError("ends too early");
  const std::int64_t length = std::min(size, all - position);
  if (checking_ == Checking::all || length <= small_read) {
    try {
      file_.verify(static_cast<std::uint64_t>(position), static_cast<std::uint64_t>(length));
    } catch (...) {
      failure_ = std::current_exception();
      return arrow::Status::IOError("see the exception");
    }
  }
  return file_.bytes().substr(static_cast<std::size_t>(position), static_cast<std::size_t>(length));
}

arrow::Result<std::int64_t> ArrowInput::ReadAt(std::int64_t position, std::int64_t size, bool short_read, void* out) {
  ARROW_ASSIGN_OR_RAISE(const auto bytes, checked(position, size, short_read));
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return static_cast<std::int64_t>(bytes.size());
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ArrowInput::ReadAt(std::int64_t position, std::int64_t size,
                                                                 bool short_read) {
  ARROW_ASSIGN_OR_RAISE(const auto bytes, checked(position, size, short_read));
  return std::make_shared<arrow::Buffer>(bytes);
}

arrow::Result<std::int64_t> ArrowInput::ReadAt(std::int64_t position, std::int64_t size, void* out) {
  return ReadAt(position, size, true, out);
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ArrowInput::ReadAt(std::int64_t position, std::int64_t size) {
  return ReadAt(position, size, true);
}

arrow::Future<std::shared_ptr<arrow::Buffer>> ArrowInput::ReadAsync(const arrow::io::IOContext&, std::int64_t position,
                                                                    std::int64_t size, bool short_read) {
  return arrow::Future<std::shared_ptr<arrow::Buffer>>::MakeFinished(ReadAt(position, size, short_read));
}

arrow::Future<std::shared_ptr<arrow::Buffer>> ArrowInput::ReadAsync(const arrow::io::IOContext& context,
                                                                    std::int64_t position, std::int64_t size) {
  return ReadAsync(context, position, size, true);
}

arrow::Result<std::int64_t> ArrowInput::Read(std::int64_t size, void* out) {
  ARROW_ASSIGN_OR_RAISE(const auto got, ReadAt(position_, size, out));
  position_ += got;
  return got;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ArrowInput::Read(std::int64_t size) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size));
  position_ += buffer->size();
  return buffer;
}

arrow::Status ArrowInput::Seek(std::int64_t position) {
  position_ = position;
  return arrow::Status::OK();
}

void ArrowInput::rethrow() const {
  if (failure_) std::rethrow_exception(failure_);
}

arrow::ipc::IpcWriteOptions write_options() {
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.alignment = 64;
  options.use_threads = false;
  return options;
}

arrow::ipc::IpcReadOptions read_options() {
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.use_threads = false;
  return options;
}

}  // namespace peregrine::store
