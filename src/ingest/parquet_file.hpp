// A ParquetFile is an open Parquet file, of which those columns are read that can be; ParquetBatches go through its
// rows.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ingest/arrow_leaves.hpp"
#include "ingest/served_file.hpp"

namespace arrow {
class RecordBatchReader;
}  // namespace arrow
namespace parquet::arrow {
class FileReader;
struct SchemaField;
}  // namespace parquet::arrow

namespace peregrine::ingest {

using BatchPointer = std::shared_ptr<arrow::RecordBatch>;  // shared with Arrow's reader

/// One thread. What is wrong with the file is thrown as `corrupt`, or `invalid` for what is not read here.
class ParquetFile {
 public:
  /// `name` is the file's in errors.
  ParquetFile(ServedFile& file, const std::string& name);
  ~ParquetFile();

  const std::vector<ArrowLeaf>& leaves() const { return leaves_; }
  bool is_export() const { return export_; }

  std::shared_ptr<arrow::RecordBatchReader> batches();

 private:
  void choose_columns();
  void add_columns(const parquet::arrow::SchemaField& field);

  std::string name_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;  // shared with Arrow's reader
  std::vector<ArrowLeaf> leaves_;
  std::vector<int> columns_;  // of the file, those that are read
  bool export_ = false;
};

/// The first batches of a file, kept while they are looked at, then the others.
class ParquetBatches {
 public:
  ParquetBatches(std::shared_ptr<arrow::RecordBatchReader> reader, std::string name)
      : reader_(std::move(reader)), name_(std::move(name)) {}

  /// As many as hold the rows of a sample.
  const std::deque<BatchPointer>& begin();
  std::optional<BatchPointer> next();

 private:
  std::shared_ptr<arrow::RecordBatchReader> reader_;  // shared with Arrow
  std::string name_;
  std::deque<BatchPointer> begun_;
};

}  // namespace peregrine::ingest
