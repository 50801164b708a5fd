// A JsonRow turns one JSON object into a laid row: nested objects are flattened with dots, lists are kept as JSON text,
// and calls of Segment and events of a GA4 export are recognised for what they are, each by itself. One thread.
#pragma once

#include <simdjson.h>

#include <array>
#include <optional>
#include <string_view>

#include "ingest/json_outline.hpp"
#include "ingest/laid_row.hpp"
#include "ingest/usual_time.hpp"

namespace peregrine::ingest {

constexpr std::size_t json_padding = simdjson::SIMDJSON_PADDING;

/// What the keys of an object say of its shape.
struct JsonSigns {
  std::string_view call;  // of Segment, as `type` has it
  bool type = false;
  bool user = false;
  bool event_name = false;
  bool event_timestamp = false;
  bool export_keys = false;
};

class JsonRow {
 public:
  explicit JsonRow(LaidRow& row) : row_(row), outline_(row) {}

  /// Lays `text`, which is followed by json_padding bytes that may be read. What the row holds lives until the next
  /// call. Returns what is wrong when it is no object.
  std::optional<Finding> read(std::string_view text);

  Shape shape() const { return shape_; }

 private:
  using Object = simdjson::dom::object;
  using Element = simdjson::dom::element;
  using Array = simdjson::dom::array;

  void learn(std::string_view text, const JsonSigns& signs);
  void lay_object(Object object, RowKey& around);
  void lay(Element element, RowKey& key);
  void lay_list(Array list, RowKey& key);
  void lay_parameter(Element parameter, RowKey& around);
  void lay_product(Array items, RowKey& key);
  void lay_segment(Object call);
  void lay_corrected_time(Object call);

  LaidRow& row_;
  JsonOutline outline_;
  JsonSigns signs_;  // of all plain rows
  simdjson::dom::parser parser_;
  std::size_t capacity_ = 0;
  UsualTimes times_;
  Shape shape_ = Shape::plain;
};

}  // namespace peregrine::ingest
