// The touchpoints of a workspace: what each name of an event means and who said so, proposals for names that no
// vocabulary knows, and what a person decides, written into workspace.yaml.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workspace/workspace.hpp"

namespace peregrine {

struct NamedTouchpoint {
  std::string event;
  std::int64_t events = 0;
  std::int64_t customers = 0;
  std::string touchpoint;
  Role role = Role::none;
  Kind kind = Kind::none;
  Survey survey = Survey::none;
  std::string from;  // as Vocabulary::origin

  static constexpr auto fields() {
    return std::make_tuple(
        field<&NamedTouchpoint::event>("Name of the event."), field<&NamedTouchpoint::events>("Events of that name."),
        field<&NamedTouchpoint::customers>("Customers who had one."),
        field<&NamedTouchpoint::touchpoint>("Where the customer meets a brand."),
        field<&NamedTouchpoint::role>("What the customer does."),
        field<&NamedTouchpoint::kind>("Where the customer meets the brand."),
        field<&NamedTouchpoint::survey>("Survey that a score belongs to."),
        field<&NamedTouchpoint::from>("Who says so: workspace, guess, the name of a vocabulary, or none."));
  }
};

/// Every name of an event in the data: names that nobody knows first, then other names without a role, then the rest;
/// each by number of events.
std::vector<NamedTouchpoint> list_touchpoints(const Workspace& workspace);

struct Suggestion {
  std::string event;  // a pattern when many names differ only in an id
  std::int64_t names = 1;
  std::int64_t events = 0;
  std::string touchpoint;
  Role role = Role::none;  // none: no proposal
  Kind kind = Kind::none;
  bool sure = false;
  std::string why;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Suggestion::event>("Name of the event, or a pattern of names."),
        field<&Suggestion::names>("Names that it stands for."), field<&Suggestion::events>("Events of those names."),
        field<&Suggestion::touchpoint>("Touchpoint proposed."),
        field<&Suggestion::role>("Role proposed; none: there is no proposal."),
        field<&Suggestion::kind>("Kind proposed."),
        field<&Suggestion::sure>("Told by words; what only the place in journeys tells is not written."),
        field<&Suggestion::why>("Why."));
  }
};

/// A Suggestion for each name that no vocabulary knows, those with a role first; each by number of events.
std::vector<Suggestion> suggest_touchpoints(const Workspace& workspace);

/// Writes those that are sure into workspace.yaml, marked as guesses. What stands there already is not changed. Returns
/// how many were written.
std::int64_t write_suggestions(const Workspace& workspace, const std::vector<Suggestion>& suggestions);

/// What a person says of an event; what is not said stays as it is.
struct TouchpointChange {
  std::string event;
  std::optional<std::string> touchpoint;
  std::optional<std::string> role;
  std::optional<std::string> kind;
  std::optional<std::string> survey;
};

/// Writes it into workspace.yaml, where it is no guess any more, and returns the entry. Throws `not_found` for an event
/// (or a pattern) that is in no data, and `invalid` for a role or kind that there is not, each with what was perhaps
/// meant.
TouchpointRule set_touchpoint(const Workspace& workspace, const TouchpointChange& change);

}  // namespace peregrine
