// An EventChoice says which events are meant by a parameter such as `start` or `back`: some names, some roles, or any
// event. As text it is an event's name, `role:buy` or `any event`; as an object it lists `events`, `roles` and
// `not_roles`. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "model/journey.hpp"
#include "model/known_names.hpp"

namespace peregrine {

struct EventChoice {
  std::vector<std::string> events;
  std::vector<Role> roles;
  std::vector<Role> not_roles;

  static EventChoice of_role(Role role) { return {.events = {}, .roles = {role}, .not_roles = {}}; }
  /// What a customer does: any event but those done to the customer (notice, receive, ask) or that end the relation.
  static EventChoice deeds();

  /// Every event there is.
  bool is_any() const { return events.empty() && roles.empty() && not_roles.empty(); }
  bool holds(const Label& label) const;
  /// One byte for each event code.
  std::vector<std::uint8_t> by_code(Labels labels) const;
  /// "Order Completed", "an event with the role buy", "any event".
  std::string words() const;
  /// Throws when it names an event that the data do not have. `where` is the parameter.
  void check(const KnownNames& known, std::string_view where) const;

  bool operator==(const EventChoice&) const = default;
};

template <>
struct JsonType<EventChoice> {
  static EventChoice read(const json::value& value, std::string_view where, const Limits&);
  /// As text where that says it.
  static json::value write(const EventChoice& choice);
  static json::object schema(const Limits&);
};

}  // namespace peregrine
