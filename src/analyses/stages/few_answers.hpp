// FewAnswers is said beside a score that rests on few answers, as `small` is beside a rate: true, or nothing.
#pragma once

#include "base/fields.hpp"

namespace peregrine {

namespace stages {

struct FewAnswers {
  bool holds = false;
};

}  // namespace stages

template <>
struct JsonType<stages::FewAnswers> {
  static void write_members(json::object& object, std::string_view name, const stages::FewAnswers& few) {
    if (few.holds) object[name] = true;
  }
  static void describe_members(json::object& properties, std::string_view name, std::string_view words) {
    properties[name] = json::object{{"type", "boolean"}, {"description", words}};
  }
};

}  // namespace peregrine
