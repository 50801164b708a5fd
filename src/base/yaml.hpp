// Where the values of a YAML document stand in its text, for errors that point there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace peregrine::json {

/// Of a value's first letter, within its quotes if it has some; both from 1.
struct YamlPlace {
  std::int64_t line = 1;
  std::int64_t column = 1;
};
/// By where a value stands in the document: `columns.value`, `leave_out[0].when`.
using YamlPlaces = std::map<std::string, YamlPlace>;

/// parse_yaml that also says where each value stands.
value parse_yaml(std::string_view text, std::string_view where, YamlPlaces& places);

}  // namespace peregrine::json
