// A .test file: golden cases of an analysis as text that a person reads.
//
//   # A comment: the rule in words.
//   case a second too late is too late
//   journeys
//     ann   day 1 Product Viewed | day 8 Order Completed value=10 currency=EUR
//     bob?  day 1 09:30 Product Viewed | +2h Order Completed | same Ad Seen      # ? anonymous only
//   quarantined 2
//   params {"steps": ["Product Viewed", "Order Completed"], "window": "7d"}
//   expect steps
//     name            | journeys | rate
//     Product Viewed  | 2        | 1
//   expect_value steps[1].median_seconds 604800
//   expect_error `funnel.window: must be at least 1 s (got 0 s)`
//
// Times: `day N [HH:MM[:SS[.mmm]]]` (day 1 is 2026-01-01 UTC), `+2h` after the journey's previous event, `same` as it.
// After an event's name come key=value pairs: value, currency, or any property; quotes hold spaces together.
// `quarantined` is how many rows wait beside the events, none where it is not said.
// `-` is null; numbers are compared to six digits; a table shows some columns of a list, and all its rows in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "model/memory_part.hpp"

namespace peregrine::golden {

struct Expectation {
  enum class Kind { table, value, error };
  Kind kind = Kind::table;
  std::string target{};                          // list or place in the result
  std::vector<std::string> columns{};            // table
  std::vector<std::vector<std::string>> rows{};  // table
  std::string text{};                            // value or error
  std::size_t first_line = 0;                    // lines of the file it takes, from 0, for --update
  std::size_t last_line = 0;
};

struct Case {
  std::string name;
  std::size_t line = 0;  // from 1
  std::vector<MemoryEvent> events;
  std::int64_t quarantined = 0;  // rows that wait beside them
  json::object params;
  std::vector<Expectation> expectations;
};

/// Throws `invalid` naming file and line.
std::vector<Case> parse_cases(std::string_view text, const std::string& file);

/// The value at `steps[1].median_seconds` or `handoff.buyers`; nothing where the result has no such place.
std::optional<json::value> find_value(const json::object& result, std::string_view place);

/// The same, but null for a field that may be missing (`small`). Throws `invalid` when no field of `schema`, the schema
/// of the whole answer, has that name: an expectation that is misspelt must not pass for one of nothing.
json::value value_at(const json::object& result, const json::object& schema, std::string_view place);

/// The rows of a table's list. Throws `invalid` when there is no such list or no such column, with or without rows.
json::array rows_at(const json::object& result, const json::object& schema, const Expectation& table);

/// A value as it stands in a .test file.
std::string format_expected(const json::value& value);

/// True when the value is what the text says.
bool agrees(const json::value& value, std::string_view expected);

/// The lines that would make an expectation true for `result`.
std::vector<std::string> format_expectation(const Expectation& expectation, const json::object& result,
                                            const json::object& schema);

}  // namespace peregrine::golden
