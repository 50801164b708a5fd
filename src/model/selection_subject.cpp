#include "model/selection_subject.hpp"

#include <array>
#include <utility>

namespace peregrine {

namespace {

constexpr std::string_view property_prefix = "property.";
constexpr std::string_view then_prefix = "then.";
constexpr std::string_view now_prefix = "now.";
constexpr std::string_view trait_prefix = "trait.";
constexpr std::string_view first_prefix = "first.";
constexpr std::string_view last_prefix = "last.";

Subject at_event(std::string_view name) {
  using From = Subject::From;
  static constexpr auto fixed = std::to_array<std::pair<std::string_view, From>>({{"event", From::event},
                                                                                  {"touchpoint", From::touchpoint},
                                                                                  {"role", From::role},
                                                                                  {"kind", From::kind},
                                                                                  {"time", From::time},
                                                                                  {"value", From::value},
                                                                                  {"stage", From::stage},
                                                                                  {"persona", From::persona}});
  for (const auto& [text, from] : fixed) {
    if (text == name) return {.from = from};
  }
  const auto behind = [&](std::string_view prefix) { return std::string(name.substr(prefix.size())); };
  if (name.starts_with(property_prefix)) return {.from = From::column, .column = behind(property_prefix)};
  if (name.starts_with(now_prefix)) return {.from = From::trait_now, .column = behind(now_prefix)};
  if (name.starts_with(then_prefix)) return {.from = From::trait_then, .column = behind(then_prefix)};
  if (name.starts_with(trait_prefix)) return {.from = From::trait_then, .column = std::string(name)};
  return {.from = From::column, .column = std::string(name)};
}

}  // namespace

Subject subject_of(std::string_view name) {
  const bool first = name.starts_with(first_prefix);
  if (!first && !name.starts_with(last_prefix)) return at_event(name);
  auto subject = at_event(name.substr(first ? first_prefix.size() : last_prefix.size()));
  subject.at = first ? Subject::At::first : Subject::At::last;
  // The first event that says a trait is meant, not what held at some event.
  if (subject.from == Subject::From::trait_then || subject.from == Subject::From::trait_now) {
    subject.from = Subject::From::column;
  }
  return subject;
}

}  // namespace peregrine
