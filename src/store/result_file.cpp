#include "store/result_file.hpp"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"

namespace peregrine::store {

namespace {

void expect(const arrow::Status& status) {
  if (!status.ok()) throw Error(ErrorKind::unavailable, "result", "cannot be written as Arrow: " + status.ToString());
}

template <class T>
T expect(arrow::Result<T> result) {
  expect(result.status());
  return std::move(result).ValueUnsafe();
}

/// The narrowest Arrow type that holds every value of a member.
std::shared_ptr<arrow::DataType> type_of(const json::array& rows, std::string_view name) {
  bool integer = true;
  bool number = true;
  bool boolean = true;
  for (const auto& row : rows) {
    const auto* value = row.get_object().if_contains(name);
    if (value == nullptr || value->is_null()) continue;
    integer &= value->is_int64();
    number &= value->is_number();
    boolean &= value->is_bool();
  }
  if (boolean && !integer) return arrow::boolean();
  return integer ? arrow::int64() : number ? arrow::float64() : arrow::utf8();
}

template <class Builder, class Read>
std::shared_ptr<arrow::Array> build(const json::array& rows, std::string_view name, Read&& read) {
  Builder builder;
  for (const auto& row : rows) {
    const auto* value = row.get_object().if_contains(name);
    expect(value == nullptr || value->is_null() ? builder.AppendNull() : builder.Append(read(*value)));
  }
  return expect(builder.Finish());
}

std::shared_ptr<arrow::Array> column(const json::array& rows, std::string_view name, const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return build<arrow::BooleanBuilder>(rows, name, [](const json::value& value) { return value.get_bool(); });
    case arrow::Type::INT64:
      return build<arrow::Int64Builder>(rows, name, [](const json::value& value) { return value.get_int64(); });
    case arrow::Type::DOUBLE:
      return build<arrow::DoubleBuilder>(rows, name,
                                         [](const json::value& value) { return value.to_number<double>(); });
    default:
      return build<arrow::StringBuilder>(rows, name, [](const json::value& value) {
        return value.is_string() ? std::string(json::text_of(value.get_string())) : json::format(value);
      });
  }
}

}  // namespace

std::string write_result(const json::array& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) {
    for (const auto& member : row.get_object()) {
      if (std::find(names.begin(), names.end(), member.key()) == names.end()) names.emplace_back(member.key());
    }
  }
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const auto& name : names) {
    const auto type = type_of(rows, name);
    fields.push_back(arrow::field(name, type));
    columns.push_back(column(rows, name, *type));
  }
  const auto schema = arrow::schema(fields);
  const auto sink = expect(arrow::io::BufferOutputStream::Create());
  const auto writer = expect(arrow::ipc::MakeStreamWriter(sink, schema));
  const auto batch = arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(rows.size()), columns);
  expect(writer->WriteRecordBatch(*batch));
  expect(writer->Close());
  return expect(sink->Finish())->ToString();
}

}  // namespace peregrine::store
