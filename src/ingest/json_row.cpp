#include "ingest/json_row.hpp"

#include <algorithm>
#include <string>

#include "ingest/json_values.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

using simdjson::dom::element_type;

constexpr std::size_t max_depth = 32;

JsonSigns signs_of(simdjson::dom::object object) {
  JsonSigns signs;
  for (const auto [key, value] : object) {
    switch (key.size()) {
      case 4:
        if (key != "type") break;
        signs.type = true;
        if (value.is_string()) signs.call = value.get_string().value_unsafe();
        break;
      case 6: signs.user |= key == "userId"; break;
      case 10: signs.event_name |= key == "event_name"; break;
      case 11: signs.user |= key == "anonymousId"; break;
      case 12: signs.export_keys |= key == "event_params"; break;
      case 14: signs.export_keys |= key == "user_pseudo_id"; break;
      case 15: signs.event_timestamp |= key == "event_timestamp"; break;
      default: break;
    }
  }
  return signs;
}

bool is_ga4(const JsonSigns& signs) {
  return signs.event_name && signs.event_timestamp && signs.export_keys;
}

Shape shape_of(const JsonSigns& signs) {
  if (is_ga4(signs)) return Shape::ga4;
  if (!signs.user || signs.call.empty()) return Shape::plain;
  if (signs.call == "identify") return Shape::segment_identify;
  if (signs.call == "group") return Shape::segment_group;
  const bool other = signs.call == "track" || signs.call == "page" || signs.call == "screen" || signs.call == "alias";
  return other ? Shape::segment : Shape::plain;
}

/// The event that a call stands for which names none.
std::string_view event_of_call(std::string_view type) {
  if (type == "page") return "Page Viewed";
  if (type == "screen") return "Screen Viewed";
  if (type == "identify") return "Identify";
  if (type == "group") return "Group";
  if (type == "alias") return "Alias";
  return {};
}

bool holds_not_finite(std::string_view text) {
  for (auto at = text.find_first_of("\"NI"); at != std::string_view::npos; at = text.find_first_of("\"NI", at)) {
    if (text[at] == '"') {
      JsonValues string(text.substr(at), false);
      const auto piece = string.next();
      if (!piece->whole) return false;
      at += piece->bytes.size();
      continue;
    }
    const auto word = text.substr(at);
    if (word.starts_with("NaN") || word.starts_with("Infinity")) return true;
    ++at;
  }
  return false;
}

/// `\ud83d` without its other half, or the other half alone.
bool holds_lone_surrogate(std::string_view text) {
  const auto unit_at = [&](std::size_t at) -> unsigned {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0;
    unsigned unit = 0;
    for (const char c : text.substr(at + 2, 4)) {
      const auto digit = c >= '0' && c <= '9'                     ? c - '0'
                         : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                  : -1;
      if (digit < 0) return 0;
      unit = unit * 16 + static_cast<unsigned>(digit);
    }
    return unit;
  };
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (text[at] != '\\') continue;
    const auto unit = unit_at(at);
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    if (unit >= 0xDC00 && unit < 0xE000) return true;
    if (high) {
      const auto low = unit_at(at + 6);
      if (low < 0xDC00 || low >= 0xE000) return true;
      at += 6;
    }
    at += unit != 0 ? 5 : 1;
  }
  return false;
}

Finding fault_of(simdjson::error_code error, std::string_view text) {
  const auto shown = quote_briefly(text);
  const auto say = [&](Reason reason, const std::string& what) { return Finding{reason, "", "row " + what + shown}; };
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  if (!is_utf8(text)) return say(Reason::invalid_utf8, "is not UTF-8: ");
  if (error == simdjson::DEPTH_ERROR) return say(Reason::json_too_deep, "is nested more than 32 deep: ");
  if (holds_not_finite(text)) {
    return say(Reason::json_not_finite, "holds NaN or Infinity, which JSON does not have (expected null): ");
  }
  if (error == simdjson::STRING_ERROR) {
    return holds_lone_surrogate(text) ? say(Reason::json_lone_surrogate, "has half a surrogate pair in a text: ")
                                      : say(Reason::json_invalid, "has an escape that is none in a text: ");
  }
  // Debian's library has a code of its own for whole numbers that are too large, where its header has UTF8_ERROR.
  if (error == simdjson::NUMBER_ERROR || error == simdjson::UTF8_ERROR) {
    return say(Reason::json_number_range, "has a number that is none or beyond what 64 bits hold: ");
  }
  JsonValues values(text, false);
  const auto piece = values.next();
  return say(Reason::json_invalid, piece && !piece->whole ? "ends in the middle: " : "is not JSON: ");
}

std::string_view text_of(simdjson::dom::element element) {
  return element.get_string().value_unsafe();
}

}  // namespace

