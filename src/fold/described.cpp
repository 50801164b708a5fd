#include "fold/described.hpp"

namespace peregrine {

namespace {

/// A list of results, each beside the name by which it is known.
json::object list_of(std::string_view list, std::string_view name, json::object result) {
  json::object row;
  row[name] = json::object{{"type", "string"}};
  row["result"] = std::move(result);
  json::object items{{"type", "object"}, {"properties", std::move(row)}};
  json::object properties;
  properties[list] = json::object{{"type", "array"}, {"items", std::move(items)}};
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

const json::object* part_of(const json::object& schema, const std::string& part) {
  if (const auto* items = schema.if_contains("items")) return items->if_object();
  if (const auto* properties = schema.if_contains("properties")) {
    const auto* member = properties->as_object().if_contains(part);
    return member == nullptr ? nullptr : member->if_object();
  }
  const auto* any = schema.if_contains("additionalProperties");
  return any == nullptr ? nullptr : any->if_object();
}

}  // namespace

json::object schema_of_answer(json::object result, bool by, bool over) {
  if (by) result = list_of("groups", "group", std::move(result));
  if (over) result = list_of("slices", "start", std::move(result));
  return result;
}

const json::object* described_at(const json::object& schema, std::span<const std::string> parts) {
  const auto* at = &schema;
  for (const auto& part : parts) {
    at = part_of(*at, part);
    if (at == nullptr) return nullptr;
  }
  return at;
}

}  // namespace peregrine
