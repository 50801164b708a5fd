#include "store/segment_reader.hpp"

#include <arrow/array.h>
#include <arrow/array/array_dict.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <atomic>
#include <mutex>
#include <optional>

#include "base/error.hpp"
#include "store/arrow_file.hpp"
#include "store/checksum.hpp"

namespace peregrine::store {

namespace {

using Batch = std::shared_ptr<arrow::RecordBatch>;

[[noreturn]] void refuse_file(const ChecksummedFile& file, const std::string& what) {
  throw Error(ErrorKind::corrupt, file.path(), what);
}

/// The buffers of a column that is read in place, checked.
class InPlace {
 public:
  InPlace(const ChecksummedFile& file, const arrow::RecordBatch& batch, std::string_view name) : file_(file) {
    array_ = batch.GetColumnByName(std::string(name));
    if (array_ == nullptr) refuse_file(file, "has no column " + std::string(name));
    data_ = array_->data().get();
  }
  /// The texts that the codes of this column stand for.
  InPlace dictionary() const {
    if (array_->type_id() != arrow::Type::DICTIONARY) refuse_file(file_, "has a column without its names");
    return {file_, static_cast<const arrow::DictionaryArray&>(*array_).dictionary()};
  }
  std::size_t size() const { return static_cast<std::size_t>(array_->length()); }

  arrow::Type::type type() const {
    return array_->type_id() == arrow::Type::DICTIONARY
               ? static_cast<const arrow::DictionaryType&>(*array_->type()).index_type()->id()
               : array_->type_id();
  }
  template <class T>
  const T* values(std::size_t count, std::size_t buffer = 1) const {
    return reinterpret_cast<const T*>(bytes(count * sizeof(T), buffer));
  }
  const std::uint8_t* bits(std::size_t count, std::size_t buffer) const {
    return data_->buffers[buffer] == nullptr ? nullptr : bytes((count + 7) / 8, buffer);
  }

 private:
  InPlace(const ChecksummedFile& file, std::shared_ptr<arrow::Array> array)
      : file_(file), array_(std::move(array)), data_(array_->data().get()) {}

  const std::uint8_t* bytes(std::size_t size, std::size_t buffer) const {
    const auto& held = data_->buffers.at(buffer);
    if (held == nullptr || held->size() < static_cast<std::int64_t>(size)) refuse_file(file_, "has a short column");
    file_.verify_in_place(held->data(), size);
    return held->data();
  }

  const ChecksummedFile& file_;
  std::shared_ptr<arrow::Array> array_;
  const arrow::ArrayData* data_;
};

/// A column of texts read in place.
class Texts {
 public:
  Texts() = default;
  Texts(const InPlace& column, std::size_t count) {
    if (column.type() == arrow::Type::LARGE_STRING) {
      wide_ = column.values<std::int64_t>(count + 1);
    } else {
      narrow_ = column.values<std::int32_t>(count + 1);
    }
    bytes_ = offset(count);
    data_ = column.values<char>(static_cast<std::size_t>(bytes_), 2);
  }
  std::string_view operator[](std::size_t i) const {
    const auto begin = offset(i);
    const auto end = offset(i + 1);
    if (begin < 0 || end < begin || end > bytes_) return {};  // only when the file was lost meanwhile
    return {data_ + begin, static_cast<std::size_t>(end - begin)};
  }

 private:
  std::int64_t offset(std::size_t i) const { return narrow_ != nullptr ? narrow_[i] : wide_[i]; }

  const std::int32_t* narrow_ = nullptr;
  const std::int64_t* wide_ = nullptr;
  const char* data_ = nullptr;
  std::int64_t bytes_ = 0;
};

/// Calls `find` once and keeps what it returns; after an exception the next caller tries again. (Not std::call_once:
/// thread sanitizers do not understand exceptions through it.)
template <class T>
class Once {
 public:
  template <class Find>
  const T& get(Find&& find) const {
    if (!found_.load(std::memory_order_acquire)) {
      const std::lock_guard hold(mutex_);
      if (!found_.load(std::memory_order_relaxed)) {
        value_ = find();
        found_.store(true, std::memory_order_release);
      }
    }
    return value_;
  }

 private:
  mutable std::atomic<bool> found_{false};
  mutable std::mutex mutex_;
  mutable T value_{};
};

/// An Arrow file read in place: its one batch is opened on first use.
class PlacedFile {
 public:
  explicit PlacedFile(const ChecksummedFile& file) : file_(file) {}

  const arrow::RecordBatch& batch(std::int64_t rows) const {
    return *batch_.get([&] {
      ArrowInput in(file_, Checking::small);
      const auto reader =
          expect(arrow::ipc::RecordBatchFileReader::Open(&in, read_options()), in, ErrorKind::corrupt, file_.path());
      if (reader->num_record_batches() != 1) refuse_file(file_, "does not hold one batch");
      Batch batch = expect(reader->ReadRecordBatch(0), in, ErrorKind::corrupt, file_.path());
      if (batch->num_rows() != rows) refuse_file(file_, "has another number of rows than the manifest says");
      return batch;
    });
  }
  const ChecksummedFile& file() const { return file_; }

