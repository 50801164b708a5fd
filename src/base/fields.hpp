// A struct says its fields once; JSON reading with helpful errors, JSON writing and JSON Schema follow from that.
//
//   struct Params {
//     std::vector<Step> steps;
//     Duration window = days(14);
//     static constexpr auto fields() {
//       return std::make_tuple(field<&Params::steps>("The events, in order.", {.min_items = 2, .max_items = 64}),
//                              field<&Params::window>("Longest time from the first step to the last.", {.min = 1}));
//     }
//   };
//
// A field's public name is the member's. An enum becomes text by an overload `enum_names(E)` found beside it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace peregrine {

/// Bounds of a field. `min` and `max` are in the field's own unit; Durations count seconds.
struct Limits {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::size_t min_items = 0;
  std::size_t max_items = std::numeric_limits<std::size_t>::max();
  bool required = false;
};

template <auto Member>
consteval std::string_view member_name() {
  const std::string_view signature = __PRETTY_FUNCTION__;  // "... [with auto Member = &Params::window; ...]"
  const auto begin = signature.find("Member = ");
  const auto end = signature.find_first_of(";]", begin);
  const auto whole = signature.substr(begin, end - begin);
  return whole.substr(whole.rfind(':') + 1);
}

template <auto Member>
struct Field {
  static constexpr std::string_view name = member_name<Member>();
  std::string_view words;
  Limits limits;

  template <class T>
  static constexpr auto& of(T& owner) {
    return owner.*Member;
  }
};

template <auto Member>
constexpr Field<Member> field(std::string_view words, Limits limits = {}) {
  return {words, limits};
}

template <class T>
concept Described = requires {
  T::fields();
};

/// Calls `visit(field)` for each field of T in order.
template <Described T, class Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each), ...); }, T::fields());
}

/// Where in a document a value stands: `funnel.steps[2].event`.
std::string join_place(std::string_view where, std::string_view name);
std::string join_place(std::string_view where, std::size_t index);

[[noreturn]] void refuse(std::string_view where, const json::value& got, std::string_view expected);
void check_number(std::string_view where, double number, const Limits& limits, std::string_view unit);
void check_items(std::string_view where, std::size_t items, const Limits& limits);
[[noreturn]] void refuse_unknown(std::string_view where, std::string_view name,
                                 std::span<const std::string_view> known);

/// How a type is read from JSON, written to it and described: specialise for new types.
/// Each has `read(value, where, limits)`, `write(value)` and `schema(limits)`.
template <class T, class = void>
struct JsonType;

template <>
struct JsonType<bool> {
  static bool read(const json::value& value, std::string_view where, const Limits&);
  static json::value write(bool value) { return value; }
  static json::object schema(const Limits&);
};

template <>
struct JsonType<std::int64_t> {
  static std::int64_t read(const json::value& value, std::string_view where, const Limits& limits);
  static json::value write(std::int64_t value) { return value; }
  static json::object schema(const Limits& limits);
};

template <>
struct JsonType<double> {
  static double read(const json::value& value, std::string_view where, const Limits& limits);
  static json::value write(double value) { return value; }
  static json::object schema(const Limits& limits);
};

template <>
struct JsonType<std::string> {
  static std::string read(const json::value& value, std::string_view where, const Limits&);
  static json::value write(const std::string& value) { return boost::json::string(value); }
  static json::object schema(const Limits&);
};

template <>
struct JsonType<Duration> {
  static Duration read(const json::value& value, std::string_view where, const Limits& limits);
  static json::value write(Duration value) { return boost::json::string(format_duration(value)); }
  static json::object schema(const Limits& limits);
};

template <>
struct JsonType<Time> {
  static Time read(const json::value& value, std::string_view where, const Limits&);
  static json::value write(Time value) { return boost::json::string(format_time(value)); }
  static json::object schema(const Limits&);
};

template <>
struct JsonType<json::value> {
  static json::value read(const json::value& value, std::string_view, const Limits&) { return value; }
  static json::value write(const json::value& value) { return value; }
  static json::object schema(const Limits&) { return {}; }
};

template <class T>
struct JsonType<std::optional<T>> {
  static std::optional<T> read(const json::value& value, std::string_view where, const Limits& limits) {
    if (value.is_null()) return std::nullopt;
    return JsonType<T>::read(value, where, limits);
  }
  static json::value write(const std::optional<T>& value) { return value ? JsonType<T>::write(*value) : json::value(); }
  static json::object schema(const Limits& limits) { return JsonType<T>::schema(limits); }
};

template <class T>
struct JsonType<std::vector<T>> {
  static std::vector<T> read(const json::value& value, std::string_view where, const Limits& limits) {
    const auto* array = value.if_array();
    if (array == nullptr) refuse(where, value, "a list");
    check_items(where, array->size(), limits);
    std::vector<T> items;
    items.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
      items.push_back(JsonType<T>::read((*array)[i], join_place(where, i), {}));
    }
    return items;
  }
  static json::value write(const std::vector<T>& items) {
    json::array array;
    array.reserve(items.size());
    for (const auto& item : items) array.push_back(JsonType<T>::write(item));
    return array;
  }
  static json::object schema(const Limits& limits) {
    json::object schema{{"type", "array"}, {"items", JsonType<T>::schema({})}};
    if (limits.min_items > 0) schema["minItems"] = limits.min_items;
    if (limits.max_items < std::numeric_limits<std::size_t>::max()) schema["maxItems"] = limits.max_items;
    return schema;
  }
};

