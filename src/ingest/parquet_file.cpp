#include "ingest/parquet_file.hpp"

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <new>

#include "base/error.hpp"
#include "ingest/reader.hpp"
#include "ingest/reason.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

[[noreturn]] void refuse(const std::string& file, const arrow::Status& status) {
  if (status.IsOutOfMemory()) throw std::bad_alloc();
  const bool known = status.IsNotImplemented();
  throw Error(known ? ErrorKind::invalid : ErrorKind::corrupt, file,
              (known ? "uses what is not read here: " : "is no Parquet file that can be read: ") + status.message());
}

template <class T>
T expect(arrow::Result<T> result, const std::string& file) {
  if (!result.ok()) refuse(file, result.status());
  return std::move(result).ValueUnsafe();
}

class ArrowFile final : public arrow::io::RandomAccessFile {
 public:
  explicit ArrowFile(ServedFile& file) : file_(file) {}

  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<std::int64_t> Tell() const override { return at_; }
  arrow::Status Seek(std::int64_t position) override {
    at_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> GetSize() override { return static_cast<std::int64_t>(file_.size()); }
  arrow::Result<std::int64_t> ReadAt(std::int64_t position, std::int64_t count, void* out) override {
    if (position < 0 || count < 0) return arrow::Status::Invalid("a place outside the file");
    return static_cast<std::int64_t>(file_.read_at(static_cast<std::uint64_t>(position),
                                                   {static_cast<char*>(out), static_cast<std::size_t>(count)}));
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(std::int64_t position, std::int64_t count) override {
    const auto size = static_cast<std::int64_t>(file_.size());
    if (position < 0 || count < 0 || position > size) return arrow::Status::Invalid("a place outside the file");
    count = std::min(count, size - position);
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(count, arrow::system_memory_pool()));
    ARROW_ASSIGN_OR_RAISE(const auto got, ReadAt(position, count, buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(got));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }
  arrow::Result<std::int64_t> Read(std::int64_t count, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const auto got, ReadAt(at_, count, out));
    at_ += got;
    return got;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(std::int64_t count) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(at_, count));
    at_ += buffer->size();
    return buffer;
  }

 private:
  ServedFile& file_;
  std::int64_t at_ = 0;
};

std::optional<BatchPointer> next_batch(arrow::RecordBatchReader& batches, const std::string& name) {
  BatchPointer batch;
  if (const auto read = batches.ReadNext(&batch); !read.ok()) refuse(name, read);
  if (!batch) return std::nullopt;
  if (const auto valid = batch->Validate(); !valid.ok()) refuse(name, valid);
  return batch;
}

}  // namespace

ParquetFile::ParquetFile(ServedFile& file, const std::string& name) : name_(name) {
  parquet::ReaderProperties properties(arrow::system_memory_pool());
  parquet::ArrowReaderProperties arrow_properties(false);
  arrow_properties.set_pre_buffer(false);
  parquet::arrow::FileReaderBuilder builder;
  if (const auto opened = builder.Open(std::make_shared<ArrowFile>(file), properties); !opened.ok())
    refuse(name_, opened);
  const auto fields = std::max(1, builder.raw_reader()->metadata()->num_columns());
  arrow_properties.set_batch_size(std::clamp(262'144 / fields, 256, 32'768));
  builder.memory_pool(arrow::system_memory_pool())->properties(arrow_properties);
  if (const auto built = builder.Build(&reader_); !built.ok()) refuse(name_, built);
  if (const auto read = reader_->GetSchema(&schema_); !read.ok()) refuse(name_, read);
  choose_columns();
}

ParquetFile::~ParquetFile() = default;

std::shared_ptr<arrow::RecordBatchReader> ParquetFile::batches() {
  std::vector<int> groups(static_cast<std::size_t>(reader_->num_row_groups()));
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int>(i);
  return expect(reader_->GetRecordBatchReader(groups, columns_), name_);
}

void ParquetFile::choose_columns() {
  const auto& fields = reader_->manifest().schema_fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (is_read(*schema_->field(static_cast<int>(i))->type())) add_columns(fields[i]);
  }
  export_ = is_ga4_export(*schema_);
  leaves_ = leaves_of(*schema_, export_);
  std::vector<std::string_view> names;
  for (const auto& leaf : leaves_) {
    if (!is_utf8(leaf.path)) throw Error(ErrorKind::corrupt, name_, "has a column whose name is not UTF-8");
    names.push_back(leaf.path);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    throw Error(ErrorKind::invalid, name_, "two columns are named " + quote_briefly(*twice),
                "a name of its own for each");
}

void ParquetFile::add_columns(const parquet::arrow::SchemaField& field) {
  if (field.is_leaf()) columns_.push_back(field.column_index);
  for (const auto& child : field.children) add_columns(child);
}

const std::deque<BatchPointer>& ParquetBatches::begin() {
  for (std::int64_t rows = 0; rows < static_cast<std::int64_t>(sample_rows);) {
    auto batch = next_batch(*reader_, name_);
    if (!batch) break;
    rows += (*batch)->num_rows();
    begun_.push_back(std::move(*batch));
  }
  return begun_;
}

std::optional<BatchPointer> ParquetBatches::next() {
  if (begun_.empty()) return next_batch(*reader_, name_);
  auto batch = std::move(begun_.front());
  begun_.pop_front();
  return batch;
}

}  // namespace peregrine::ingest
