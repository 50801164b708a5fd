// Reads a Parquet file batch by batch: decoded one after another, turned into events side by side.
#include <arrow/record_batch.h>

#include <algorithm>
#include <deque>

#include "base/error.hpp"
#include "base/json.hpp"
#include "ingest/cell_text.hpp"
#include "ingest/csv_record.hpp"
#include "ingest/laid_blocks.hpp"
#include "ingest/parquet_file.hpp"
#include "ingest/reader.hpp"
#include "ingest/row_sample.hpp"

namespace peregrine::ingest {

namespace {

/// What keeps a cell from being looked at.
std::optional<Finding> fault_of(const Cell& cell, const std::string& name) {
  if (cell.kind == Cell::Kind::broken) {
    return Finding{Reason::invalid_utf8, name, name + " is not UTF-8: " + quote_briefly(cell.text)};
  }
  if (cell.text.size() > max_field) return Finding{Reason::row_too_long, name, name + " is longer than 1 MiB"};
  return std::nullopt;
}

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
      row_[i] = cells_[i][row];
      if (!fault) fault = fault_of(row_[i], leaves_[i].path);
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
      if (auto found = fault_of(cell, key.path)) {
        fault = std::move(found);
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
auto opener(ParquetFile& file, std::unique_ptr<ParquetBatches>& begun, const Task& task) {
  return
      [&] { return begun != nullptr ? std::move(begun) : std::make_unique<ParquetBatches>(file.batches(), task.file); };
}

void read_columns(ParquetFile& file, std::unique_ptr<ParquetBatches> begun, const Task& task, ReaderOutput& output) {
  std::deque<std::string> texts;
  const auto plan = plan_file(sample_of(file.leaves(), begun->begin(), texts), task);
  plan->mapping.file_format = FileFormat::parquet;
  plan->mapping.format = "Parquet";
  output.give(plan->mapping);
  if (task.mapping_only) return;
  read_blocks(
      *plan, task, output, [&] { return ParquetParser(file.leaves(), *plan, task.now); }, opener(file, begun, task));
}

void read_export(ParquetFile& file, std::unique_ptr<ParquetBatches> begun, const Task& task, ReaderOutput& output) {
  RowSample sample;
  ExportRows rows(file.leaves(), sample.row());
  for (const auto& batch : begun->begin()) {
    rows.start(*batch);
    for (std::int64_t row = 0; row < batch->num_rows() && !sample.full(); ++row) {
      if (!rows.lay(static_cast<std::size_t>(row))) sample.add(Shape::ga4);
    }
  }
  const auto plan = sample.plan(task);
  plan->mapping.file_format = FileFormat::parquet;
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
  auto begun = std::make_unique<ParquetBatches>(file.batches(), task.file);
  file.is_export() ? read_export(file, std::move(begun), task, output)
                   : read_columns(file, std::move(begun), task, output);
}

}  // namespace peregrine::ingest
