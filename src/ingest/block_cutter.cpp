#include "ingest/block_cutter.hpp"

#include <algorithm>

#include "ingest/csv_record.hpp"

namespace peregrine::ingest {

std::size_t ResumedStream::read(std::span<char> into) {
  const auto count = std::min(into.size(), begun_.size());
  std::copy_n(begun_.begin(), count, into.begin());
  begun_.remove_prefix(count);
  return count == into.size() ? count : count + rest_.read(into.subspan(count));
}

std::string& BegunFile::begin(std::size_t bytes) {
  const auto had = begun_.size();
  if (whole_ || had >= bytes) return begun_;
  begun_.resize(bytes);
  begun_.resize(had + stream_->read({begun_.data() + had, bytes - had}));
  whole_ = begun_.size() < bytes;
  return begun_;
}

BlockCutter::BlockCutter(ByteStream& stream, std::uint64_t offset, const RecordBorders& borders,
                         std::size_t block_bytes, std::size_t spare)
    : stream_(stream),
      offset_(offset),
      borders_(borders),
      block_bytes_(std::clamp<std::size_t>(block_bytes, 1, max_record)),
      spare_(spare) {}

std::optional<TextBlock> BlockCutter::next() {
  auto bytes = std::move(carried_);
  carried_.clear();
  // Never more than one byte beyond the longest record, so that a longer one is seen as such wherever blocks are cut.
  for (auto wanted = block_bytes_;; wanted = std::min(std::max(wanted, bytes.size()) * 2, max_record + 1)) {
    fill(bytes, wanted);
    if (bytes.empty()) return std::nullopt;
    const auto end = borders_.end_of_records(bytes, final_);
    if (end > 0) {
      carried_ = bytes.substr(end);
      bytes.resize(end);
      return block(std::move(bytes), end);
    }
    if (bytes.size() > max_record) return skip_record(std::move(bytes));
  }
}

void BlockCutter::fill(std::string& bytes, std::size_t wanted) {
  if (final_ || bytes.size() >= wanted) return;
  const auto had = bytes.size();
  bytes.reserve(wanted + spare_);
  bytes.resize(wanted);
  const auto got = stream_.read({bytes.data() + had, wanted - had});
  bytes.resize(had + got);
  final_ = had + got < wanted;
}

TextBlock BlockCutter::block(std::string bytes, std::uint64_t size) {
  TextBlock block{std::move(bytes), offset_, 0};
  offset_ += size;
  return block;
}

/// Keeps the head of a record without an end and goes on after the next newline.
TextBlock BlockCutter::skip_record(std::string bytes) {
  constexpr std::size_t head_bytes = std::size_t{64} << 10;
  constexpr std::size_t step = std::size_t{1} << 20;
  auto head = bytes.substr(0, head_bytes);
  std::uint64_t size = 0;
  std::uint64_t skipped = 0;  // the newline
  for (;;) {
    const auto newline = bytes.find(borders_.newline());
    if (newline != std::string::npos) {
      carried_ = bytes.substr(newline + 1);
      size += newline;
      skipped = 1;
      break;
    }
    size += bytes.size();
    bytes.clear();
    fill(bytes, step);
    if (bytes.empty()) break;
  }
  auto whole = block(std::move(head), size + skipped);
  whole.overlong_bytes = size;
  return whole;
}

}  // namespace peregrine::ingest
