#include "model/event_choice.hpp"

#include <algorithm>

namespace peregrine {

namespace {

constexpr std::string_view any_event = "any event";
constexpr std::string_view role_prefix = "role:";

/// The form of an object.
struct Lists {
  std::vector<std::string> events;
  std::vector<Role> roles;
  std::vector<Role> not_roles;

  static constexpr auto fields() {
    return std::make_tuple(field<&Lists::events>("Names of events."),
                           field<&Lists::roles>("Roles; an event is meant by its name or by its role."),
                           field<&Lists::not_roles>("Roles whose events are not meant."));
  }
};

template <class T>
bool has(const std::vector<T>& list, const auto& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

EventChoice parse(std::string_view text, std::string_view where) {
  if (text.empty()) {
    throw Error(ErrorKind::invalid, std::string(where), "names no event", "a name, role:buy or any event");
  }
  if (text == any_event) return {};
  if (!text.starts_with(role_prefix)) return {.events = {std::string(text)}, .roles = {}, .not_roles = {}};
  const auto name = text.substr(role_prefix.size());
  if (const auto role = find_named<Role>(name)) return EventChoice::of_role(*role);
  constexpr auto names = enum_names(Role{});
  throw Error(ErrorKind::invalid, std::string(where), "there is no role \"" + std::string(name) + "\"",
              propose(name, names));
}

std::string list_of(const std::vector<Role>& roles) {
  std::string text;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == roles.size() ? " or " : ", ") + std::string(name_of(roles[i]));
  }
  return text;
}

}  // namespace

EventChoice EventChoice::deeds() {
  return {.events = {}, .roles = {}, .not_roles = {Role::notice, Role::receive, Role::ask, Role::churn}};
}

bool EventChoice::holds(const Label& label) const {
  const bool named = (events.empty() && roles.empty()) || has(events, label.event) || has(roles, label.role);
  return named && !has(not_roles, label.role);
}

std::vector<std::uint8_t> EventChoice::by_code(Labels labels) const {
  std::vector<std::uint8_t> chosen;
  chosen.reserve(labels.size());
  for (const auto& label : labels) chosen.push_back(holds(label) ? 1 : 0);
  return chosen;
}

std::string EventChoice::words() const {
  std::string text;
  for (const auto& event : events) text += (text.empty() ? "" : " or ") + event;
  if (!roles.empty()) text += (text.empty() ? "" : " or ") + ("an event with the role " + list_of(roles));
  if (text.empty()) text = any_event;
  if (!not_roles.empty()) text += " without the role " + list_of(not_roles);
  return text;
}

void EventChoice::check(const KnownNames& known, std::string_view where) const {
  for (const auto& event : events) {
    if (std::find(known.events.begin(), known.events.end(), event) != known.events.end()) continue;
    throw Error(
        ErrorKind::invalid, std::string(where), "there is no event \"" + event + "\"",
        find_named<Role>(event) ? std::string(role_prefix) + event + " means the role" : propose(event, known.events));
  }
}

EventChoice JsonType<EventChoice>::read(const json::value& value, std::string_view where, const Limits&) {
  if (const auto* text = value.if_string()) return parse(json::text_of(*text), where);
  if (!value.is_object()) refuse(where, value, "an event's name, role:buy, any event or an object");
  auto lists = from_json<Lists>(value, where);
  return {.events = std::move(lists.events), .roles = std::move(lists.roles), .not_roles = std::move(lists.not_roles)};
}

json::value JsonType<EventChoice>::write(const EventChoice& choice) {
  const auto as_text = [&](const std::string& text) { return parse(text, {}) == choice; };
  if (choice.is_any()) return boost::json::string(any_event);
  if (choice.events.size() == 1 && !choice.events.front().empty() && !choice.events.front().starts_with(role_prefix) &&
      as_text(choice.events.front())) {
    return boost::json::string(choice.events.front());
  }
  if (choice.roles.size() == 1) {
    const auto text = std::string(role_prefix) + std::string(name_of(choice.roles.front()));
    if (as_text(text)) return boost::json::string(text);
  }
  return to_json(Lists{.events = choice.events, .roles = choice.roles, .not_roles = choice.not_roles});
}

json::object JsonType<EventChoice>::schema(const Limits&) {
  return {{"anyOf", json::array{json::object{{"type", "string"}}, schema_of<Lists>()}}};
}

}  // namespace peregrine
