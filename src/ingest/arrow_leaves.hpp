// ArrowLeaves are the columns of a schema with its structs flattened: `geo.country` is a leaf of its own, a list or a
// map is one whose values are JSON text, and a list of {key, value} of a GA4 export is one of parameters. Read-only
// once made; the batches are given by the caller.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "ingest/cell.hpp"

namespace arrow {
class Array;
class DataType;
class RecordBatch;
class Schema;
}  // namespace arrow

namespace peregrine::ingest {

struct ArrowLeaf {
  enum class Kind { value, list, parameters };

  std::string path;
  std::vector<int> steps;  // the column of the batch, then fields of structs
  Kind kind = Kind::value;
  std::string unusable;  // why its values cannot be read, or empty
};

/// `schema` is that of the file; its batches have the columns of which something is read. Parameters are looked for
/// when it is a GA4 export.
std::vector<ArrowLeaf> leaves_of(const arrow::Schema& schema, bool ga4);
/// Whether anything of a column is read.
bool is_read(const arrow::DataType& type);
bool is_ga4_export(const arrow::Schema& schema);

/// The array of a leaf, nothing where one of the structs around it is.
std::shared_ptr<arrow::Array> array_of(const arrow::RecordBatch& batch, const ArrowLeaf& leaf);

/// The values of an array as JSON. The array must outlive it.
class ArrowJson {
 public:
  explicit ArrowJson(const std::shared_ptr<arrow::Array>& array);
  json::value at(std::int64_t row) const;

 private:
  std::shared_ptr<arrow::Array> array_;  // shared with the batch
  std::vector<Cell> cells_;              // of an array that is not nested
  std::vector<std::string> names_;       // of a struct
  std::vector<ArrowJson> inside_;        // of a struct its fields, of a list its values
};

/// The cells of a leaf of kind value or list, one a row. Texts of lists are kept in `texts`.
void fill_leaf(const arrow::RecordBatch& batch, const ArrowLeaf& leaf, std::vector<Cell>& cells,
               std::deque<std::string>& texts);

/// The parameters of a leaf of that kind: {key, value: {string_value, int_value, ...}}.
class ArrowParameters {
 public:
  ArrowParameters(const arrow::RecordBatch& batch, const ArrowLeaf& leaf);
  /// Calls `each` for every parameter of the row that has a value.
  void for_each(std::int64_t row, const std::function<void(std::string_view, const Cell&)>& each) const;

 private:
  std::shared_ptr<arrow::Array> list_;  // shared with the batch
  std::vector<Cell> keys_;
  std::vector<std::vector<Cell>> values_;
};

}  // namespace peregrine::ingest
