// The file quarantine/q-n.arrow, n the manifest that brought it: an Arrow IPC file, ZSTD a buffer, one row a
// quarantined row in the order of arrival, in batches of some 4 MiB:
//
//   source utf8, row int64, offset int64, code utf8, field utf8, sentence utf8, severity utf8, raw binary,
//   ledger int64                                     since format 3; -1: a source of the import that brought the file
#include "store/quarantine_file.hpp"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/compression.h>

#include <algorithm>

#include "base/hash.hpp"
#include "store/arrow_file.hpp"
#include "store/checksum.hpp"

namespace peregrine::store {

namespace {

constexpr std::size_t batch_bytes = 4 << 20;

std::shared_ptr<arrow::Schema> quarantine_schema() {
  return arrow::schema({arrow::field("source", arrow::utf8()), arrow::field("row", arrow::int64()),
                        arrow::field("offset", arrow::int64()), arrow::field("code", arrow::utf8()),
                        arrow::field("field", arrow::utf8()), arrow::field("sentence", arrow::utf8()),
                        arrow::field("severity", arrow::utf8()), arrow::field("raw", arrow::binary()),
                        arrow::field("ledger", arrow::int64())});
}

/// That of formats 1 and 2.
std::shared_ptr<arrow::Schema> schema_without_ledger() {
  const auto schema = quarantine_schema();
  return arrow::schema({schema->fields().begin(), schema->fields().end() - 1});
}

void shorten(std::string& raw) {
  if (raw.size() <= raw_bytes) return;
  const std::string note = " [" + std::to_string(raw.size()) + " bytes in all, XXH3 " + format_hash(hash128(raw)) + "]";
  raw.resize(raw_bytes - note.size());
  raw += note;
}

std::size_t bytes_of(const Quarantined& row) {
  return row.source.size() + row.code.size() + row.field.size() + row.sentence.size() + row.raw.size() + 64;
}

}  // namespace

class QuarantineWriter::File {
 public:
  File(Env& env, const std::string& path) : path_(path), file_(env, path), out_(file_) {
    auto options = write_options();
    options.codec = expect(arrow::util::Codec::Create(arrow::Compression::ZSTD, 1), out_, ErrorKind::bug, path_);
    writer_ = expect(arrow::ipc::MakeFileWriter(&out_, quarantine_schema(), options), out_, ErrorKind::bug, path_);
  }

  void add(Quarantined row) {
    shorten(row.raw);
    held_ += bytes_of(row);
    pending_.push_back(std::move(row));
    ++rows_;
    if (held_ >= batch_bytes) flush();
  }
  std::int64_t rows() const { return rows_; }
  FileEntry finish(std::string name) {
    if (!pending_.empty()) flush();
    expect(writer_->Close(), out_, ErrorKind::bug, path_);
    return file_.finish(std::move(name));
  }

 private:
  template <class Builder, class Member>
  std::shared_ptr<arrow::Array> column(Member member) {
    Builder builder;
    for (const auto& row : pending_) expect(builder.Append(row.*member), out_, ErrorKind::bug, path_);
    return expect(builder.Finish(), out_, ErrorKind::bug, path_);
  }
  void flush() {
    const arrow::ArrayVector columns{
        column<arrow::StringBuilder>(&Quarantined::source),   column<arrow::Int64Builder>(&Quarantined::row),
        column<arrow::Int64Builder>(&Quarantined::offset),    column<arrow::StringBuilder>(&Quarantined::code),
        column<arrow::StringBuilder>(&Quarantined::field),    column<arrow::StringBuilder>(&Quarantined::sentence),
        column<arrow::StringBuilder>(&Quarantined::severity), column<arrow::BinaryBuilder>(&Quarantined::raw),
        column<arrow::Int64Builder>(&Quarantined::ledger)};
    const auto batch =
        arrow::RecordBatch::Make(quarantine_schema(), static_cast<std::int64_t>(pending_.size()), columns);
    expect(writer_->WriteRecordBatch(*batch), out_, ErrorKind::bug, path_);
    pending_.clear();
    held_ = 0;
  }

  std::string path_;
  ChecksummedWriter file_;
  ArrowOutput out_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
  std::vector<Quarantined> pending_;
  std::size_t held_ = 0;
  std::int64_t rows_ = 0;
};

QuarantineWriter::QuarantineWriter(Env& env, std::string path) : env_(env), path_(std::move(path)) {}
QuarantineWriter::~QuarantineWriter() = default;

void QuarantineWriter::add(Quarantined row) {
  if (!file_) file_ = std::make_unique<File>(env_, path_);
  file_->add(std::move(row));
}

std::int64_t QuarantineWriter::rows() const {
  return file_ ? file_->rows() : 0;
}
FileEntry QuarantineWriter::finish(std::string name) {
  return file_->finish(std::move(name));
}

namespace {

/// False when enough was taken.
bool read_batch(const arrow::RecordBatch& batch, const std::function<bool(Quarantined)>& take) {
  const auto text = [&](int column, std::int64_t row) {
    return std::string(static_cast<const arrow::BinaryArray&>(*batch.column(column)).GetView(row));
  };
  const auto number = [&](int column, std::int64_t row) {
    return static_cast<const arrow::Int64Array&>(*batch.column(column)).Value(row);
  };
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    Quarantined quarantined;
    quarantined.source = text(0, row);
    quarantined.row = number(1, row);
    quarantined.offset = number(2, row);
    quarantined.code = text(3, row);
    quarantined.field = text(4, row);
    quarantined.sentence = text(5, row);
    quarantined.severity = text(6, row);
    quarantined.raw = text(7, row);
    if (batch.num_columns() > 8) quarantined.ledger = number(8, row);
    if (!take(std::move(quarantined))) return false;
  }
  return true;
}

}  // namespace

void read_quarantine_file(Env& env, const std::string& path, const FileEntry& entry,
                          const std::function<bool(Quarantined)>& take) {
  const ChecksummedFile file(env, path, entry);
  ArrowInput in(file, Checking::all);
  const auto reader =
      expect(arrow::ipc::RecordBatchFileReader::Open(&in, read_options()), in, ErrorKind::corrupt, path);
  const auto& schema = *reader->schema();
  if (!schema.Equals(*quarantine_schema()) && !schema.Equals(*schema_without_ledger()))
    throw Error(ErrorKind::corrupt, path, "has other columns");
  for (int i = 0; i < reader->num_record_batches(); ++i) {
    const auto batch = expect(reader->ReadRecordBatch(i), in, ErrorKind::corrupt, path);
    file.expect_intact();
    if (!read_batch(*batch, take)) return;
  }
  file.expect_intact();
}

}  // namespace peregrine::store