 private:
  const ChecksummedFile& file_;
  Once<Batch> batch_;
};

template <class Texts>
void view_names(const arrow::Array& array, std::vector<std::string_view>& names) {
  const auto& texts = static_cast<const Texts&>(array);
  names.reserve(static_cast<std::size_t>(texts.length()));
  for (std::int64_t i = 0; i < texts.length(); ++i) names.push_back(texts.GetView(i));
}

template <class T>
void widen(const arrow::Array& array, std::vector<std::uint32_t>& codes) {
  const auto* values = array.data()->GetValues<T>(1);
  codes.assign(values, values + array.length());
}

LoadedColumn loaded(const std::shared_ptr<arrow::Array>& array, const arrow::Field& field,
                    const ChecksummedFile& file) {
  LoadedColumn column;
  column.owner = array;
  auto& view = column.view;
  view.rows = static_cast<std::size_t>(array->length());
  view.validity = array->null_count() == 0 ? nullptr : array->null_bitmap_data();
  const auto& data = *array->data();
  switch (array->type_id()) {
    case arrow::Type::DICTIONARY: {
      const auto& texts = static_cast<const arrow::DictionaryArray&>(*array);
      const auto& names = *texts.dictionary();
      view.type = ColumnType::text;
      view.codes = data.GetValues<std::uint32_t>(1);
      if (names.type_id() == arrow::Type::LARGE_STRING) {
        view_names<arrow::LargeStringArray>(names, column.names);
      } else {
        view_names<arrow::StringArray>(names, column.names);
      }
      view.names = column.names;
      break;
    }
    case arrow::Type::DOUBLE:
      view.type = ColumnType::number;
      view.numbers = data.GetValues<double>(1);
      break;
    case arrow::Type::BOOL:
      view.type = ColumnType::boolean;
      view.booleans = data.GetValues<std::uint8_t>(1, 0);
      break;
    case arrow::Type::TIMESTAMP:
      view.type = ColumnType::time;
      view.integers = data.GetValues<std::int64_t>(1);
      break;
    case arrow::Type::INT64:
      view.type = field.HasMetadata() ? ColumnType::money : ColumnType::time;
      view.integers = data.GetValues<std::int64_t>(1);
      break;
    case arrow::Type::UINT64: column.unsigned_numbers = data.GetValues<std::uint64_t>(1); break;
    case arrow::Type::UINT8: widen<std::uint8_t>(*array, column.codes); break;
    case arrow::Type::UINT16: widen<std::uint16_t>(*array, column.codes); break;
    case arrow::Type::UINT32: widen<std::uint32_t>(*array, column.codes); break;
    case arrow::Type::FIXED_SIZE_BINARY:
      column.hashes = reinterpret_cast<const Hash128*>(data.GetValues<std::uint8_t>(1, 0));
      break;
    default: refuse_file(file, "has a column of an unknown type: " + field.ToString());
  }
  return column;
}

class MappedSegment final : public Segment {
 public:
  MappedSegment(Env& env, const std::string& directory, SegmentEntry entry) : Segment(std::move(entry)) {
    try {
      const auto open = [&](const FileEntry& file) {
        return std::make_unique<ChecksummedFile>(env, join_path(directory, file.name), file);
      };
      for (std::size_t i = 0; i < entry_.files.size(); ++i) {
        files_.push_back(open(entry_.files[i]));
        placed_.push_back(std::make_unique<PlacedFile>(*files_.back()));
      }
      for (const auto& file : entry_.cold) cold_.push_back(file.bytes == 0 ? nullptr : open(file));
    } catch (const Error& error) {
      failure_ = error;
    }
  }

