#include "ingest/mapping_file.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/yaml.hpp"
#include "ingest/reason.hpp"
#include "ingest/time_pattern.hpp"
#include "model/names.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t most_columns = 2000;

/// Walks the document and knows where each of its values was written.
class Document {
 public:
  Document(std::string_view text, const std::string& name) : name_(name) {
    root_ = json::parse_yaml(text, name, places_);
    if (root_.is_null()) root_ = json::object();
  }

  MappingFile read() {
    MappingFile file;
    file.name = name_;
    file.hash = format_hash(hash128(json::format(root_)));
    const auto& object =
        object_at(root_, "", "columns and what they are made of, such as columns: {customer: buyer_id}");
    expect_names(object, "",
                 {"columns", "leave_out", "join", "ignore", "types", "timezone", "time_format", "day_first"});
    if (const auto* columns = object.if_contains("columns")) read_columns(*columns, file);
    if (const auto* leave_out = object.if_contains("leave_out")) read_leave_out(*leave_out, file);
    if (const auto* join = object.if_contains("join")) read_join(*join, file);
    if (const auto* ignore = object.if_contains("ignore")) {
      for_each_item(*ignore, "ignore", "a list of columns", [&](const json::value& item, const std::string& path) {
        file.ignore.push_back(written(text_at(item, path, "the name of a column"), path));
      });
    }
    if (const auto* types = object.if_contains("types")) read_types(*types, file);
    if (const auto* zone = object.if_contains("timezone")) {
      file.timezone = text_at(*zone, "timezone", "a zone such as Europe/Amsterdam");
      Zone::find(*file.timezone, place("timezone") + ": timezone");
    }
    if (const auto* format = object.if_contains("time_format")) {
      file.time_format = text_at(*format, "time_format", "a pattern such as %d/%m/%Y %H:%M");
      TimePattern::parse(*file.time_format, place("time_format") + ": time_format");
    }
    if (const auto* day_first = object.if_contains("day_first")) {
      if (!day_first->is_bool()) refuse_at("day_first", *day_first, "true or false");
      file.day_first = day_first->get_bool();
    }
    return file;
  }

