// Reads a Parquet file batch by batch: decoded one after another, turned into events side by side.
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <deque>
#include <new>

#include "base/error.hpp"
#include "base/json.hpp"
#include "ingest/arrow_leaves.hpp"
#include "ingest/csv_record.hpp"
#include "ingest/laid_blocks.hpp"
#include "ingest/reader.hpp"
#include "ingest/row_sample.hpp"
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

using BatchPointer = std::shared_ptr<arrow::RecordBatch>;  // shared with Arrow's reader

/// Turns record batches into what the import is given. One a thread.
class ParquetParser {
 public:
  ParquetParser(const std::vector<ArrowLeaf>& leaves, const FilePlan& plan, Time now)
      : leaves_(leaves), builder_(plan, now), row_(leaves.size()) {}

  MadeBlock parse(const BatchPointer& pointer) {
    const auto& batch = *pointer;
    const auto rows = static_cast<std::size_t>(batch.num_rows());
    cells_.resize(leaves_.size());
    texts_.clear();
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      cells_[i].assign(rows, Cell());
      if (leaves_[i].unusable.empty()) fill_leaf(batch, leaves_[i], cells_[i], texts_);
    }
    for (std::size_t row = 0; row < rows; ++row) parse_row(row);
    return builder_.finish();
  }

 private:
  void parse_row(std::size_t row) {
    std::optional<Finding> fault;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      const auto& cell = row_[i] = cells_[i][row];
      const auto& name = leaves_[i].path;
      if (fault) continue;
      if (cell.kind == Cell::Kind::broken) {
        fault = Finding{Reason::invalid_utf8, name, name + " is not UTF-8: " + quote_briefly(cell.text)};
      } else if (cell.text.size() > max_field) {
        fault = Finding{Reason::row_too_long, name, name + " is longer than 1 MiB"};
      }
    }
    if (fault) return builder_.reject(-1, std::move(*fault), raw());
    builder_.add(row_, -1, [&] { return raw(); });
  }

  /// The row as JSON: Parquet has no rows of its own to show.
  std::string raw() const {
    json::object object;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      if (leaves_[i].unusable.empty()) object[leaves_[i].path] = json_of(row_[i]);
    }
    return json::format(object);
  }

  const std::vector<ArrowLeaf>& leaves_;  // the columns of the file
  BlockBuilder builder_;
  std::vector<std::vector<Cell>> cells_;
  std::deque<std::string> texts_;  // of lists
  std::vector<Cell> row_;
};

/// Lays the rows of a GA4 export: its parameters are columns, or properties beyond them. One a thread.
class ExportRows {
 public:
  ExportRows(const std::vector<ArrowLeaf>& leaves, LaidRow& row) : leaves_(leaves), row_(row) {}

