#include <yaml-cpp/yaml.h>

#include <charconv>

#include "base/error.hpp"
#include "base/json.hpp"

namespace peregrine::json {

namespace {

constexpr int max_depth = 32;

value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return boost::json::string(text);  // quoted
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  double number = 0;
  const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (const auto read = std::from_chars(text.data(), end, number);
      numeric && read.ec == std::errc() && read.ptr == end) {
    return number;
  }
  return boost::json::string(text);
}

value convert(const YAML::Node& node, std::string_view where, int depth) {
  const auto fail = [&](std::string what, std::string expected) -> Error {
    return {ErrorKind::invalid, std::string(where) + ":" + std::to_string(node.Mark().line + 1), std::move(what),
            std::move(expected)};
  };
  if (depth > max_depth) throw fail("is nested too deep", "at most " + std::to_string(max_depth) + " levels");
  switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null: return nullptr;
    case YAML::NodeType::Scalar: return scalar(node);
    case YAML::NodeType::Sequence: {
      array items;
      for (const auto& item : node) items.push_back(convert(item, where, depth + 1));
      return items;
    }
    case YAML::NodeType::Map: {
      object members;
      for (const auto& member : node) {
        if (!member.first.IsScalar()) throw fail("has a key that is not text", "a plain name");
        const std::string& key = member.first.Scalar();
        if (members.contains(key)) throw fail("says \"" + key + "\" twice", "once");
        members[key] = convert(member.second, where, depth + 1);
      }
      return members;
    }
  }
  return nullptr;
}

}  // namespace

value parse_yaml(std::string_view text, std::string_view where) {
  try {
    return convert(YAML::Load(std::string(text)), where, 0);
  } catch (const YAML::Exception& failure) {
    throw Error(ErrorKind::invalid, std::string(where) + ":" + std::to_string(failure.mark.line + 1),
                "is not YAML: " + failure.msg);
  }
}

}  // namespace peregrine::json
