// A Prepared question: its parameters read and resolved, its names checked, its range and filter understood. Tasks for
// a scan are made from it, as often as wanted.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/scan.hpp"
#include "fold/analysis.hpp"
#include "workspace/shared_params.hpp"

namespace peregrine {

/// One question: an analysis and its parameters, common ones among them.
struct Ask {
  std::string analysis;
  json::object params;
};

/// What is known of the data that a question is asked of.
struct Names {
  NameList events;
  std::span<const KnownColumn> columns;
  Time oldest{};
  Time newest{};
  std::int64_t quarantined = 0;

  KnownNames known() const { return {.events = events, .columns = columns}; }
};

struct Prepared {
  std::string analysis;
  std::unique_ptr<Question> question;
  json::object params;  // own and common, as understood
  Scope scope;
  std::optional<Selection> where;
  std::optional<GroupKey> by;
  GroupAt by_at;
  std::optional<Bucket> over;
  std::vector<Slice> slices;  // with `over`

  engine::Task task() const;
  /// True when the question may see less than all events.
  bool narrowed() const;
  /// Counts the events and journeys that the question sees, and with `guesses` the events whose label is a guess.
  engine::Task extent(bool guesses) const;

 private:
  std::unique_ptr<RunningFold> fold(const Scope& of) const;
};

/// `timezone` holds where the question names none. Throws `invalid` and `not_found` in the words of the question.
Prepared prepare(const Ask& ask, const Resources& resources, const Names& names, std::string_view timezone);

}  // namespace peregrine