  /// What is laid from now on is of this batch, which must outlive it.
  void start(const arrow::RecordBatch& batch) {
    const auto rows = static_cast<std::size_t>(batch.num_rows());
    cells_.resize(leaves_.size());
    parameters_.clear();
    items_.reset();
    texts_.clear();
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      cells_[i].assign(rows, Cell());
      if (!leaves_[i].unusable.empty()) continue;
      if (leaves_[i].kind == ArrowLeaf::Kind::parameters) {
        parameters_.emplace_back(i, ArrowParameters(batch, leaves_[i]));
      } else {
        fill_leaf(batch, leaves_[i], cells_[i], texts_);
        if (leaves_[i].path == "items" && leaves_[i].kind == ArrowLeaf::Kind::list) items_ = i;
      }
    }
  }

  /// Returns what is wrong when the row cannot be laid.
  std::optional<Finding> lay(std::size_t row) {
    row_.begin(Shape::ga4);
    std::optional<Finding> fault;
    const auto put = [&](RowKey& key, const Cell& cell) {
      if (cell.kind == Cell::Kind::broken) {
        fault = Finding{Reason::invalid_utf8, key.path, key.path + " is not UTF-8: " + quote_briefly(cell.text)};
      } else if (cell.text.size() > max_field) {
        fault = Finding{Reason::row_too_long, key.path, key.path + " is longer than 1 MiB"};
      } else {
        row_.put(key, cell);
      }
    };
    for (std::size_t i = 0; i < leaves_.size(); ++i) put(key_of(leaves_[i].path), cells_[i][row]);
    for (const auto& [leaf, parameters] : parameters_) {
      auto& around = key_of(leaves_[leaf].path);
      parameters.for_each(static_cast<std::int64_t>(row),
                          [&](std::string_view name, const Cell& cell) { put(row_.key(around, name), cell); });
    }
    if (items_ && !cells_[*items_][row].is_none()) lay_product(cells_[*items_][row].text);
    return fault;
  }

  /// The row as JSON: Parquet has no rows of its own to show.
  std::string raw(std::size_t row) const {
    json::object object;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      if (!cells_[i][row].is_none()) object[leaves_[i].path] = json_of(cells_[i][row]);
    }
    for (const auto& [leaf, parameters] : parameters_) {
      parameters.for_each(static_cast<std::int64_t>(row), [&](std::string_view name, const Cell& cell) {
        object[leaves_[leaf].path + "." + std::string(name)] = json_of(cell);
      });
    }
    return json::format(object);
  }

 private:
  RowKey& key_of(std::string_view path) {
    auto* key = &row_.top();
    for (;;) {
      const auto dot = path.find('.');
      key = &row_.key(*key, path.substr(0, dot));
      if (dot == std::string_view::npos) return *key;
      path.remove_prefix(dot + 1);
    }
  }

  /// What was bought or looked at first.
  void lay_product(std::string_view items) {
    const auto list = json::parse(items, "items");
    const auto* item = list.as_array().front().if_object();
    for (const char* name : {"item_name", "item_id"}) {
      const auto* value = item == nullptr ? nullptr : item->if_contains(name);
      if (value == nullptr || !value->is_string() || value->get_string().empty()) continue;
      return row_.put(key_of(std::string("items.0.") + name), text_cell(row_.keep(std::string(value->get_string()))));
    }
  }

  const std::vector<ArrowLeaf>& leaves_;
  LaidRow& row_;
  std::vector<std::vector<Cell>> cells_;
  std::vector<std::pair<std::size_t, ArrowParameters>> parameters_;  // by leaf
  std::optional<std::size_t> items_;
  std::deque<std::string> texts_;  // of lists
};

/// Turns batches of a GA4 export into rows. One a thread.
class ExportParser {
 public:
  ExportParser(BlockWriter& writer, const std::vector<ArrowLeaf>& leaves)
      : writer_(writer), rows_(leaves, writer.row()) {}

  void parse(const BatchPointer& batch) {
    rows_.start(*batch);
    const auto count = static_cast<std::size_t>(batch->num_rows());
    for (std::size_t row = 0; row < count && !writer_.given_up(); ++row) {
      if (auto fault = rows_.lay(row)) {
        writer_.reject(-1, std::move(*fault), rows_.raw(row));
      } else {
        writer_.add(-1, [&] { return rows_.raw(row); });
      }
    }
  }

 private:
  BlockWriter& writer_;
  ExportRows rows_;
};