  std::span<const std::uint64_t> first() const override {
    return first_.get([&] {
      // A copy: it leads readers to rows, and must not turn to zeros under them when the file is lost (decision 8).
      const auto count = static_cast<std::size_t>(entry_.journeys) + 1;
      const auto* values = journey_column("events").values<std::uint64_t>(count);
      std::vector<std::uint64_t> first(values, values + count);
      files_[0]->expect_intact();
      if (first.front() != 0 || first.back() != static_cast<std::uint64_t>(entry_.events)) {
        refuse_file(*files_[0], "does not hold the rows that the manifest says");
      }
      return first;
    });
  }
  std::string_view id(std::size_t journey) const override {
    return ids_.get([&] { return Texts(journey_column("id"), static_cast<std::size_t>(entry_.journeys)); })[journey];
  }
  std::uint64_t hash(std::size_t journey) const override {
    return hashes_.get([&] {
      return journey_column("hash").values<std::uint64_t>(static_cast<std::size_t>(entry_.journeys));
    })[journey];
  }
  bool known(std::size_t journey) const override {
    const auto* bits =
        known_.get([&] { return journey_column("known").bits(static_cast<std::size_t>(entry_.journeys), 1); });
    return ((bits[journey >> 3] >> (journey & 7)) & 1) != 0;
  }
  const std::int64_t* time() const override {
    return time_.get([&] { return hot_column("time").values<std::int64_t>(events()); });
  }
  EventCodes event() const override {
    return event_.get([&] {
      const InPlace column = hot_column("event");
      if (entry_.names && column.dictionary().size() != entry_.names->size()) {
        refuse_file(*files_[1], "has other event names than the manifest says");
      }
      EventCodes codes;
      if (column.type() == arrow::Type::UINT16) {
        codes.narrow = column.values<std::uint16_t>(events());
      } else {
        codes.wide = column.values<std::uint32_t>(events());
      }
      return codes;
    });
  }
  ColumnView value() const override {
    if (entry_.values == 0) return {};
    return value_.get([&] {
      const InPlace column = hot_column("value");
      ColumnView view;
      view.type = ColumnType::money;
      view.rows = events();
      view.validity = column.bits(events(), 0);
      view.integers = column.values<std::int64_t>(events());
      return view;
    });
  }

  std::vector<LoadedColumn> load(std::size_t file, std::span<const std::string> names) const override {
    usable();
    std::vector<LoadedColumn> columns(names.size());
    if (file >= cold_.size() || cold_[file] == nullptr) return columns;
    read(*cold_[file], names, columns);
    return columns;
  }

  LoadedColumn load_kept(std::string_view name) const override {
    const std::string wanted(name);
    for (std::size_t file = 0; file < entry_.cold.size(); ++file) {
      auto columns = load(file, std::span(&wanted, 1));
      if (columns[0].view.rows > 0) return std::move(columns[0]);
    }
    return {};
  }

  std::vector<std::string_view> event_names() const override {
    const auto column = hot_column("event").dictionary();
    const auto count = column.size();
    const Texts texts(column, count);
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back(texts[i]);
    return names;
  }

  void expect_intact() const override {
    for (const auto& file : files_) file->expect_intact();
    for (const auto& file : cold_) {
      if (file != nullptr) file->expect_intact();
    }
  }

 private:
  std::size_t events() const { return static_cast<std::size_t>(entry_.events); }
  void usable() const {
    if (failure_) throw *failure_;
  }
  InPlace journey_column(std::string_view name) const {
    usable();
    return {*files_[0], placed_[0]->batch(entry_.journeys), name};
  }
  InPlace hot_column(std::string_view name) const {
    usable();
    return {*files_[1], placed_[1]->batch(entry_.events), name};
  }

  /// With included fields Arrow reads and decompresses the buffers of those alone.
  void read(const ChecksummedFile& file, std::span<const std::string> names, std::vector<LoadedColumn>& columns) const {
    ArrowInput in(file, Checking::all);
    auto options = read_options();
    const auto describing =
        expect(arrow::ipc::RecordBatchFileReader::Open(&in, options), in, ErrorKind::corrupt, file.path());
    const auto schema = describing->schema();
    for (const auto& name : names) {
      if (const int field = schema->GetFieldIndex(name); field >= 0) options.included_fields.push_back(field);
    }
    if (options.included_fields.empty()) return;
    const auto reader =
        expect(arrow::ipc::RecordBatchFileReader::Open(&in, options), in, ErrorKind::corrupt, file.path());
    const auto batch = expect(reader->ReadRecordBatch(0), in, ErrorKind::corrupt, file.path());
    file.expect_intact();
    if (batch->num_rows() != entry_.events) refuse_file(file, "has another number of rows than the manifest says");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const int field = batch->schema()->GetFieldIndex(names[i]);
      if (field >= 0) columns[i] = loaded(batch->column(field), *batch->schema()->field(field), file);
    }
    file.expect_intact();
  }

  std::vector<std::unique_ptr<ChecksummedFile>> files_;  // journeys, hot
  std::vector<std::unique_ptr<PlacedFile>> placed_;
  std::vector<std::unique_ptr<ChecksummedFile>> cold_;
  std::optional<Error> failure_;
  Once<std::vector<std::uint64_t>> first_;
  Once<Texts> ids_;
  Once<const std::uint64_t*> hashes_;
  Once<const std::uint8_t*> known_;
  Once<const std::int64_t*> time_;
  Once<EventCodes> event_;
  Once<ColumnView> value_;
};

}  // namespace

std::shared_ptr<const Segment> Segment::open(Env& env, const std::string& directory, const SegmentEntry& entry) {
  return std::make_shared<MappedSegment>(env, directory, entry);
}

}  // namespace peregrine::store
