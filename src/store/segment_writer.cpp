// The files of a segment, each one Arrow IPC file with one record batch, buffers on 64 bytes:
//
//   journeys.arrow  one row a journey, by (hash, id, known first), uncompressed
//     id        utf8                    the customer's canonical id, or the anonymous id of one never known
//     hash      uint64                  XXH3-64 of id; its highest bits are the partition
//     events    large_list<null>        only the lengths of the lists say something: how many rows of `hot` are the
//                                       journey's. Its journeys + 1 offsets are copied as Part::first
//     first_time, last_time  timestamp[us, UTC]
//     known     bool
//   hot.arrow       one row an event, uncompressed, read in place
//     time      timestamp[us, UTC]
//     event     dictionary<uint16 or uint32, utf8>  only the names that occur here, in the order of the store's codes;
//                                                   which those are is in the manifest too
//     value     int64, millionths       absent when no event has one
//   cold.arrow      one row an event, LZ4 a buffer; absent when there is no column for it
//     properties in the order of Manifest::columns: text is dictionary<uint32, utf8>, number float64, boolean bool,
//     time timestamp[us, UTC], money int64 in millionths; then the columns that begin with a colon (segment_writer.hpp)
//   cold-N.arrow    one text column whose dictionary is large: Arrow reads all dictionaries of a file before the first
//                   column, and a question for another column should not pay for this one
#include "store/segment_writer.hpp"

#include <arrow/array.h>
#include <arrow/array/array_dict.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/compression.h>
#include <arrow/util/key_value_metadata.h>

#include <algorithm>
#include <limits>

#include "base/check.hpp"
#include "store/arrow_file.hpp"
#include "store/checksum.hpp"