std::optional<Finding> JsonRow::read(std::string_view text) {
  if (outline_.read(text)) {
    shape_ = Shape::plain;
    return std::nullopt;
  }
  if (text.size() > capacity_) {
    capacity_ = std::max<std::size_t>(text.size() + text.size() / 2, std::size_t{64} << 10);
    if (parser_.allocate(capacity_, max_depth) != simdjson::SUCCESS) throw std::bad_alloc();
  }
  Element element;
  if (const auto error = parser_.parse(text.data(), text.size(), false).get(element)) return fault_of(error, text);
  Object object;
  if (element.get(object) != simdjson::SUCCESS) {
    return Finding{Reason::json_not_object, "",
                   "row is no object: " + quote_briefly(text) + R"( (expected like {"customer": ...}))"};
  }
  const auto signs = signs_of(object);
  shape_ = shape_of(signs);
  row_.begin(shape_);
  if (shape_ == Shape::plain || shape_ == Shape::ga4) {
    lay_object(object, row_.top());
    if (shape_ == Shape::plain) learn(text, signs);
  } else {
    lay_segment(object);
    auto& event = row_.key(row_.top(), "event");
    if (const auto name = event_of_call(signs.call); !name.empty() && !row_.has(event))
      row_.put(event, text_cell(name));
  }
  return std::nullopt;
}

/// An outline has its keys from many rows: it holds only while no choice of them would be of another shape.
void JsonRow::learn(std::string_view text, const JsonSigns& signs) {
  signs_.type |= signs.type;
  signs_.user |= signs.user;
  signs_.event_name |= signs.event_name;
  signs_.event_timestamp |= signs.event_timestamp;
  signs_.export_keys |= signs.export_keys;
  if (is_ga4(signs_) || (signs_.user && signs_.type)) return outline_.give_up();
  outline_.learn(text);
}

void JsonRow::lay_object(Object object, RowKey& around) {
  for (const auto [key, value] : object) lay(value, row_.key(around, key));
}

void JsonRow::lay(Element element, RowKey& key) {
  switch (element.type()) {
    case element_type::NULL_VALUE: return;
    case element_type::STRING: return row_.put(key, text_cell(text_of(element)));
    case element_type::INT64: return row_.put(key, whole_cell(Cell::Kind::integer, element.get_int64().value_unsafe()));
    case element_type::UINT64:  // beyond what a cell holds: all its digits as text
      return row_.put(key, text_cell(row_.keep(std::to_string(element.get_uint64().value_unsafe()))));
    case element_type::DOUBLE: return row_.put(key, number_cell(element.get_double().value_unsafe()));
    case element_type::BOOL:
      return row_.put(key, whole_cell(Cell::Kind::boolean, element.get_bool().value_unsafe() ? 1 : 0));
    case element_type::OBJECT: return lay_object(element.get_object().value_unsafe(), key);
    case element_type::ARRAY: return lay_list(element.get_array().value_unsafe(), key);
  }
}

void JsonRow::lay_list(Array list, RowKey& key) {
  if (key.parameters) {
    for (const auto parameter : list) lay_parameter(parameter, key);
    return;
  }
  if (list.begin() == list.end()) return;
  row_.put(key, text_cell(row_.keep(simdjson::minify(list))));
  if (shape_ == Shape::ga4 && key.path == "items") lay_product(list, key);
}

/// {"key": "page", "value": {"string_value": "/home", "int_value": null, ...}}
void JsonRow::lay_parameter(Element parameter, RowKey& around) {
  std::string_view name;
  Object values;
  if (parameter["key"].get(name) != simdjson::SUCCESS || parameter["value"].get(values) != simdjson::SUCCESS) {
    return row_.put(around, text_cell(row_.keep(simdjson::minify(parameter))));
  }
  auto& key = row_.key(around, name);
  for (const auto [kind, value] : values) {
    if (value.is_null() || kind == "set_timestamp_micros") continue;
    if (kind == "int_value" && value.is_string()) {
      return row_.put(key, integer_of(text_cell(text_of(value))));
    }
    return lay(value, key);
  }
}

/// What was bought or looked at first.
void JsonRow::lay_product(Array items, RowKey& key) {
  Object item;
  if (items.at(0).get(item) != simdjson::SUCCESS) return;
  for (const std::string_view name : {"item_name", "item_id"}) {
    Element value;
    if (item[name].get(value) != simdjson::SUCCESS || !value.is_string() || text_of(value).empty()) continue;
    return lay(value, row_.key(row_.key(key, "0"), name));
  }
}

void JsonRow::lay_segment(Object call) {
  Element time;
  if (call["timestamp"].get(time) != simdjson::SUCCESS || time.is_null()) lay_corrected_time(call);
  lay_object(call, row_.top());
}

/// A device's clock may be wrong, but it is wrong by as much when it sends: the event happened as long before it was
/// received as it was old when it was sent. Events that were sent together keep their order.
void JsonRow::lay_corrected_time(Object call) {
  std::array<std::int64_t, 3> micros{};
  constexpr std::array<const char*, 3> keys{"originalTimestamp", "sentAt", "receivedAt"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::string_view text;
    if (call[keys[i]].get(text) != simdjson::SUCCESS) return;
    const auto time = times_.read(text);
    if (!time || !time->zoned) return;
    micros[i] = time->micros;
  }
  const auto [original, sent, received] = micros;
  row_.put(row_.key(row_.top(), "timestamp"), whole_cell(Cell::Kind::utc, received - (sent - original)));
}

}  // namespace peregrine::ingest
