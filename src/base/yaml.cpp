#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/json.hpp"

namespace peregrine::json {

namespace {

constexpr int max_depth = 32;
constexpr std::size_t max_values = 100'000;  // aliases make much of little: ten lists of ten aliases are 10^10 values

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return boost::json::string(text);  // quoted
  if (is_any_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (is_any_of(text, {"true", "True", "TRUE"})) return true;
  if (is_any_of(text, {"false", "False", "FALSE"})) return false;
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  const char* begin = text.data() + (plus ? 1 : 0);
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(begin, end, integer); read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  double number = 0;
  const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (const auto read = std::from_chars(begin, end, number); numeric && read.ec == std::errc() && read.ptr == end) {
    return number;
  }
  return boost::json::string(text);
}

value convert(const YAML::Node& node, std::string_view where, int depth, std::size_t& values) {
  const auto fail_at = [&](const YAML::Node& place, std::string what, std::string expected) -> Error {
    return {ErrorKind::invalid, std::string(where) + ":" + std::to_string(place.Mark().line + 1), std::move(what),
            std::move(expected)};
  };
  const auto fail = [&](std::string what, std::string expected) {
    return fail_at(node, std::move(what), std::move(expected));
  };
  if (depth > max_depth) throw fail("is nested too deep", "at most " + std::to_string(max_depth) + " levels");
  if (++values > max_values) throw fail("holds too much", "at most " + std::to_string(max_values) + " values");
  switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null: return nullptr;
    case YAML::NodeType::Scalar: return scalar(node);
    case YAML::NodeType::Sequence: {
      array items;
      for (const auto& item : node) items.push_back(convert(item, where, depth + 1, values));
      return items;
    }
    case YAML::NodeType::Map: {
      object members;
      for (const auto& member : node) {
        if (!member.first.IsScalar()) throw fail_at(member.first, "has a key that is not text", "a plain name");
        const std::string& key = member.first.Scalar();
        if (members.contains(key)) throw fail_at(member.first, "says \"" + key + "\" twice", "once");
        members[key] = convert(member.second, where, depth + 1, values);
      }
      return members;
    }
  }
  return nullptr;
}

}  // namespace

value parse_yaml(std::string_view text, std::string_view where) {
  try {
    std::size_t values = 0;
    return convert(YAML::Load(std::string(text)), where, 0, values);
  } catch (const YAML::Exception& failure) {
    throw Error(ErrorKind::invalid, std::string(where) + ":" + std::to_string(failure.mark.line + 1),
                "is not YAML: " + failure.msg);
  }
}

}  // namespace peregrine::json