template <class T>
struct JsonType<std::map<std::string, T>> {
  static std::map<std::string, T> read(const json::value& value, std::string_view where, const Limits& limits) {
    const auto* object = value.if_object();
    if (object == nullptr) refuse(where, value, "an object");
    check_items(where, object->size(), limits);
    std::map<std::string, T> items;
    for (const auto& member : *object) {
      items.emplace(member.key(), JsonType<T>::read(member.value(), join_place(where, member.key()), {}));
    }
    return items;
  }
  static json::value write(const std::map<std::string, T>& items) {
    json::object object;
    for (const auto& [name, item] : items) object[name] = JsonType<T>::write(item);
    return object;
  }
  static json::object schema(const Limits&) {
    return {{"type", "object"}, {"additionalProperties", JsonType<T>::schema({})}};
  }
};

template <class E>
struct JsonType<E, std::enable_if_t<std::is_enum_v<E>>> {
  static E read(const json::value& value, std::string_view where, const Limits&) {
    constexpr auto names = enum_names(E{});
    const auto* text = value.if_string();
    if (text != nullptr) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == json::text_of(*text)) return static_cast<E>(i);
      }
    }
    std::string list = "one of";
    for (const auto name : names) list += (list.size() == 6 ? " " : ", ") + std::string(name);
    refuse(where, value, list);
  }
  static json::value write(E value) { return boost::json::string(enum_names(E{})[static_cast<std::size_t>(value)]); }
  static json::object schema(const Limits&) {
    json::array names;
    for (const auto name : enum_names(E{})) names.push_back(boost::json::string(name));
    return {{"type", "string"}, {"enum", names}};
  }
};

/// Fields whose one value is written as several members (a rate with its interval) declare
/// `static void write_members(json::object&, std::string_view name, const T&)` in their JsonType, and for the schema
/// `static void describe_members(json::object& properties, std::string_view name, std::string_view words)`.
template <class T>
concept SeveralMembers = requires(json::object& object, const T& value) {
  JsonType<T>::write_members(object, std::string_view(), value);
};

template <Described T>
json::object write_fields(const T& value) {
  json::object object;
  for_each_field<T>([&](const auto& each) {
    const auto& member = each.of(value);
    using M = std::remove_cvref_t<decltype(member)>;
    if constexpr (SeveralMembers<M>) {
      JsonType<M>::write_members(object, each.name, member);
    } else {
      object[each.name] = JsonType<M>::write(member);
    }
  });
  return object;
}

template <Described T>
json::object schema_of() {
  json::object properties;
  json::array required;
  const T defaults{};
  for_each_field<T>([&](const auto& each) {
    using M = std::remove_cvref_t<decltype(each.of(defaults))>;
    if constexpr (SeveralMembers<M>) {
      JsonType<M>::describe_members(properties, each.name, each.words);
    } else {
      json::object schema = JsonType<M>::schema(each.limits);
      schema["description"] = boost::json::string(each.words);
      if (!each.limits.required) schema["default"] = JsonType<M>::write(each.of(defaults));
      properties[each.name] = std::move(schema);
    }
    if (each.limits.required) required.push_back(boost::json::string(each.name));
  });
  json::object schema{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

template <Described T>
std::vector<std::string_view> field_names() {
  std::vector<std::string_view> names;
  for_each_field<T>([&](const auto& each) { names.push_back(each.name); });
  return names;
}

/// A described struct reads an object; members it does not know are refused with the nearest right name.
/// One that has `static T from_text(const std::string&)` also reads plain text (a funnel step by its event's name).
template <class T>
struct JsonType<T, std::enable_if_t<Described<T>>> {
  static constexpr bool reads_text = requires { T::from_text(std::string()); };

  static T read(const json::value& value, std::string_view where, const Limits&) {
    if constexpr (reads_text) {
      if (const auto* text = value.if_string()) return T::from_text(std::string(json::text_of(*text)));
    }
    const auto* object = value.if_object();
    if (object == nullptr) refuse(where, value, reads_text ? "a name or an object" : "an object");
    const auto names = field_names<T>();
    for (const auto& member : *object) {
      if (std::find(names.begin(), names.end(), member.key()) == names.end()) {
        refuse_unknown(where, member.key(), names);  // before what is missing: it may be what was meant
      }
    }
    T out{};
    for_each_field<T>([&](const auto& each) {
      using M = std::remove_cvref_t<decltype(each.of(out))>;
      if (const auto* member = object->if_contains(each.name)) {
        if constexpr (!SeveralMembers<M>) {
          each.of(out) = JsonType<M>::read(*member, join_place(where, each.name), each.limits);
        }
      } else if (each.limits.required) {
        throw Error(ErrorKind::invalid, join_place(where, each.name), "is missing", std::string(each.words));
      }
    });
    return out;
  }
  static json::value write(const T& value) { return write_fields(value); }
  static json::object schema(const Limits&) {
    auto schema = schema_of<T>();
    if constexpr (reads_text) return {{"anyOf", json::array{json::object{{"type", "string"}}, schema}}};
    return schema;
  }
};

template <class T>
T from_json(const json::value& value, std::string_view where) {
  return JsonType<T>::read(value, where, {});
}

template <class T>
json::value to_json(const T& value) {
  return JsonType<T>::write(value);
}

}  // namespace peregrine
