#include "base/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <boost/json/value_stack.hpp>

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

/// Builds the value that a parser reads. Boost.JSON's own (1.81) is up to an ulp off with numbers of many digits and
/// reads those beyond range as infinite.
class Values {
 public:
  using Failure = boost::system::error_code;
  using View = boost::json::string_view;
  static constexpr std::size_t max_object_size = object::max_size();
  static constexpr std::size_t max_array_size = array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  Values() { stack_.reset(); }
  value release() { return stack_.release(); }

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_object_begin(Failure&) { return true; }
  bool on_object_end(std::size_t members, Failure&) {
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t items, Failure&) {
    stack_.push_array(items);
    return true;
  }
  bool on_key_part(View part, std::size_t, Failure&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(View part, std::size_t, Failure&) {
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(View part, std::size_t, Failure&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(View part, std::size_t, Failure&) {
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(View part, Failure&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t number, View, Failure&) {
    number_.clear();
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, View, Failure&) {
    number_.clear();
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double near, View part, Failure& failure) {
    number_.append(part.data(), part.size());
    double nearest = near;  // stays when it is too small to be told from 0
    std::from_chars(number_.data(), number_.data() + number_.size(), nearest);
    number_.clear();
    if (!std::isfinite(nearest)) {
      failure = boost::json::error::exponent_overflow;
      return false;
    }
    stack_.push_double(nearest);
    return true;
  }
  bool on_bool(bool boolean, Failure&) {
    stack_.push_bool(boolean);
    return true;
  }
  bool on_null(Failure&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(View, Failure&) { return true; }
  bool on_comment(View, Failure&) { return true; }

 private:
  boost::json::value_stack stack_;
  std::string number_;
};

}  // namespace

value parse(std::string_view text, std::string_view where) {
  boost::json::basic_parser<Values> parser{boost::json::parse_options()};
  boost::system::error_code failure;
  std::size_t taken = parser.write_some(false, text.data(), text.size(), failure);
  if (!failure) {
    const auto rest = text.find_first_not_of(" \t\r\n", taken);
    if (rest != std::string_view::npos) {
      taken = rest;
      failure = boost::json::error::extra_data;
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
  return parser.handler().release();
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
