// A Journey is one customer's events in time order. Journeys are read in batches of one Part (a partition of the store,
// or the rows of a test), as spans over columns: nothing is copied, nothing is owned.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/column.hpp"
#include "model/names.hpp"

namespace peregrine {

/// What is known of an event's name: its touchpoint, role and kind. One for each code of a Part's event dictionary.
struct Label {
  std::string_view event;
  std::string_view touchpoint;  // the event's own name when no touchpoint names it
  Role role = Role::none;
  Kind kind = Kind::none;
  Survey survey = Survey::none;
  bool labelled = false;  // some touchpoint pattern names it, with or without a role
  bool guessed = false;   // a program proposed that, and no person has confirmed it
};
using Labels = std::span<const Label>;

bool has_guesses(Labels labels);

/// Codes of events, as narrow as the dictionary allows. `narrow` or `wide` is null.
struct EventCodes {
  const std::uint16_t* narrow = nullptr;
  const std::uint32_t* wide = nullptr;

  std::uint32_t operator[](std::size_t row) const { return narrow != nullptr ? narrow[row] : wide[row]; }
};

/// The range of a question, half-open, and what is known of the data beyond the events that a fold sees.
struct Scope {
  Time from = Time::earliest();
  Time to = Time::latest();
  Time newest{};                 // the newest event of the whole store
  std::int64_t quarantined = 0;  // rows that wait in its quarantine
  Zone zone{};                   // in which the question says its times and cuts its buckets

  bool contains(std::int64_t micros) const { return from.micros <= micros && micros < to.micros; }
};

/// The columns a fold reads. Time, event and value are always named here when used: what is not named is not read.
struct ColumnRequest {
  bool time = true;
  bool event = true;
  bool value = false;
  std::vector<std::string> properties{};  // event columns by name
  bool identities = false;                // customer ids

  void add(const ColumnRequest& other);
};

/// One partition as a scan sees it. Rows are events in journey order. Columns that were not asked for are empty.
class Part {
 public:
  virtual ~Part() = default;

  Labels labels;                         // by event code
  std::span<const std::uint64_t> first;  // journeys + 1 offsets: journey j has the rows first[j] up to first[j + 1]
  const std::int64_t* time = nullptr;    // µs UTC
  EventCodes event;
  ColumnView value;  // money; does not exist when no event has a value

  /// Of a part that a filter made: the part before it, of the same journeys, and which of its rows each row here is.
  /// Null and empty for a part that is whole.
  const Part* whole = nullptr;
  std::span<const std::uint32_t> rows_of_whole;

  std::size_t journeys() const { return first.empty() ? 0 : first.size() - 1; }
  std::size_t events() const { return first.empty() ? 0 : static_cast<std::size_t>(first.back()); }

  /// An event column by name; one that does not exist in this part has no rows. What events say of their customer is in
  /// columns named `trait.country`: a value holds from its event on, and the last of a journey is the customer's now.
  virtual ColumnView property(std::string_view name) const = 0;
  /// The canonical id of a journey's customer; for an anonymous-only customer the anonymous id.
  virtual std::string_view customer(std::size_t journey) const = 0;
  /// False for a customer who was only ever anonymous.
  virtual bool known(std::size_t journey) const = 0;
};

/// Some journeys of a part. Journey i of the batch is journey `journey(i)` of the part and has the rows begin[i] to
/// end[i].
struct JourneyBatch {
  std::size_t size = 0;
  const std::uint64_t* begin = nullptr;
  const std::uint64_t* end = nullptr;
  const std::uint64_t* journeys = nullptr;  // null: they follow one another from first_journey
  std::uint64_t first_journey = 0;

  std::uint64_t journey(std::size_t i) const { return journeys != nullptr ? journeys[i] : first_journey + i; }
};

}  // namespace peregrine
