#include "base/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/fields.hpp"

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

class Conversion {
 public:
  Conversion(std::string_view where, YamlPlaces* places) : where_(where), places_(places) {}

  /// `path` is where the node stands in the document.
  value convert(const YAML::Node& node, const std::string& path, int depth) {
    if (depth > max_depth) throw fail(node, "is nested too deep", "at most " + std::to_string(max_depth) + " levels");
    if (++values_ > max_values) throw fail(node, "holds too much", "at most " + std::to_string(max_values) + " values");
    if (places_ != nullptr) (*places_)[path] = place_of(node);
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null: return nullptr;
      case YAML::NodeType::Scalar: return scalar(node);
      case YAML::NodeType::Sequence: {
        array items;
        for (const auto& item : node) items.push_back(convert(item, join_place(path, items.size()), depth + 1));
        return items;
      }
      case YAML::NodeType::Map: return convert_members(node, path, depth);
    }
    return nullptr;
  }

 private:
  object convert_members(const YAML::Node& node, const std::string& path, int depth) {
    object members;
    for (const auto& member : node) {
      if (!member.first.IsScalar()) throw fail(member.first, "has a key that is not text", "a plain name");
      const std::string& key = member.first.Scalar();
      if (members.contains(key)) throw fail(member.first, "says \"" + key + "\" twice", "once");
      members[key] = convert(member.second, join_place(path, key), depth + 1);
    }
    return members;
  }

  static YamlPlace place_of(const YAML::Node& node) {
    const bool quoted = node.IsScalar() && node.Tag() == "!";
    return {node.Mark().line + 1, node.Mark().column + 1 + (quoted ? 1 : 0)};
  }

  Error fail(const YAML::Node& place, std::string what, std::string expected) const {
    return {ErrorKind::invalid, std::string(where_) + ":" + std::to_string(place.Mark().line + 1), std::move(what),
            std::move(expected)};
  }

  std::string_view where_;
  YamlPlaces* places_;
  std::size_t values_ = 0;
};

value parse(std::string_view text, std::string_view where, YamlPlaces* places) {
  try {
    return Conversion(where, places).convert(YAML::Load(std::string(text)), "", 0);
  } catch (const YAML::Exception& failure) {
    throw Error(ErrorKind::invalid, std::string(where) + ":" + std::to_string(failure.mark.line + 1),
                "is not YAML: " + failure.msg);
  }
}

}  // namespace

value parse_yaml(std::string_view text, std::string_view where) {
  return parse(text, where, nullptr);
}

value parse_yaml(std::string_view text, std::string_view where, YamlPlaces& places) {
  return parse(text, where, &places);
}

}  // namespace peregrine::json
