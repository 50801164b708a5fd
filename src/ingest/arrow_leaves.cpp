#include "ingest/arrow_leaves.hpp"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "ingest/arrow_cells.hpp"
#include "ingest/cell_text.hpp"
#include "ingest/shape.hpp"

namespace peregrine::ingest {

namespace {

bool is_list(const arrow::DataType& type) {
  return type.id() == arrow::Type::LIST || type.id() == arrow::Type::LARGE_LIST ||
         type.id() == arrow::Type::FIXED_SIZE_LIST || type.id() == arrow::Type::MAP;
}

/// Why something inside cannot be read, or empty.
std::string unusable_inside(const arrow::DataType& type) {
  if (!is_list(type) && type.id() != arrow::Type::STRUCT) return unusable(type);
  for (const auto& field : type.fields()) {
    if (auto why = unusable_inside(*field->type()); !why.empty()) return why;
  }
  return {};
}

/// list<struct<key: text, value: struct>>
bool holds_parameters(const arrow::DataType& type) {
  if (type.id() != arrow::Type::LIST && type.id() != arrow::Type::LARGE_LIST) return false;
  const auto& item = *type.field(0)->type();
  if (item.id() != arrow::Type::STRUCT) return false;
  const auto& parameter = static_cast<const arrow::StructType&>(item);
  const auto value = parameter.GetFieldByName("value");
  return parameter.GetFieldByName("key") != nullptr && value != nullptr && value->type()->id() == arrow::Type::STRUCT;
}

void add_leaves(std::vector<ArrowLeaf>& leaves, const arrow::Field& field, ArrowLeaf leaf, bool ga4) {
  const auto& type = *field.type();
  leaf.path += (leaf.path.empty() ? "" : ".") + field.name();
  if (type.id() == arrow::Type::STRUCT && type.num_fields() > 0) {
    for (int i = 0; i < type.num_fields(); ++i) {
      auto inside = leaf;
      inside.steps.push_back(i);
      add_leaves(leaves, *type.field(i), std::move(inside), ga4);
    }
    return;
  }
  leaf.unusable = unusable_inside(type);
  if (is_list(type)) leaf.kind = ArrowLeaf::Kind::list;
  if (ga4 && is_list_of_parameters(Shape::ga4, leaf.path) && holds_parameters(type) && leaf.unusable.empty()) {
    leaf.kind = ArrowLeaf::Kind::parameters;
  }
  leaves.push_back(std::move(leaf));
}

/// Where the values of a row of a list begin and end.
std::pair<std::int64_t, std::int64_t> range_of(const arrow::Array& list, std::int64_t row) {
  switch (list.type_id()) {
    case arrow::Type::LARGE_LIST: {
      const auto& typed = static_cast<const arrow::LargeListArray&>(list);
      return {typed.value_offset(row), typed.value_offset(row + 1)};
    }
    case arrow::Type::FIXED_SIZE_LIST: {
      const auto& typed = static_cast<const arrow::FixedSizeListArray&>(list);
      return {typed.value_offset(row), typed.value_offset(row + 1)};
    }
    default: {
      const auto& typed = static_cast<const arrow::ListArray&>(list);  // a map is one
      return {typed.value_offset(row), typed.value_offset(row + 1)};
    }
  }
}

std::shared_ptr<arrow::Array> values_of(const arrow::Array& list) {
  switch (list.type_id()) {
    case arrow::Type::LARGE_LIST: return static_cast<const arrow::LargeListArray&>(list).values();
    case arrow::Type::FIXED_SIZE_LIST: return static_cast<const arrow::FixedSizeListArray&>(list).values();
    default: return static_cast<const arrow::ListArray&>(list).values();
  }
}

std::vector<Cell> cells_of(const arrow::Array& array) {
  std::vector<Cell> cells(static_cast<std::size_t>(array.length()));
  fill_cells(array, cells);
  return cells;
}

}  // namespace

bool is_ga4_export(const arrow::Schema& schema) {
  const auto parameters = schema.GetFieldByName("event_params");
  return schema.GetFieldByName("event_name") != nullptr && schema.GetFieldByName("event_timestamp") != nullptr &&
         parameters != nullptr && holds_parameters(*parameters->type());
}

std::vector<ArrowLeaf> leaves_of(const arrow::Schema& schema, bool ga4) {
  std::vector<ArrowLeaf> leaves;
  int column = 0;
  for (const auto& field : schema.fields()) {
    add_leaves(leaves, *field, {.steps = {column}}, ga4);
    if (is_read(*field->type())) ++column;
  }
  return leaves;
}

bool is_read(const arrow::DataType& type) {
  if (type.id() != arrow::Type::STRUCT || type.num_fields() == 0) return unusable_inside(type).empty();
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [](const std::shared_ptr<arrow::Field>& field) { return is_read(*field->type()); });
}

