#include "base/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <boost/json/src.hpp>

#include "base/error.hpp"

namespace peregrine::json {

namespace {

void append_string(std::string& out, const boost::json::string& text) {
  out += boost::json::serialize(text);
}

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number == 0 ? 0.0 : number).ptr;
  out.append(buffer, end);
}

void append(std::string& out, const value& value, int depth, bool pretty) {
  const auto line = [&](int levels) {
    if (!pretty) return;
    out += '\n';
    out.append(static_cast<std::size_t>(levels) * 2, ' ');
  };
  if (const auto* object = value.if_object()) {
    out += '{';
    bool first = true;
    for (const auto& member : *object) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      append_string(out, boost::json::string(member.key()));
      out += pretty ? ": " : ":";
      append(out, member.value(), depth + 1, pretty);
    }
    if (!first) line(depth);
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    bool first = true;
    for (const auto& item : *array) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      append(out, item, depth + 1, pretty);
    }
    if (!first) line(depth);
    out += ']';
  } else if (value.is_double()) {
    append_number(out, value.get_double());
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

value parse(std::string_view text, std::string_view where) {
  boost::json::stream_parser parser;
  boost::system::error_code failure;
  std::size_t taken = parser.write_some(text.data(), text.size(), failure);
  if (!failure) {
    const auto rest = text.find_first_not_of(" \t\r\n", taken);
    if (rest != std::string_view::npos) {
      taken = rest;
      failure = boost::json::error::extra_data;
    } else {
      parser.finish(failure);
    }
  }
  if (failure) {
    const auto before = text.substr(0, taken);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto start = before.rfind('\n');
    const auto column = taken - (start == std::string_view::npos ? 0 : start + 1) + 1;
    throw Error(ErrorKind::invalid, std::string(where) + ":" + std::to_string(line) + ":" + std::to_string(column),
                "is not JSON: " + failure.message());
  }
  return parser.release();
}

std::string format(const value& value) {
  std::string out;
  append(out, value, 0, false);
  return out;
}

std::string format_pretty(const value& value) {
  std::string out;
  append(out, value, 0, true);
  return out;
}

}  // namespace peregrine::json
