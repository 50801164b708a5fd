// A XesLog goes through an event log in XES (IEEE 1849) as a stream: for each event it knows the event's attributes and
// those of the trace around it. Expat reads the XML; documents that declare entities are refused. One thread.
//
// log   = global* (extension | classifier | attribute)* trace*          global = the defaults of events or traces
// trace = attribute* event*            event = attribute*
// attribute = string | date | int | float | boolean | id (key, value), which may hold attributes; list | container
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/cell.hpp"

struct XML_ParserStruct;

namespace peregrine::ingest {

/// A typed value under its key; keys of attributes inside others are divided by dots.
struct XesAttribute {
  std::string key;
  Cell::Kind kind = Cell::Kind::text;
  std::string text;  // text
  std::int64_t integer = 0;
  double number = 0;

  Cell cell() const { return {kind, text, integer, number}; }
};

struct XesEvent {
  std::vector<XesAttribute> attributes;
  std::uint64_t offset = 0;  // of `<event` in the document
  bool too_large = false;    // attributes beyond 16 MiB were left out
};

class XesLog {
 public:
  /// `each` is called for every event and returns whether to go on.
  using Each = std::function<bool(const std::vector<XesAttribute>& trace, const XesEvent& event)>;

  XesLog(std::string name, Each each);
  XesLog(const XesLog&) = delete;
  XesLog& operator=(const XesLog&) = delete;
  ~XesLog();

  /// Reads the next bytes of the document; `final` with the last. False when `each` asked to stop. Throws `corrupt`
  /// for what is not XML and `invalid` for what is no event log.
  bool read(std::string_view bytes, bool final);

 private:
  enum class Place : std::uint8_t { outside, log, trace, event, global_of_trace, global_of_event, other };
  struct Open {
    Place place;
    std::string key;  // of an attribute
    bool list = false;
    std::optional<std::size_t> attribute = {};  // that holds the list, where it is kept
  };

  static void on_start(void* self, const char* name, const char** attributes);
  static void on_end(void* self, const char* name);
  static void on_entity(void* self, const char*, int, const char*, int, const char*, const char*, const char*,
                        const char*);

  template <class Work>
  void guarded(const Work& work);
  void start(std::string_view name, const char** attributes);
  void end();
  void start_attribute(std::string_view type, const char** attributes);
  void add_to_list(const Open& list, const XesAttribute& attribute);
  void end_event();
  void add(std::vector<XesAttribute>& to, XesAttribute attribute);
  std::vector<XesAttribute>* attributes_of(Place place);
  std::string path_of(std::string_view key) const;
  [[noreturn]] void refuse(const std::string& what, const std::string& expected) const;

  std::string name_;
  Each each_;
  XML_ParserStruct* parser_;
  std::vector<Open> open_;
  std::vector<XesAttribute> trace_;
  std::vector<XesAttribute> trace_defaults_;
  std::vector<XesAttribute> event_defaults_;
  XesEvent event_;
  std::size_t event_bytes_ = 0;
  std::size_t other_bytes_ = 0;  // of the trace and the defaults
  bool stopped_ = false;
  std::exception_ptr failure_;
};

}  // namespace peregrine::ingest
