// Reads a Parquet file batch by batch: decoded one after another, turned into events side by side.
#include <arrow/array.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
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
#include "ingest/csv_record.hpp"
#include "ingest/read_blocks.hpp"
#include "ingest/reader.hpp"
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

Cell text_cell(std::string_view text) {
  Cell cell;
  cell.kind = is_ascii(text) || is_utf8(text) ? Cell::Kind::text : Cell::Kind::broken;
  cell.text = text;
  return cell;
}

Cell whole_cell(Cell::Kind kind, std::int64_t integer) {
  Cell cell;
  cell.kind = kind;
  cell.integer = integer;
  return cell;
}

Cell number_cell(double number) {
  Cell cell;
  cell.kind = Cell::Kind::number;
  cell.number = number;
  return cell;
}

Cell time_cell(Cell::Kind kind, std::int64_t count, std::int64_t micros_per_unit) {
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(count, micros_per_unit, &micros)) micros = count < 0 ? INT64_MIN / 2 : INT64_MAX / 2;
  return whole_cell(kind, micros);
}

Cell decimal_cell(const arrow::Decimal128& decimal, std::int32_t scale) {
  constexpr std::int32_t money_scale = 6;
  arrow::Result<arrow::Decimal128> millionths = arrow::Status::Invalid("");
  if (scale <= money_scale) {
    millionths = decimal.Rescale(scale, money_scale);
  } else {
    millionths = arrow::Decimal128(decimal.ReduceScaleBy(scale - money_scale));
  }
  if (millionths.ok()) {
    const auto whole = millionths->ToInteger<std::int64_t>();
    if (whole.ok()) return whole_cell(Cell::Kind::money, *whole);
  }
  return number_cell(decimal.ToDouble(scale));
}

/// Calls `each(row)` for every row that has a value.
template <class Each>
void for_each_value(const arrow::Array& array, const Each& each) {
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (array.IsValid(i)) each(i);
  }
}

template <class Array, class Make>
void fill(const arrow::Array& array, std::vector<Cell>& cells, const Make& make) {
  const auto& typed = static_cast<const Array&>(array);
  for_each_value(array, [&](std::int64_t i) { cells[static_cast<std::size_t>(i)] = make(typed.GetView(i)); });
}

template <class Array>
void fill_whole(const arrow::Array& array, std::vector<Cell>& cells) {
  fill<Array>(array, cells,
              [](auto value) { return whole_cell(Cell::Kind::integer, static_cast<std::int64_t>(value)); });
}

void fill_cells(const arrow::Array& array, std::vector<Cell>& cells);

void fill_timestamps(const arrow::Array& array, std::vector<Cell>& cells) {
  const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
  const auto kind = type.timezone().empty() ? Cell::Kind::local : Cell::Kind::utc;
  fill<arrow::TimestampArray>(array, cells, [&](std::int64_t value) {
    switch (type.unit()) {
      case arrow::TimeUnit::SECOND: return time_cell(kind, value, 1'000'000);
      case arrow::TimeUnit::MILLI: return time_cell(kind, value, 1'000);
      case arrow::TimeUnit::MICRO: return time_cell(kind, value, 1);
      case arrow::TimeUnit::NANO: break;
    }
    return whole_cell(kind, value / 1'000 - (value % 1'000 < 0 ? 1 : 0));
  });
}

void fill_dictionary(const arrow::Array& array, std::vector<Cell>& cells) {
  const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
  std::vector<Cell> names(static_cast<std::size_t>(dictionary.dictionary()->length()));
  fill_cells(*dictionary.dictionary(), names);
  for_each_value(array, [&](std::int64_t i) {
    const auto code = static_cast<std::uint64_t>(dictionary.GetValueIndex(i));
    if (code >= names.size()) throw Error(ErrorKind::corrupt, "", "holds a code without a name");
    cells[static_cast<std::size_t>(i)] = names[code];
  });
}