namespace peregrine::store {

namespace {

constexpr std::size_t large_dictionary_bytes = 256 << 10;

template <class T>
std::shared_ptr<arrow::Buffer> buffer_of(const std::vector<T>& values) {
  return std::make_shared<arrow::Buffer>(reinterpret_cast<const std::uint8_t*>(values.data()),
                                         static_cast<std::int64_t>(values.size() * sizeof(T)));
}

std::shared_ptr<arrow::DataType> time_type() {
  return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
}

/// Texts with 32-bit offsets, or 64-bit ones when 2 GiB are not enough.
std::shared_ptr<arrow::Array> array_of(NameList names) {
  std::size_t bytes = 0;
  for (const auto name : names) bytes += name.size();
  std::string data;
  data.reserve(bytes);
  const auto rows = static_cast<std::int64_t>(names.size());
  const auto build = [&]<class Offset>(Offset, const std::shared_ptr<arrow::DataType>& type) {
    std::vector<Offset> offsets{0};
    offsets.reserve(names.size() + 1);
    for (const auto name : names) {
      data += name;
      offsets.push_back(static_cast<Offset>(data.size()));
    }
    return arrow::MakeArray(arrow::ArrayData::Make(
        type, rows,
        {nullptr, arrow::Buffer::FromVector(std::move(offsets)), arrow::Buffer::FromString(std::move(data))}, 0));
  };
  if (bytes > std::numeric_limits<std::int32_t>::max()) return build(std::int64_t{}, arrow::large_utf8());
  return build(std::int32_t{}, arrow::utf8());
}

template <class T>
std::shared_ptr<arrow::Array> array_of(const std::shared_ptr<arrow::DataType>& type, const std::vector<T>& values) {
  return arrow::MakeArray(
      arrow::ArrayData::Make(type, static_cast<std::int64_t>(values.size()), {nullptr, buffer_of(values)}, 0));
}

/// The same from values that are padded beyond `rows`.
template <class T>
std::shared_ptr<arrow::Array> array_of(const std::shared_ptr<arrow::DataType>& type, const std::vector<T>& values,
                                       std::size_t rows) {
  return arrow::MakeArray(
      arrow::ArrayData::Make(type, static_cast<std::int64_t>(rows), {nullptr, buffer_of(values)}, 0));
}

/// Fills up to a multiple of 64 bytes.
template <class T>
void pad(std::vector<T>& values) {
  constexpr std::size_t step = 64 / sizeof(T);
  values.resize((values.size() + step - 1) / step * step);
}

struct Column {
  std::shared_ptr<arrow::Field> field;
  std::shared_ptr<arrow::Array> array;
};

Column plain_column(std::string_view name, std::shared_ptr<arrow::Array> array) {
  auto field = arrow::field(std::string(name), array->type(), false);
  return {std::move(field), std::move(array)};
}

std::shared_ptr<arrow::Array> dictionary_of(const std::shared_ptr<arrow::Array>& codes,
                                            const std::shared_ptr<arrow::Array>& names) {
  return std::make_shared<arrow::DictionaryArray>(arrow::dictionary(codes->type(), names->type()), codes, names);
}

Column typed_column(const StoredColumn& column) {
  const auto rows = static_cast<std::int64_t>(column.rows);
  const auto nulls = static_cast<std::int64_t>(column.rows - column.values);
  const auto validity = column.validity.empty() ? nullptr : buffer_of(column.validity);
  const auto make = [&](const std::shared_ptr<arrow::DataType>& type, std::shared_ptr<arrow::Buffer> data) {
    return arrow::MakeArray(arrow::ArrayData::Make(type, rows, {validity, std::move(data)}, nulls));
  };
  std::shared_ptr<arrow::Array> array;
  std::shared_ptr<const arrow::KeyValueMetadata> metadata;
  switch (column.type) {
    case ColumnType::text:
      array = dictionary_of(make(arrow::uint32(), buffer_of(column.codes)), array_of(NameList(column.names)));
      break;
    case ColumnType::number: array = make(arrow::float64(), buffer_of(column.numbers)); break;
    case ColumnType::boolean: array = make(arrow::boolean(), buffer_of(column.booleans)); break;
    case ColumnType::time: array = make(time_type(), buffer_of(column.integers)); break;
    case ColumnType::money:
      array = make(arrow::int64(), buffer_of(column.integers));
      metadata = arrow::key_value_metadata({{"peregrine.type", "money"}, {"peregrine.unit", "millionths"}});
      break;
  }
  auto field = arrow::field(column.name, array->type(), true, std::move(metadata));
  return {std::move(field), std::move(array)};
}

/// Takes no bytes and remembers where those of one buffer would have come to lie.
class Finder final : public arrow::io::OutputStream {
 public:
  explicit Finder(const void* wanted) : wanted_(wanted) {}

  arrow::Status Write(const void* data, std::int64_t size) override {
    if (data == wanted_) found_ = position_;
    position_ += size;
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  std::int64_t found() const { return found_; }
  void rethrow() const {}

 private:
  const void* wanted_;
  std::int64_t position_ = 0;
  std::int64_t found_ = 0;
};

template <class Output>
void write_batch(Output& out, const arrow::RecordBatch& batch, const arrow::ipc::IpcWriteOptions& options,
                 const std::string& path) {
  const auto writer = expect(arrow::ipc::MakeFileWriter(&out, batch.schema(), options), out, ErrorKind::bug, path);
  expect(writer->WriteRecordBatch(batch), out, ErrorKind::bug, path);
  expect(writer->Close(), out, ErrorKind::bug, path);
}

/// `aligned`, a buffer of one of the columns, comes to lie on 64 bytes, and so do those behind it as long as they are
/// padded to 64. With null the file is compressed instead.
FileEntry write_file(Env& env, const std::string& directory, const std::string& name,
                     const std::vector<Column>& columns, const void* aligned) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& column : columns) {
    fields.push_back(column.field);
    arrays.push_back(column.array);
  }
  const std::int64_t rows = arrays.front()->length();
  const auto batch = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows, std::move(arrays));
  const std::string path = join_path(directory, name);
  auto options = write_options();
  Finder finder(aligned);
  if (aligned == nullptr) {
    options.codec = expect(arrow::util::Codec::Create(arrow::Compression::LZ4_FRAME), finder, ErrorKind::bug, path);
  } else {
    write_batch(finder, *batch, options, path);
  }
  ChecksummedWriter file(env, path);
  ArrowOutput out(file, static_cast<std::size_t>(64 - finder.found() % 64) % 64);
  write_batch(out, *batch, options, path);
  return file.finish(name);
}

