// JSON values are Boost.JSON's; this is the one place that says so.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace peregrine::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

inline std::string_view text_of(const boost::json::string& text) {
  return {text.data(), text.size()};
}

/// Reads one JSON document. `where` names the source in errors, which say line and column.
value parse(std::string_view text, std::string_view where);

/// Numbers are written with the fewest digits that read back the same; -0, NaN and infinities never appear.
std::string format(const value& value);

/// The same, indented by two spaces, for people.
std::string format_pretty(const value& value);

/// Reads one YAML document as JSON: the core schema's null, booleans, integers and floats; all else is text.
value parse_yaml(std::string_view text, std::string_view where);

}  // namespace peregrine::json