/// `cells` has a place for every row, each nothing so far. Texts stay in the array.
void fill_cells(const arrow::Array& array, std::vector<Cell>& cells) {
  switch (array.type_id()) {
    case arrow::Type::STRING: return fill<arrow::StringArray>(array, cells, text_cell);
    case arrow::Type::LARGE_STRING: return fill<arrow::LargeStringArray>(array, cells, text_cell);
    case arrow::Type::BINARY: return fill<arrow::BinaryArray>(array, cells, text_cell);
    case arrow::Type::LARGE_BINARY: return fill<arrow::LargeBinaryArray>(array, cells, text_cell);
    case arrow::Type::INT8: return fill_whole<arrow::Int8Array>(array, cells);
    case arrow::Type::INT16: return fill_whole<arrow::Int16Array>(array, cells);
    case arrow::Type::INT32: return fill_whole<arrow::Int32Array>(array, cells);
    case arrow::Type::INT64: return fill_whole<arrow::Int64Array>(array, cells);
    case arrow::Type::UINT8: return fill_whole<arrow::UInt8Array>(array, cells);
    case arrow::Type::UINT16: return fill_whole<arrow::UInt16Array>(array, cells);
    case arrow::Type::UINT32: return fill_whole<arrow::UInt32Array>(array, cells);
    case arrow::Type::UINT64:
      return fill<arrow::UInt64Array>(array, cells, [](std::uint64_t value) {
        const bool fits = value <= static_cast<std::uint64_t>(INT64_MAX);
        return fits ? whole_cell(Cell::Kind::integer, static_cast<std::int64_t>(value))
                    : number_cell(static_cast<double>(value));
      });
    case arrow::Type::FLOAT: return fill<arrow::FloatArray>(array, cells, number_cell);
    case arrow::Type::DOUBLE: return fill<arrow::DoubleArray>(array, cells, number_cell);
    case arrow::Type::BOOL:
      return fill<arrow::BooleanArray>(array, cells,
                                       [](bool value) { return whole_cell(Cell::Kind::boolean, value ? 1 : 0); });
    case arrow::Type::TIMESTAMP: return fill_timestamps(array, cells);
    case arrow::Type::DATE32:
      return fill<arrow::Date32Array>(
          array, cells, [](std::int32_t day) { return time_cell(Cell::Kind::date, day, 86'400'000'000); });
    case arrow::Type::DATE64:
      return fill<arrow::Date64Array>(array, cells,
                                      [](std::int64_t milli) { return time_cell(Cell::Kind::date, milli, 1'000); });
    case arrow::Type::DECIMAL128: {
      const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
      const auto scale = static_cast<const arrow::Decimal128Type&>(*array.type()).scale();
      return for_each_value(array, [&](std::int64_t i) {
        cells[static_cast<std::size_t>(i)] = decimal_cell(arrow::Decimal128(decimals.GetValue(i)), scale);
      });
    }
    case arrow::Type::DICTIONARY: return fill_dictionary(array, cells);
    default: return;
  }
}

/// Why a column of this type cannot hold what events say; empty when it can.
std::string unusable(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::UINT8:
    case arrow::Type::UINT16:
    case arrow::Type::UINT32:
    case arrow::Type::UINT64:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
    case arrow::Type::BOOL:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
    case arrow::Type::DECIMAL128:
    case arrow::Type::NA: return {};
    case arrow::Type::DICTIONARY: return unusable(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::STRUCT:
    case arrow::Type::MAP: return "nested: " + type.ToString();
    default: return "of a type that is not read: " + type.ToString();
  }
}

using BatchPointer = std::shared_ptr<arrow::RecordBatch>;  // shared with Arrow's reader

/// Turns record batches into what the import is given. One a thread.
class ParquetParser {
 public:
  ParquetParser(const std::vector<std::string>& names, const FilePlan& plan, const std::vector<std::size_t>& columns,
                Time now)
      : names_(names), columns_(columns), builder_(plan, now), row_(names.size()) {}

  MadeBlock parse(const BatchPointer& pointer) {
    const auto& batch = *pointer;
    const auto rows = static_cast<std::size_t>(batch.num_rows());
    cells_.resize(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      cells_[i].assign(rows, Cell());
      fill_cells(*batch.column(static_cast<int>(i)), cells_[i]);
    }
    for (std::size_t row = 0; row < rows; ++row) parse_row(row);
    return builder_.finish();
  }

 private:
  void parse_row(std::size_t row) {
    std::optional<Finding> fault;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto& cell = row_[columns_[i]] = cells_[i][row];
      const auto& name = names_[columns_[i]];
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
    for (const auto column : columns_) object[names_[column]] = json_of(row_[column]);
    return json::format(object);
  }

  const std::vector<std::string>& names_;    // of the file's columns
  const std::vector<std::size_t>& columns_;  // of the file, by column of the batches
  BlockBuilder builder_;
  std::vector<std::vector<Cell>> cells_;
  std::vector<Cell> row_;
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

  const std::vector<std::size_t>& columns() const { return columns_; }

  Sample names() const {
    Sample sample(static_cast<std::size_t>(schema_->num_fields()));
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const auto& field = *schema_->field(static_cast<int>(i));
      sample[i].name = field.name();
      sample[i].unusable = unusable(*field.type());
    }
    return sample;
  }

  std::shared_ptr<arrow::RecordBatchReader> batches() {
    std::vector<int> groups(static_cast<std::size_t>(reader_->num_row_groups()));
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int>(i);
    return expect(reader_->GetRecordBatchReader(groups, leaves_), name_);
  }

 private:
  void choose_columns() {
    const auto& fields = reader_->manifest().schema_fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!unusable(*schema_->field(static_cast<int>(i))->type()).empty()) continue;
      if (!is_utf8(schema_->field(static_cast<int>(i))->name()))
        throw Error(ErrorKind::corrupt, name_, "has a column whose name is not UTF-8");
      columns_.push_back(i);
      leaves_.push_back(fields[i].column_index);
    }
    std::vector<std::string> names = schema_->field_names();
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end())
      throw Error(ErrorKind::invalid, name_, "two columns are named " + quote_briefly(*twice),
                  "a name of its own for each");
  }

  std::string name_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;  // shared with Arrow's reader
  std::vector<std::size_t> columns_;       // fields that are read
  std::vector<int> leaves_;                // their columns in the file
};

std::optional<BatchPointer> next_batch(arrow::RecordBatchReader& batches, const std::string& name) {
  BatchPointer batch;
  if (const auto read = batches.ReadNext(&batch); !read.ok()) refuse(name, read);
  if (!batch) return std::nullopt;
  if (const auto valid = batch->Validate(); !valid.ok()) refuse(name, valid);
  return batch;
}

/// The batches of a file, of which the first may have been read ahead.
class ParquetBatches {
 public:
  ParquetBatches(std::shared_ptr<arrow::RecordBatchReader> rest, std::deque<BatchPointer> begun,
                 const std::string& name)
      : rest_(std::move(rest)), begun_(std::move(begun)), name_(name) {}

  std::optional<BatchPointer> next() {
    if (begun_.empty()) return next_batch(*rest_, name_);
    auto batch = std::move(begun_.front());
    begun_.pop_front();
    return batch;
  }

 private:
  std::shared_ptr<arrow::RecordBatchReader> rest_;  // shared with Arrow's reader
  std::deque<BatchPointer> begun_;
  const std::string& name_;
};

}  // namespace

void read_parquet(ServedFile& served, const Task& task, ReaderOutput& output) {
  ParquetFile file(served, task.file);
  auto batches = file.batches();
  std::deque<BatchPointer> begun;  // kept while the sample is looked at
  auto sample = file.names();
  for (std::size_t rows = 0; rows < sample_rows;) {
    const auto batch = next_batch(*batches, task.file);
    if (!batch) break;
    begun.push_back(*batch);
    const auto count = static_cast<std::size_t>((*batch)->num_rows());
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < file.columns().size(); ++i) {
      cells.assign(count, Cell());
      fill_cells(*(*batch)->column(static_cast<int>(i)), cells);
      cells.resize(std::min(count, sample_rows - rows));
      auto& values = sample[file.columns()[i]].values;
      values.insert(values.end(), cells.begin(), cells.end());
    }
    rows += count;
  }
  const auto plan = plan_file(sample, task);
  plan->mapping.format = "Parquet";
  output.give(plan->mapping);
  if (task.mapping_only) return;

  std::vector<std::string> names;
  for (const auto& column : sample) names.push_back(column.name);
  read_blocks(
      *plan, task, output, [&] { return ParquetParser(names, *plan, file.columns(), task.now); },
      [&] {
        auto rest = batches == nullptr ? file.batches() : std::move(batches);
        return std::make_unique<ParquetBatches>(std::move(rest), std::exchange(begun, {}), task.file);
      });
}

}  // namespace peregrine::ingest