std::vector<Column> journey_columns(const SegmentContents& contents) {
  const std::size_t journeys = contents.ids.size();
  std::vector<std::int64_t> first_time(journeys), last_time(journeys);
  for (std::size_t i = 0; i < journeys; ++i) {
    first_time[i] = contents.time[contents.first[i]];
    last_time[i] = contents.time[contents.first[i + 1] - 1];
  }
  const auto rows = static_cast<std::int64_t>(journeys);
  const auto nothings = std::make_shared<arrow::NullArray>(static_cast<std::int64_t>(contents.time.size()));
  const auto events = std::make_shared<arrow::LargeListArray>(arrow::large_list(arrow::null()), rows,
                                                              buffer_of(contents.first), nothings);
  const auto time_array = [](std::vector<std::int64_t> times) {
    const auto count = static_cast<std::int64_t>(times.size());
    return arrow::MakeArray(
        arrow::ArrayData::Make(time_type(), count, {nullptr, arrow::Buffer::FromVector(std::move(times))}, 0));
  };
  return {plain_column("id", array_of(NameList(contents.ids))),
          plain_column("hash", array_of(arrow::uint64(), contents.hashes)),
          plain_column("events", events),
          plain_column("first_time", time_array(std::move(first_time))),
          plain_column("last_time", time_array(std::move(last_time))),
          plain_column("known", arrow::MakeArray(arrow::ArrayData::Make(arrow::boolean(), rows,
                                                                        {nullptr, buffer_of(contents.known)}, 0)))};
}

std::vector<Column> hot_columns(SegmentContents& contents, NameList event_names) {
  const std::size_t rows = contents.time.size();
  std::vector<std::string_view> names;
  for (const auto code : contents.names) names.push_back(event_names[code]);
  pad(contents.time);
  pad(contents.narrow);
  pad(contents.wide);
  pad(contents.value.validity);
  pad(contents.value.integers);
  const auto codes = contents.wide.empty() ? array_of(arrow::uint16(), contents.narrow, rows)
                                           : array_of(arrow::uint32(), contents.wide, rows);
  std::vector<Column> columns{plain_column("time", array_of(time_type(), contents.time, rows)),
                              plain_column("event", dictionary_of(codes, array_of(NameList(names))))};
  if (contents.value.rows > 0) columns.push_back(typed_column(contents.value));
  return columns;
}

/// In as few bytes a row as the largest source needs.
std::shared_ptr<arrow::Array> source_array(const std::vector<std::uint32_t>& sources) {
  const std::uint32_t largest = *std::max_element(sources.begin(), sources.end());
  const auto narrowed = [&]<class T>(T, const std::shared_ptr<arrow::DataType>& type) {
    std::vector<T> values(sources.size());
    std::transform(sources.begin(), sources.end(), values.begin(), [](auto source) { return static_cast<T>(source); });
    const auto rows = static_cast<std::int64_t>(values.size());
    return arrow::MakeArray(
        arrow::ArrayData::Make(type, rows, {nullptr, arrow::Buffer::FromVector(std::move(values))}, 0));
  };
  if (largest <= std::numeric_limits<std::uint8_t>::max()) return narrowed(std::uint8_t{}, arrow::uint8());
  if (largest <= std::numeric_limits<std::uint16_t>::max()) return narrowed(std::uint16_t{}, arrow::uint16());
  return narrowed(std::uint32_t{}, arrow::uint32());
}

Column message_column(const std::vector<Hash128>& messages) {
  static_assert(sizeof(Hash128) == 16);
  Bits validity((messages.size() + 7) / 8);
  std::int64_t nulls = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i] == Hash128{}) {
      ++nulls;
    } else {
      set_bit(validity, i);
    }
  }
  const auto type = arrow::fixed_size_binary(16);
  auto array = arrow::MakeArray(
      arrow::ArrayData::Make(type, static_cast<std::int64_t>(messages.size()),
                             {arrow::Buffer::FromVector(std::move(validity)), buffer_of(messages)}, nulls));
  return {arrow::field(std::string(kept::message_id), type, true), std::move(array)};
}