std::shared_ptr<arrow::Array> array_of(const arrow::RecordBatch& batch, const ArrowLeaf& leaf) {
  auto array = batch.column(leaf.steps.front());
  for (std::size_t i = 1; i < leaf.steps.size(); ++i) {
    auto inside = static_cast<const arrow::StructArray&>(*array).GetFlattenedField(leaf.steps[i]);
    if (!inside.ok())
      throw Error(ErrorKind::corrupt, "", "holds a struct that cannot be read: " + inside.status().message());
    array = *inside;
  }
  return array;
}

ArrowJson::ArrowJson(const std::shared_ptr<arrow::Array>& array) : array_(array) {
  if (is_list(*array->type())) {
    inside_.emplace_back(values_of(*array));
  } else if (array->type_id() == arrow::Type::STRUCT) {
    const auto& typed = static_cast<const arrow::StructArray&>(*array);
    for (int i = 0; i < typed.num_fields(); ++i) {
      names_.push_back(typed.struct_type()->field(i)->name());
      inside_.emplace_back(typed.field(i));
    }
  } else {
    cells_ = cells_of(*array);
  }
}

json::value ArrowJson::at(std::int64_t row) const {
  if (array_->IsNull(row)) return nullptr;
  if (is_list(*array_->type())) {
    json::array list;
    const auto [begin, end] = range_of(*array_, row);
    for (auto i = begin; i < end; ++i) list.push_back(inside_.front().at(i));
    return list;
  }
  if (array_->type_id() != arrow::Type::STRUCT) return json_of(cells_[static_cast<std::size_t>(row)]);
  json::object object;
  for (std::size_t i = 0; i < inside_.size(); ++i) {
    if (auto value = inside_[i].at(row); !value.is_null()) object[names_[i]] = std::move(value);
  }
  return object;
}

void fill_leaf(const arrow::RecordBatch& batch, const ArrowLeaf& leaf, std::vector<Cell>& cells,
               std::deque<std::string>& texts) {
  const auto array = array_of(batch, leaf);
  if (leaf.kind == ArrowLeaf::Kind::value) return fill_cells(*array, cells);
  const ArrowJson values(array);
  for (std::int64_t i = 0; i < array->length(); ++i) {
    const auto value = values.at(i);
    const bool says_nothing = value.is_null() || (value.is_array() && value.get_array().empty());
    if (!says_nothing) cells[static_cast<std::size_t>(i)] = text_cell(texts.emplace_back(json::format(value)));
  }
}

ArrowParameters::ArrowParameters(const arrow::RecordBatch& batch, const ArrowLeaf& leaf)
    : list_(array_of(batch, leaf)) {
  const auto values = values_of(*list_);
  const auto& parameter = static_cast<const arrow::StructArray&>(*values);
  keys_ = cells_of(*parameter.GetFieldByName("key"));
  const auto value = parameter.GetFieldByName("value");
  const auto& kinds = static_cast<const arrow::StructArray&>(*value);
  for (int i = 0; i < kinds.num_fields(); ++i) {
    if (kinds.struct_type()->field(i)->name() != "set_timestamp_micros") values_.push_back(cells_of(*kinds.field(i)));
  }
}

void ArrowParameters::for_each(std::int64_t row, const std::function<void(std::string_view, const Cell&)>& each) const {
  if (list_->IsNull(row)) return;
  const auto [begin, end] = range_of(*list_, row);
  for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
    if (keys_[i].is_none()) continue;
    for (const auto& kind : values_) {
      if (kind[i].is_none()) continue;
      each(keys_[i].text, kind[i]);
      break;
    }
  }
}

}  // namespace peregrine::ingest
