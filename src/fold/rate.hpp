// A Rate is part of whole. In a result it becomes three members: `rate`, `rate_low`, `rate_high` (Wilson, 95 %), all
// null when the whole is 0; and the row gets `small: true` when the whole is below 30.
#pragma once

#include <cstdint>

#include "base/fields.hpp"
#include "statistics/proportion.hpp"

namespace peregrine {

struct Rate {
  std::int64_t part = 0;
  std::int64_t whole = 0;
};

constexpr std::int64_t small_sample = 30;

template <>
struct JsonType<Rate> {
  static void write_members(json::object& object, std::string_view name, const Rate& rate) {
    const std::string low = std::string(name) + "_low";
    const std::string high = std::string(name) + "_high";
    if (rate.whole <= 0) {
      for (const std::string_view member : {name, std::string_view(low), std::string_view(high)})
        object[member] = nullptr;
      return;
    }
    const auto interval = statistics::wilson(rate.part, rate.whole);
    object[name] = static_cast<double>(rate.part) / static_cast<double>(rate.whole);
    object[low] = interval.low;
    object[high] = interval.high;
    if (rate.whole < small_sample) object["small"] = true;
  }
  static json::object schema(const Limits&) {
    return {{"type", json::array{"number", "null"}}, {"minimum", 0}, {"maximum", 1}};
  }
  static void describe_members(json::object& properties, std::string_view name, std::string_view words) {
    const auto describe = [&](const std::string& member, const std::string& said) {
      auto described = schema({});
      described["description"] = boost::json::string(said);
      properties[member] = std::move(described);
    };
    describe(std::string(name), std::string(words));
    describe(std::string(name) + "_low", "Lower end of its 95 % interval.");
    describe(std::string(name) + "_high", "Upper end of its 95 % interval.");
    properties["small"] = json::object{{"type", "boolean"}, {"description", "Rests on fewer than 30 customers."}};
  }
};

}  // namespace peregrine