std::size_t dictionary_bytes(const StoredColumn& column) {
  std::size_t bytes = 0;
  for (const auto name : column.names) bytes += name.size();
  return bytes;
}

/// Places columns in the first cold file or, with a large dictionary, in one of their own.
class ColdFiles {
 public:
  std::size_t add(const StoredColumn& column) {
    if (dictionary_bytes(column) > large_dictionary_bytes) {
      own_.push_back({typed_column(column)});
      return own_.size();
    }
    common_.push_back(typed_column(column));
    return 0;
  }
  void add(Column column) { common_.push_back(std::move(column)); }

  /// The first entry is empty when no column is in the common file.
  std::vector<FileEntry> write(Env& env, const std::string& directory) const {
    std::vector<FileEntry> files;
    if (common_.empty() && own_.empty()) return files;
    files.push_back(common_.empty() ? FileEntry{{}, 0, hash_of_blocks({}), {}}
                                    : write_file(env, directory, "cold.arrow", common_, nullptr));
    for (std::size_t i = 0; i < own_.size(); ++i) {
      files.push_back(write_file(env, directory, "cold-" + std::to_string(i + 1) + ".arrow", own_[i], nullptr));
    }
    return files;
  }

 private:
  std::vector<Column> common_;
  std::vector<std::vector<Column>> own_;
};

std::vector<FileEntry> write_cold(Env& env, const std::string& directory, const SegmentContents& contents,
                                  std::vector<SegmentColumn>& columns) {
  ColdFiles cold;
  for (const auto& property : contents.properties) {
    const auto file = cold.add(property);
    columns.push_back({static_cast<std::int64_t>(property.column), static_cast<std::int64_t>(file),
                       static_cast<std::int64_t>(property.values)});
  }
  if (contents.anonymous.rows > 0) cold.add(contents.anonymous);
  if (contents.came_anonymous.rows > 0) cold.add(contents.came_anonymous);
  if (contents.came_as.rows > 0) cold.add(contents.came_as);
  if (contents.sequence.rows > 0)
    cold.add(plain_column(kept::sequence, array_of(arrow::int64(), contents.sequence.integers)));
  if (!contents.sources.empty()) cold.add(plain_column(kept::source, source_array(contents.sources)));
  if (!contents.rows.empty()) cold.add(plain_column(kept::row, array_of(arrow::uint64(), contents.rows)));
  if (!contents.messages.empty()) cold.add(message_column(contents.messages));
  return cold.write(env, directory);
}

}  // namespace

SegmentEntry write_segment(Env& env, const std::string& directory, SegmentContents& contents, NameList event_names) {
  PEREGRINE_CHECK(!contents.time.empty() && contents.first.size() == contents.ids.size() + 1);
  PEREGRINE_CHECK(contents.first.back() == contents.time.size());
  SegmentEntry entry;
  entry.events = static_cast<std::int64_t>(contents.time.size());
  entry.journeys = static_cast<std::int64_t>(contents.ids.size());
  entry.known = static_cast<std::int64_t>(contents.known_count);
  const auto [oldest, newest] = std::minmax_element(contents.time.begin(), contents.time.end());
  entry.oldest = *oldest;
  entry.newest = *newest;
  entry.values = static_cast<std::int64_t>(contents.value.values);
  entry.anonymous = static_cast<std::int64_t>(contents.anonymous.values);
  entry.linked = static_cast<std::int64_t>(contents.came_as.values);
  entry.source = contents.source;
  entry.names.emplace();
  for (const auto code : contents.names) entry.names->add(code);
  entry.files.push_back(write_file(env, directory, "journeys.arrow", journey_columns(contents), contents.first.data()));
  entry.cold = write_cold(env, directory, contents, entry.columns);
  const auto hot = hot_columns(contents, event_names);  // pads, so it comes last
  entry.files.push_back(write_file(env, directory, "hot.arrow", hot, contents.time.data()));
  return entry;
}

}  // namespace peregrine::store