 private:
  std::string place(const std::string& path) const {
    const auto found = places_.find(path);
    const auto at = found == places_.end() ? json::YamlPlace{} : found->second;
    return name_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  [[noreturn]] void refuse_at(const std::string& path, const json::value& got, std::string_view expected) const {
    refuse(place(path) + (path.empty() ? "" : ": " + path), got, expected);
  }
  [[noreturn]] void fail(const std::string& path, std::string what, std::string expected) const {
    throw Error(ErrorKind::invalid, place(path) + (path.empty() ? "" : ": " + path), std::move(what),
                std::move(expected));
  }

  Written written(std::string text, const std::string& path) const {
    const auto found = places_.find(path);
    const auto at = found == places_.end() ? json::YamlPlace{} : found->second;
    return {std::move(text), name_, at.line, at.column};
  }

  const json::object& object_at(const json::value& value, const std::string& path, std::string_view expected) const {
    if (!value.is_object()) refuse_at(path, value, expected);
    return value.get_object();
  }
  std::string text_at(const json::value& value, const std::string& path, std::string_view expected) const {
    if (!value.is_string()) refuse_at(path, value, expected);
    return std::string(json::text_of(value.get_string()));
  }
  template <class Each>
  void for_each_item(const json::value& value, const std::string& path, std::string_view expected,
                     const Each& each) const {
    if (!value.is_array()) refuse_at(path, value, expected);
    for (std::size_t i = 0; i < value.get_array().size(); ++i) each(value.get_array()[i], join_place(path, i));
  }
  void expect_names(const json::object& object, const std::string& path,
                    std::initializer_list<std::string_view> known) const {
    for (const auto& member : object) {
      if (std::find(known.begin(), known.end(), member.key()) != known.end()) continue;
      const std::vector<std::string_view> names(known);
      const auto hint = propose(member.key(), names);
      std::string list = "one of";
      for (const auto name : names) list += (list.size() == 6 ? " " : ", ") + std::string(name);
      fail(join_place(path, member.key()), "means nothing here", hint.empty() ? list : hint);
    }
  }

  /// Text is an expression; a number is itself.
  Written expression(const json::value& value, const std::string& path) const {
    if (value.is_string()) return written(std::string(json::text_of(value.get_string())), path);
    if (value.is_int64() || value.is_double() || value.is_bool()) return written(json::format(value), path);
    refuse_at(path, value, "an expression such as Quantity * UnitPrice");
  }
  Constant constant(const json::value& value, const std::string& path) const {
    if (value.is_string()) return {value, std::string(json::text_of(value.get_string()))};
    if (value.is_int64() || value.is_double() || value.is_bool()) return {value, json::format(value)};
    refuse_at(path, value, "a text, a number, true or false");
  }

  void read_columns(const json::value& value, MappingFile& file) const {
    const auto& columns = object_at(value, "columns", "names with what they are made of");
    if (columns.size() > most_columns) fail("columns", "defines too many columns", "at most 2000");
    for (const auto& member : columns) {
      const auto path = join_place("columns", member.key());
      Definition definition;
      definition.column = written(std::string(member.key()), path);
      if (definition.column.text.empty()) fail(path, "has no name", "a name for the column");
      read_definition(member.value(), path, definition);
      file.columns.push_back(std::move(definition));
    }
  }

  void read_definition(const json::value& value, const std::string& path, Definition& definition) const {
    if (value.is_array()) {
      for_each_item(value, path, "", [&](const json::value& item, const std::string& at) {
        if (!definition.choices.empty() && !definition.choices.back().when) {
          fail(at, "is never reached: the choice before has no condition", "conditions first");
        }
        definition.choices.push_back(choice(item, at));
      });
      if (definition.choices.empty()) fail(path, "is an empty list", "at least one {when: ..., is: ...}");
    } else if (value.is_object()) {
      read_object(value.get_object(), path, definition);
    } else {
      definition.choices.push_back({std::nullopt, expression(value, path), std::nullopt});
    }
  }

  void read_object(const json::object& object, const std::string& path, Definition& definition) const {
    if (const auto* value = object.if_contains("constant")) {
      expect_names(object, path, {"constant"});
      definition.choices.push_back({std::nullopt, std::nullopt, constant(*value, join_place(path, "constant"))});
      return;
    }
    expect_names(object, path, {"constant", "from", "rename"});
    const auto* from = object.if_contains("from");
    const auto* rename = object.if_contains("rename");
    if (from == nullptr || rename == nullptr) fail(path, "is not whole", "{constant: ...} or {from: ..., rename: ...}");
    definition.choices.push_back({std::nullopt, expression(*from, join_place(path, "from")), std::nullopt});
    const auto at = join_place(path, "rename");
    for (const auto& member : object_at(*rename, at, "codes with what they become")) {
      definition.rename.emplace(member.key(), constant(member.value(), join_place(at, member.key())).text);
    }
  }

  Choice choice(const json::value& item, const std::string& path) const {
    const auto& object = object_at(item, path, "{when: ..., is: ...}, {when: ..., take: ...} or {otherwise: ...}");
    Choice choice;
    if (const auto* otherwise = object.if_contains("otherwise")) {
      expect_names(object, path, {"otherwise"});
      choice.is = constant(*otherwise, join_place(path, "otherwise"));
      return choice;
    }
    expect_names(object, path, {"when", "is", "take", "otherwise"});
    if (const auto* when = object.if_contains("when")) choice.when = expression(*when, join_place(path, "when"));
    const auto* is = object.if_contains("is");
    const auto* take = object.if_contains("take");
    if ((is == nullptr) == (take == nullptr)) {
      fail(path, "does not say what the cell becomes", "either is: VALUE or take: EXPRESSION");
    }
    if (is != nullptr) choice.is = constant(*is, join_place(path, "is"));
    if (take != nullptr) choice.take = expression(*take, join_place(path, "take"));
    return choice;
  }

  void read_leave_out(const json::value& value, MappingFile& file) const {
    for_each_item(value, "leave_out", "a list of {when: ..., because: ...}",
                  [&](const json::value& item, const std::string& path) {
                    const auto& object = object_at(item, path, "{when: ..., because: ...}");
                    expect_names(object, path, {"when", "because"});
                    const auto* when = object.if_contains("when");
                    const auto* because = object.if_contains("because");
                    if (when == nullptr) fail(path, "has no condition", "when: CONDITION");
                    if (because == nullptr) fail(path, "does not say why", "because: TEXT, which the ledger shows");
                    file.leave_out.push_back({expression(*when, join_place(path, "when")),
                                              text_at(*because, join_place(path, "because"), "a text")});
                  });
  }

  void read_join(const json::value& value, MappingFile& file) const {
    Join join;
    for (const auto& member : object_at(value, "join", "{by: COLUMN, value: sum, ...}")) {
      const auto path = join_place("join", member.key());
      if (member.key() == "by") {
        if (member.value().is_array()) {
          for_each_item(member.value(), path, "", [&](const json::value& item, const std::string& at) {
            join.by.push_back(expression(item, at));
          });
        } else {
          join.by.push_back(expression(member.value(), path));
        }
        continue;
      }
      const auto rule = JsonType<JoinRule>::read(member.value(), place(path) + ": " + path, {});
      join.columns.push_back({written(std::string(member.key()), path), rule});
    }
    if (join.by.empty()) fail("join", "does not say by what rows belong together", "by: COLUMN");
    file.join = std::move(join);
  }

  void read_types(const json::value& value, MappingFile& file) const {
    for (const auto& member : object_at(value, "types", "columns with text, number, boolean or time")) {
      const auto path = join_place("types", member.key());
      const auto type = JsonType<ColumnType>::read(member.value(), place(path) + ": " + path, {});
      if (type == ColumnType::money) refuse_at(path, member.value(), "one of text, number, boolean, time");
      file.types.push_back({written(std::string(member.key()), path), type});
    }
  }

  const std::string& name_;
  json::YamlPlaces places_;
  json::value root_;
};

/// As YAML text in double quotes, or plain where that is the same.
std::string yaml_text(std::string_view text) {
  const bool plain =
      !text.empty() &&
      std::all_of(text.begin(), text.end(),
                  [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.'; }) &&
      text.front() != '.' && text.size() > 1;
  constexpr auto words = std::to_array<std::string_view>({"true", "false", "null", "yes", "no", "on", "off"});
  std::string lower(text);
  for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (plain && std::find(words.begin(), words.end(), lower) == words.end()) return std::string(text);
  return json::format(json::value(boost::json::string(text)));
}

}  // namespace

MappingFile MappingFile::parse(std::string_view text, const std::string& name) {
  return Document(text, name).read();
}

std::string MappingFile::format(const Mapping& mapping, std::string_view timezone) {
  std::string columns;
  std::string types;
  std::string ignored;
  for (const auto& column : mapping.columns) {
    if (column.becomes.empty()) {
      ignored += "  - " + yaml_text(column.column) + (column.note.empty() ? "" : "  # " + column.note) + "\n";
      continue;
    }
    const auto what =
        column.column.empty() ? "{constant: " + yaml_text(column.constant) + "}" : yaml_text(column.column);
    columns += "  " + yaml_text(column.becomes) + ": " + what;
    const bool found = column.why == Why::by_shape || column.why == Why::by_name || column.why == Why::guessed;
    if (found) columns += "  # " + std::string(peregrine::name_of(column.why));
    if (!column.note.empty() && !column.column.empty()) columns += (found ? ": " : "  # ") + column.note;
    columns += "\n";
    if (column.why == Why::property)
      types += "  " + yaml_text(column.becomes) + ": " + std::string(peregrine::name_of(column.type)) + "\n";
  }
  std::string out =
      "# What the columns of " + mapping.file + " become. Edit it, then import with --mapping and this file.\n";
  out += "columns:\n" + columns;
  if (!types.empty()) out += "types:\n" + types;
  if (!ignored.empty()) out += "ignore:\n" + ignored;
  if (!timezone.empty()) out += "timezone: " + yaml_text(timezone) + "\n";
  if (!mapping.time_format.empty()) out += "time_format: " + yaml_text(mapping.time_format) + "\n";
  if (mapping.times == "day/month/year") out += "day_first: true\n";
  if (mapping.times == "month/day/year") out += "day_first: false\n";
  return out;
}

}  // namespace peregrine::ingest
