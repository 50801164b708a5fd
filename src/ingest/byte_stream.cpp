#include "ingest/byte_stream.hpp"

#include <arrow/buffer.h>
#include <arrow/io/compressed.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/util/compression.h>

#include "base/error.hpp"

namespace peregrine::ingest {

namespace {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(ServedFile& file) : file_(file) {}

  std::size_t read(std::span<char> into) override {
    const auto got = file_.read_at(at_, into);
    at_ += got;
    return got;
  }

 private:
  ServedFile& file_;
  std::uint64_t at_ = 0;
};

/// The compressed bytes as Arrow wants them.
class ArrowInput final : public arrow::io::InputStream {
 public:
  explicit ArrowInput(ServedFile& file) : file_(file) {}

  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<std::int64_t> Tell() const override { return static_cast<std::int64_t>(file_.taken()); }
  arrow::Result<std::int64_t> Read(std::int64_t count, void* out) override {
    return static_cast<std::int64_t>(file_.read({static_cast<char*>(out), static_cast<std::size_t>(count)}));
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(std::int64_t count) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(count, arrow::system_memory_pool()));
    ARROW_ASSIGN_OR_RAISE(const auto got, Read(count, buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(got));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }
  std::uint64_t taken() const { return file_.taken(); }

 private:
  struct Counted {
    explicit Counted(ServedFile& served) : stream(served) {}
    std::size_t read(std::span<char> into) {
      const auto got = stream.read(into);
      count += got;
      return got;
    }
    std::uint64_t taken() const { return count; }
    PlainStream stream;
    std::uint64_t count = 0;
  } file_;
};

class DecompressedStream final : public ByteStream {
 public:
  DecompressedStream(ServedFile& file, arrow::Compression::type type, std::string_view name)
      : name_(name), input_(std::make_shared<ArrowInput>(file)) {
    auto codec = arrow::util::Codec::Create(type);
    if (!codec.ok()) throw Error(ErrorKind::invalid, name_, "cannot be decompressed here: " + codec.status().message());
    codec_ = std::move(*codec);
    auto stream = arrow::io::CompressedInputStream::Make(codec_.get(), input_, arrow::system_memory_pool());
    if (!stream.ok()) throw Error(ErrorKind::corrupt, name_, "cannot be decompressed: " + stream.status().message());
    stream_ = std::move(*stream);
  }

  std::size_t read(std::span<char> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = stream_->Read(static_cast<std::int64_t>(into.size() - done), into.data() + done);
      if (!got.ok()) {
        throw Error(
            ErrorKind::corrupt, name_,
            "is damaged or cut off: after " + std::to_string(given_ + done) + " bytes it cannot be decompressed",
            "make the file again or fetch it again");
      }
      if (*got == 0) break;
      done += static_cast<std::size_t>(*got);
    }
    given_ += done;
    refuse_bomb();
    return done;
  }

 private:
  void refuse_bomb() const {
    constexpr std::uint64_t harmless = std::uint64_t{64} << 20;
    constexpr std::uint64_t most = 100;
    if (given_ > harmless && given_ / most > input_->taken()) {
      throw Error(ErrorKind::invalid, name_, "is a decompression bomb: it swells more than a hundredfold",
                  "decompress it yourself if it is what you want");
    }
  }

  std::string name_;
  std::shared_ptr<ArrowInput> input_;  // shared with Arrow's stream
  std::unique_ptr<arrow::util::Codec> codec_;
  std::shared_ptr<arrow::io::CompressedInputStream> stream_;
  std::uint64_t given_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> open_stream(ServedFile& file, std::string_view compression, std::string_view name) {
  if (compression == "gzip") return std::make_unique<DecompressedStream>(file, arrow::Compression::GZIP, name);
  if (compression == "zstd") return std::make_unique<DecompressedStream>(file, arrow::Compression::ZSTD, name);
  return std::make_unique<PlainStream>(file);
}

}  // namespace peregrine::ingest
