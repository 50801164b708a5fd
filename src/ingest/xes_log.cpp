#include "ingest/xes_log.hpp"

#include <expat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <new>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "ingest/csv_record.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t max_nesting = 64;

/// The value of an XML attribute, or nothing.
const char* find(const char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2) {
    if (name == *attributes) return attributes[1];
  }
  return nullptr;
}

/// Without a prefix of its namespace.
std::string_view local_name(std::string_view name) {
  return name.substr(name.find(':') + 1);
}

bool is_attribute(std::string_view type) {
  constexpr auto types =
      std::to_array<std::string_view>({"string", "date", "int", "float", "boolean", "id", "list", "container"});
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// A value that is not of its type stays the text it is.
XesAttribute typed(std::string_view type, std::string key, std::string_view value) {
  XesAttribute attribute{.key = std::move(key), .text = std::string(value)};
  const auto* end = value.data() + value.size();
  if (type == "int") {
    const auto done = std::from_chars(value.data(), end, attribute.integer);
    if (done.ec == std::errc() && done.ptr == end) attribute.kind = Cell::Kind::integer;
  } else if (type == "float") {
    const auto done = std::from_chars(value.data(), end, attribute.number);
    const bool read = done.ec == std::errc() && done.ptr == end && std::isfinite(attribute.number);
    if (read) attribute.kind = Cell::Kind::number;
  } else if (type == "boolean" && (value == "true" || value == "false")) {
    attribute.kind = Cell::Kind::boolean;
    attribute.integer = value == "true" ? 1 : 0;
  }
  if (attribute.kind != Cell::Kind::text) attribute.text.clear();
  return attribute;
}

bool has(const std::vector<XesAttribute>& attributes, std::string_view key) {
  return std::any_of(attributes.begin(), attributes.end(), [&](const XesAttribute& each) { return each.key == key; });
}

}  // namespace

XesLog::XesLog(std::string name, Each each)
    : name_(std::move(name)), each_(std::move(each)), parser_(XML_ParserCreate(nullptr)) {
  if (parser_ == nullptr) throw std::bad_alloc();
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, on_start, on_end);
  XML_SetEntityDeclHandler(parser_, on_entity);
}

XesLog::~XesLog() {
  XML_ParserFree(parser_);
}

bool XesLog::read(std::string_view bytes, bool final) {
  const auto status = XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), final ? 1 : 0);
  if (failure_) std::rethrow_exception(failure_);
  if (stopped_) return false;
  if (status == XML_STATUS_OK) return true;
  const auto code = XML_GetErrorCode(parser_);
  if (code == XML_ERROR_NO_MEMORY) throw std::bad_alloc();
  const auto line = std::to_string(XML_GetCurrentLineNumber(parser_));
  throw Error(ErrorKind::corrupt, name_ + ":" + line, std::string("is not XML or is cut off: ") + XML_ErrorString(code),
              "make the file again or fetch it again");
}

/// Nothing may be thrown through the parser.
template <class Work>
void XesLog::guarded(const Work& work) {
  if (failure_ || stopped_) return;
  try {
    work();
  } catch (...) {
    failure_ = std::current_exception();
    XML_StopParser(parser_, XML_FALSE);
  }
}

void XesLog::on_start(void* self, const char* name, const char** attributes) {
  auto& log = *static_cast<XesLog*>(self);
  log.guarded([&] { log.start(local_name(name), attributes); });
}

void XesLog::on_end(void* self, const char*) {
  auto& log = *static_cast<XesLog*>(self);
  log.guarded([&] { log.end(); });
}

void XesLog::on_entity(void* self, const char*, int, const char*, int, const char*, const char*, const char*,
                       const char*) {
  auto& log = *static_cast<XesLog*>(self);
  log.guarded([&] { log.refuse("declares entities, which can swell without bound", "a log without a DOCTYPE"); });
}

void XesLog::refuse(const std::string& what, const std::string& expected) const {
  throw Error(ErrorKind::invalid, name_, what, expected);
}

void XesLog::start(std::string_view name, const char** attributes) {
  const auto around = open_.empty() ? Place::outside : open_.back().place;
  if (open_.size() >= max_nesting) refuse("is nested more than 64 deep", "attributes that are less deep");
  if (open_.empty() && name != "log") refuse("is XML, but no XES event log", "a document that begins with <log>");
  if (is_attribute(name)) return start_attribute(name, attributes);
  if (name == "values" && open_.back().list) return open_.push_back({around, {}});
  auto place = Place::other;
  if (around == Place::outside) place = Place::log;
  if (around == Place::log && name == "trace") {
    place = Place::trace;
    trace_.clear();
    other_bytes_ = 0;
  }
  if ((around == Place::trace || around == Place::log) && name == "event") {
    place = Place::event;
    event_ = {};
    event_bytes_ = 0;
    event_.offset = static_cast<std::uint64_t>(XML_GetCurrentByteIndex(parser_));
    if (around == Place::log) trace_.clear();
  }
  if (around == Place::log && name == "global") {
    const auto* scope = find(attributes, "scope");
    place = scope != nullptr && std::strcmp(scope, "trace") == 0 ? Place::global_of_trace : Place::global_of_event;
  }
  open_.push_back({place, {}});
}

