// A Worth is a figure of money that a question did or did not ask for. In a result it is a number, or null where it is
// missing; nothing stands there when it was not asked for.
#pragma once

#include <optional>

#include "base/fields.hpp"

namespace peregrine::retention {

struct Worth {
  bool asked = false;
  std::optional<double> figure{};
};

}  // namespace peregrine::retention

namespace peregrine {

template <>
struct JsonType<retention::Worth> {
  static void write_members(json::object& object, std::string_view name, const retention::Worth& worth) {
    if (worth.asked) object[name] = JsonType<std::optional<double>>::write(worth.figure);
  }
  static void describe_members(json::object& properties, std::string_view name, std::string_view words) {
    properties[name] =
        json::object{{"type", json::array{"number", "null"}}, {"description", boost::json::string(words)}};
  }
};

}  // namespace peregrine
