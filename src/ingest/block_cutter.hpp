// A BlockCutter cuts a stream of text into blocks of whole records, to be parsed side by side: rows of CSV, lines of
// JSON, or whatever else a RecordBorders knows the ends of. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ingest/byte_stream.hpp"

namespace peregrine::ingest {

/// Whole records of a file.
struct TextBlock {
  std::string bytes;
  std::uint64_t offset = 0;          // in the uncompressed file
  std::uint64_t overlong_bytes = 0;  // not 0: `bytes` is the head of one record that is this long
};

/// Where the records of a text end.
class RecordBorders {
 public:
  virtual ~RecordBorders() = default;
  /// Where the last whole record of `text` ends, or 0 when none is whole. `text` begins with a record.
  virtual std::size_t end_of_records(std::string_view text, bool final) const = 0;
  /// The byte after which reading goes on when a record is too long.
  virtual char newline() const = 0;
};

/// Bytes that were read ahead, then the rest of their stream.
class ResumedStream final : public ByteStream {
 public:
  ResumedStream(std::string_view begun, ByteStream& rest) : begun_(begun), rest_(rest) {}

  std::size_t read(std::span<char> into) override;

 private:
  std::string_view begun_;
  ByteStream& rest_;
};

/// A file of text from its first byte on, of which a piece is read ahead.
class BegunFile {
 public:
  BegunFile(ServedFile& file, std::string_view compression, const std::string& name)
      : stream_(open_stream(file, compression, name)) {}

  /// What was read ahead, made longer until it has `bytes` or is the whole file.
  std::string& begin(std::size_t bytes);
  std::string& begun() { return begun_; }
  /// What was read ahead is all there is.
  bool is_whole() const { return whole_; }
  /// The file from byte `at` on, which was read ahead. May be asked for once.
  ByteStream& from(std::size_t at) { return rest_.emplace(std::string_view(begun_).substr(at), *stream_); }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::string begun_;
  bool whole_ = false;
  std::optional<ResumedStream> rest_;
};

class BlockCutter {
 public:
  /// `stream` goes on at `offset` of the file, with the first record. Blocks have room for `spare` bytes more.
  BlockCutter(ByteStream& stream, std::uint64_t offset, const RecordBorders& borders, std::size_t block_bytes,
              std::size_t spare = 0);

  std::optional<TextBlock> next();

 private:
  void fill(std::string& bytes, std::size_t wanted);
  TextBlock block(std::string bytes, std::uint64_t size);
  TextBlock skip_record(std::string bytes);

  ByteStream& stream_;
  std::string carried_;
  std::uint64_t offset_;
  bool final_ = false;
  const RecordBorders& borders_;
  std::size_t block_bytes_;
  std::size_t spare_;
};

/// The blocks of a begun file. The borders must outlive it.
class CutFile {
 public:
  /// As BlockCutter; the first record begins at `data`, which was read ahead.
  CutFile(std::unique_ptr<BegunFile> file, std::size_t data, const RecordBorders& borders, std::size_t block_bytes,
          std::size_t spare = 0)
      : file_(std::move(file)), cutter_(file_->from(data), data, borders, block_bytes, spare) {}

  std::optional<TextBlock> next() { return cutter_.next(); }

 private:
  std::unique_ptr<BegunFile> file_;
  BlockCutter cutter_;
};

}  // namespace peregrine::ingest