std::string XesLog::path_of(std::string_view key) const {
  std::string path;
  for (const auto& each : open_) {
    if (!each.key.empty()) path += each.key + ".";
  }
  return path.append(key);
}

std::vector<XesAttribute>* XesLog::attributes_of(Place place) {
  switch (place) {
    case Place::event: return &event_.attributes;
    case Place::trace: return &trace_;
    case Place::global_of_trace: return &trace_defaults_;
    case Place::global_of_event: return &event_defaults_;
    default: return nullptr;
  }
}

void XesLog::start_attribute(std::string_view type, const char** attributes) {
  const auto around = open_.back();
  const auto* key = find(attributes, "key");
  const auto* value = find(attributes, "value");
  const bool list = type == "list";
  const auto within = std::find_if(open_.rbegin(), open_.rend(), [](const Open& each) { return each.list; });
  auto* to = attributes_of(around.place);
  std::optional<std::size_t> attribute;
  if (to != nullptr && key != nullptr) {
    if (within != open_.rend() && value != nullptr) {
      if (within->attribute) add_to_list(*within, typed(type, path_of(key), value));
    } else if (list) {
      const auto before = to->size();
      add(*to, {.key = path_of(key), .text = "["});
      if (to->size() > before) attribute = before;
    } else if (value != nullptr && type != "container") {
      add(*to, typed(type, path_of(key), value));
    }
  }
  // What stands inside an attribute belongs to where the attribute does.
  open_.push_back({around.place, key != nullptr ? key : "", list, attribute});
}

/// Appends `{"key":value}` to the attribute that holds the list.
void XesLog::add_to_list(const Open& within, const XesAttribute& attribute) {
  auto& list = (*attributes_of(within.place))[*within.attribute].text;
  const auto cell = attribute.cell();
  json::value value;
  if (cell.kind == Cell::Kind::text) value = boost::json::string(cell.text);
  if (cell.kind == Cell::Kind::integer) value = cell.integer;
  if (cell.kind == Cell::Kind::number) value = cell.number;
  if (cell.kind == Cell::Kind::boolean) value = cell.integer != 0;
  const auto whole = json::format(json::object{{attribute.key.substr(attribute.key.rfind('.') + 1), value}});
  (open_.back().place == Place::event ? event_bytes_ : other_bytes_) += whole.size();
  if (std::max(event_bytes_, other_bytes_) > max_record) {
    event_.too_large = true;
    return;
  }
  list += (list.size() > 1 ? "," : "") + whole;
}

void XesLog::add(std::vector<XesAttribute>& to, XesAttribute attribute) {
  const auto size = sizeof(XesAttribute) + attribute.key.size() + attribute.text.size();
  if (&to == &event_.attributes) {
    event_bytes_ += size;
    if (event_bytes_ > max_record) {
      event_.too_large = true;
      return;
    }
  } else {
    other_bytes_ += size;
    if (other_bytes_ > max_record) refuse("has a trace with attributes of more than 16 MiB", "less");
  }
  to.push_back(std::move(attribute));
}

void XesLog::end() {
  const auto closed = std::move(open_.back());
  open_.pop_back();
  if (closed.attribute) (*attributes_of(closed.place))[*closed.attribute].text += "]";
  const bool whole_event = closed.place == Place::event && (open_.empty() || open_.back().place != Place::event);
  if (whole_event) end_event();
}

/// A default stands in for what an event does not say, but never for when or what.
void XesLog::end_event() {
  const auto fill = [](std::vector<XesAttribute>& attributes, const std::vector<XesAttribute>& defaults) {
    for (const auto& each : defaults) {
      const bool known = each.key != "time:timestamp" && each.key != "concept:name" && each.text != "__INVALID__";
      if (known && !has(attributes, each.key)) attributes.push_back(each);
    }
  };
  fill(event_.attributes, event_defaults_);
  fill(trace_, trace_defaults_);
  if (each_(trace_, event_)) return;
  stopped_ = true;
  XML_StopParser(parser_, XML_FALSE);
}

}  // namespace peregrine::ingest
