#include "base/fields.hpp"

#include <cmath>

namespace peregrine {

std::string join_place(std::string_view where, std::string_view name) {
  return where.empty() ? std::string(name) : std::string(where) + "." + std::string(name);
}

std::string join_place(std::string_view where, std::size_t index) {
  return std::string(where) + "[" + std::to_string(index) + "]";
}

void refuse(std::string_view where, const json::value& got, std::string_view expected) {
  constexpr std::size_t longest = 80;
  std::string text = json::format(got);
  if (text.size() > longest) {
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a letter
    text = text.substr(0, end) + "…";
  }
  throw Error(ErrorKind::invalid, std::string(where), "must be " + std::string(expected), "got " + text);
}

void refuse_unknown(std::string_view where, std::string_view name, std::span<const std::string_view> known) {
  throw Error(ErrorKind::invalid, std::string(where), "has no parameter \"" + std::string(name) + "\"",
              propose(name, known));
}

void check_number(std::string_view where, double number, const Limits& limits, std::string_view unit) {
  const auto text = [&](double value) {
    return json::format(json::value(value)) + (unit.empty() ? "" : " " + std::string(unit));
  };
  if (number < limits.min) {
    throw Error(ErrorKind::invalid, std::string(where), "must be at least " + text(limits.min), "got " + text(number));
  }
  if (number > limits.max) {
    throw Error(ErrorKind::invalid, std::string(where), "must be at most " + text(limits.max), "got " + text(number));
  }
}

void check_items(std::string_view where, std::size_t items, const Limits& limits) {
  const auto count = [](std::size_t value) { return std::to_string(value); };
  if (items < limits.min_items) {
    throw Error(ErrorKind::invalid, std::string(where), "must list at least " + count(limits.min_items),
                "got " + count(items));
  }
  if (items > limits.max_items) {
    throw Error(ErrorKind::invalid, std::string(where), "must list at most " + count(limits.max_items),
                "got " + count(items));
  }
}

namespace {

void add_bounds(json::object& schema, const Limits& limits) {
  if (std::isfinite(limits.min)) schema["minimum"] = limits.min;
  if (std::isfinite(limits.max)) schema["maximum"] = limits.max;
}

}  // namespace

bool JsonType<bool>::read(const json::value& value, std::string_view where, const Limits&) {
  if (const auto* boolean = value.if_bool()) return *boolean;
  refuse(where, value, "true or false");
}

json::object JsonType<bool>::schema(const Limits&) {
  return {{"type", "boolean"}};
}

std::int64_t JsonType<std::int64_t>::read(const json::value& value, std::string_view where, const Limits& limits) {
  std::optional<std::int64_t> integer;
  if (value.is_int64()) {
    integer = value.get_int64();
  } else if (value.is_double() && std::abs(value.get_double()) <= 0x1p53 &&
             std::trunc(value.get_double()) == value.get_double()) {
    integer = static_cast<std::int64_t>(value.get_double());  // 5.0 is a whole number, also to JSON Schema
  }
  if (!integer) refuse(where, value, "a whole number");
  check_number(where, static_cast<double>(*integer), limits, "");
  return *integer;
}

json::object JsonType<std::int64_t>::schema(const Limits& limits) {
  json::object schema{{"type", "integer"}};
  add_bounds(schema, limits);
  return schema;
}

double JsonType<double>::read(const json::value& value, std::string_view where, const Limits& limits) {
  if (!value.is_number()) refuse(where, value, "a number");
  const auto number = value.to_number<double>();
  check_number(where, number, limits, "");
  return number;
}

json::object JsonType<double>::schema(const Limits& limits) {
  json::object schema{{"type", "number"}};
  add_bounds(schema, limits);
  return schema;
}

std::string JsonType<std::string>::read(const json::value& value, std::string_view where, const Limits&) {
  const auto* text = value.if_string();
  if (text == nullptr) refuse(where, value, "text");
  return std::string(json::text_of(*text));
}

json::object JsonType<std::string>::schema(const Limits&) {
  return {{"type", "string"}};
}

Duration JsonType<Duration>::read(const json::value& value, std::string_view where, const Limits& limits) {
  std::optional<Duration> duration;
  if (const auto* text = value.if_string()) {
    duration = parse_duration(json::text_of(*text));
  } else if (value.is_number()) {
    const auto seconds = value.to_number<double>();
    if (std::abs(seconds) < 1e12) duration = Duration{static_cast<std::int64_t>(std::llround(seconds * 1e6))};
  }
  constexpr std::string_view expected = "a length of time such as \"14d\", \"30m\" or a number of seconds";
  if (!duration) refuse(where, value, expected);
  check_number(where, static_cast<double>(duration->micros) / 1e6, limits, "s");
  if (duration->micros < 0) refuse(where, value, expected);
  return *duration;
}

json::object JsonType<Duration>::schema(const Limits& limits) {
  json::object schema{{"type", json::array{"string", "number"}}, {"format", "duration"}};
  add_bounds(schema, limits);
  return schema;
}

Time JsonType<Time>::read(const json::value& value, std::string_view where, const Limits&) {
  if (const auto* text = value.if_string()) {
    if (const auto time = parse_time(json::text_of(*text))) return Time{time->micros};
  }
  refuse(where, value, "a date or time such as \"2026-02-28\" or \"2026-02-28T13:05:00Z\"");
}

json::object JsonType<Time>::schema(const Limits&) {
  return {{"type", "string"}, {"format", "date-time"}};
}

}  // namespace peregrine
