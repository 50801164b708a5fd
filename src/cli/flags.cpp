#include "cli/flags.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/error.hpp"

namespace peregrine::cli {

namespace {

bool is_type(const json::object& schema, std::string_view type) {
  const auto* said = schema.if_contains("type");
  if (said == nullptr) return false;
  if (said->is_string()) return json::text_of(said->get_string()) == type;
  for (const auto& each : said->as_array()) {
    if (json::text_of(each.as_string()) == type) return true;
  }
  return false;
}

bool looks_like_json(std::string_view text) {
  return text.starts_with('[') || text.starts_with('{');
}

json::value number_or_text(const std::string& text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number);
      read.ec == std::errc() && read.ptr == end && std::isfinite(number)) {
    return number;
  }
  return boost::json::string(text);
}

json::value read_boolean(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  return boost::json::string(text);  // who reads the parameters says what is wrong with it
}

json::value read_value(const std::string& text, const json::object& schema, const std::string& flag) {
  if (is_type(schema, "string")) return boost::json::string(text);  // bare numbers too: lengths of time say their unit
  if (looks_like_json(text)) return json::parse(text, flag);
  if (is_type(schema, "array")) {
    const auto& items = schema.at("items").as_object();
    json::array list;
    for (std::size_t begin = 0; begin <= text.size();) {
      const auto end = std::min(text.find(',', begin), text.size());
      list.push_back(read_value(text.substr(begin, end - begin), items, flag));
      begin = end + 1;
    }
    return list;
  }
  if (is_type(schema, "integer") || is_type(schema, "number")) return number_or_text(text);
  return boost::json::string(text);
}

std::string type_words(const json::object& schema) {
  if (const auto* names = schema.if_contains("enum")) {
    std::string words;
    for (const auto& name : names->as_array()) {
      words += (words.empty() ? "" : "|") + std::string(json::text_of(name.as_string()));
    }
    return words;
  }
  if (schema.contains("format") && schema.at("format") == "duration") return "LENGTH";
  if (is_type(schema, "array")) return type_words(schema.at("items").as_object()) + ",...";
  if (is_type(schema, "boolean")) return "";
  if (is_type(schema, "integer") || is_type(schema, "number")) return "N";
  if (is_type(schema, "object")) return "JSON";
  return "TEXT";
}

}  // namespace

json::object parse_flags(const std::vector<std::string>& words, const json::object& schema) {
  const auto& properties = schema.at("properties").as_object();
  json::object values;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (!word.starts_with("--")) {
      throw Error(ErrorKind::invalid, word, "is not expected here", "flags look like --window 7d");
    }
    auto name = word.substr(2);
    std::string given;
    bool has_value = false;
    if (const auto equals = name.find('='); equals != std::string::npos) {
      given = name.substr(equals + 1);
      name.resize(equals);
      has_value = true;
    }
    for (auto& letter : name) letter = letter == '-' ? '_' : letter;
    const auto* property = properties.if_contains(name);
    if (property == nullptr) {
      std::vector<std::string_view> known;
      for (const auto& member : properties) known.push_back(member.key());
      throw Error(ErrorKind::invalid, word, "is no flag here", propose(name, known));
    }
    const auto& described = property->as_object();
    if (!has_value && is_type(described, "boolean")) {
      values[name] = true;
      continue;
    }
    if (!has_value) {
      if (i + 1 == words.size() || words[i + 1].starts_with("--"))
        throw Error(ErrorKind::invalid, word, "has no value", type_words(described));
      given = words[++i];
    }
    values[name] = is_type(described, "boolean") ? read_boolean(given) : read_value(given, described, word);
  }
  return values;
}

void SchemaFlags::add(CLI::App& verb, const json::object& schema) {
  for (const auto& member : schema.at("properties").as_object()) {
    const std::string name = "--" + std::string(member.key());
    if (verb.get_option_no_throw(name) != nullptr) continue;
    const auto& described = member.value().as_object();
    const std::string words(json::text_of(described.at("description").as_string()));
    if (is_type(described, "boolean")) {
      verb.add_flag_callback(
          name, [said = said_, name] { said->push_back(name); }, words);
      continue;
    }
    const auto take = [said = said_, name](const std::string& value) { said->push_back(name + "=" + value); };
    verb.add_option_function<std::string>(name, take, words)->option_text(type_words(described));
  }
}

std::vector<std::string> SchemaFlags::words(const CLI::App& verb) const {
  auto words = *said_;
  for (const auto& each : verb.remaining()) {
    if (each.starts_with("--")) words.push_back(each);
  }
  return words;
}

std::string format_flags(const json::object& schema) {
  std::string out;
  for (const auto& member : schema.at("properties").as_object()) {
    const auto& property = member.value().as_object();
    std::string fallback;
    if (const auto* value = property.if_contains("default"); value != nullptr && !value->is_null()) {
      const auto text = value->is_string() ? std::string(json::text_of(value->get_string())) : json::format(*value);
      if (!text.empty() && text != "[]") fallback = fmt::format(" [{}]", text);
    }
    const auto flag = fmt::format("--{} {}", member.key(), type_words(property));
    out += fmt::format("  {:<28} {}{}\n", flag, json::text_of(property.at("description").as_string()), fallback);
  }
  return out;
}

}  // namespace peregrine::cli