/// An open file and which of its columns are read.
class ParquetFile {
 public:
  ParquetFile(ServedFile& file, const std::string& name) : name_(name) {
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

  const std::vector<ArrowLeaf>& leaves() const { return leaves_; }
  bool is_export() const { return export_; }

  std::shared_ptr<arrow::RecordBatchReader> batches() {
    std::vector<int> groups(static_cast<std::size_t>(reader_->num_row_groups()));
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int>(i);
    return expect(reader_->GetRecordBatchReader(groups, columns_), name_);
  }

 private:
  void choose_columns() {
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

  void add_columns(const parquet::arrow::SchemaField& field) {
    if (field.is_leaf()) columns_.push_back(field.column_index);
    for (const auto& child : field.children) add_columns(child);
  }

  std::string name_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;  // shared with Arrow's reader
  std::vector<ArrowLeaf> leaves_;
  std::vector<int> columns_;  // of the file, those that are read
  bool export_ = false;
};

std::optional<BatchPointer> next_batch(arrow::RecordBatchReader& batches, const std::string& name) {
  BatchPointer batch;
  if (const auto read = batches.ReadNext(&batch); !read.ok()) refuse(name, read);
  if (!batch) return std::nullopt;
  if (const auto valid = batch->Validate(); !valid.ok()) refuse(name, valid);
  return batch;
}

/// The first batches of a file, kept while they are looked at, then the others.
class Batches {
 public:
  Batches(std::shared_ptr<arrow::RecordBatchReader> reader, std::string name)
      : reader_(std::move(reader)), name_(std::move(name)) {}

  const std::deque<BatchPointer>& begin() {
    for (std::int64_t rows = 0; rows < static_cast<std::int64_t>(sample_rows);) {
      auto batch = next_batch(*reader_, name_);
      if (!batch) break;
      rows += (*batch)->num_rows();
      begun_.push_back(std::move(*batch));
    }
    return begun_;
  }

  std::optional<BatchPointer> next() {
    if (begun_.empty()) return next_batch(*reader_, name_);
    auto batch = std::move(begun_.front());
    begun_.pop_front();
    return batch;
  }

 private:
  std::shared_ptr<arrow::RecordBatchReader> reader_;  // shared with Arrow
  std::string name_;
  std::deque<BatchPointer> begun_;
};

Sample sample_of(const std::vector<ArrowLeaf>& leaves, const std::deque<BatchPointer>& begun,
                 std::deque<std::string>& texts) {
  Sample sample(leaves.size());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    auto& column = sample[i];
    column.name = leaves[i].path;
    column.unusable = leaves[i].unusable;
    if (!column.unusable.empty()) continue;
    for (const auto& batch : begun) {
      std::vector<Cell> cells(static_cast<std::size_t>(batch->num_rows()));
      fill_leaf(*batch, leaves[i], cells, texts);
      cells.resize(std::min(cells.size(), sample_rows - column.values.size()));
      column.values.insert(column.values.end(), cells.begin(), cells.end());
    }
  }
  return sample;
}

/// The batches of the file from the first on: those that were looked at, or, the second time, all anew.
auto opener(ParquetFile& file, std::unique_ptr<Batches>& begun, const Task& task) {
  return [&] { return begun != nullptr ? std::move(begun) : std::make_unique<Batches>(file.batches(), task.file); };
}

void read_columns(ParquetFile& file, std::unique_ptr<Batches> begun, const Task& task, ReaderOutput& output) {
  std::deque<std::string> texts;
  const auto plan = plan_file(sample_of(file.leaves(), begun->begin(), texts), task);
  plan->mapping.format = "Parquet";
  output.give(plan->mapping);
  if (task.mapping_only) return;
  read_blocks(
      *plan, task, output, [&] { return ParquetParser(file.leaves(), *plan, task.now); }, opener(file, begun, task));
}

void read_export(ParquetFile& file, std::unique_ptr<Batches> begun, const Task& task, ReaderOutput& output) {
  RowSample sample;
  ExportRows rows(file.leaves(), sample.row());
  for (const auto& batch : begun->begin()) {
    rows.start(*batch);
    for (std::int64_t row = 0; row < batch->num_rows() && !sample.full(); ++row) {
      if (!rows.lay(static_cast<std::size_t>(row))) sample.add(Shape::ga4);
    }
  }
  const auto plan = sample.plan(task);
  plan->mapping.format = "Parquet (" + sample.words() + ")";
  output.give(plan->mapping);
  if (task.mapping_only) return;
  read_laid_blocks(
      *plan, sample.layout(), task, output, [&](BlockWriter& writer) { return ExportParser(writer, file.leaves()); },
      opener(file, begun, task));
}

}  // namespace

void read_parquet(ServedFile& served, const Task& task, ReaderOutput& output) {
  ParquetFile file(served, task.file);
  auto begun = std::make_unique<Batches>(file.batches(), task.file);
  file.is_export() ? read_export(file, std::move(begun), task, output)
                   : read_columns(file, std::move(begun), task, output);
}

}  // namespace peregrine::ingest
