// A Reason is why a row was quarantined or changed. Its name is part of the API and never changes; the table below is
// the one list of them, from which docs/reference/quarantine.md is checked.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace peregrine::ingest {

enum class Reason : std::uint8_t {
  csv_columns,
  csv_unclosed_quote,
  csv_stray_quote,
  csv_repeated_header,
  row_too_long,
  invalid_utf8,
  time_missing,
  time_unreadable,
  time_does_not_exist,
  timestamp_unit_mixed,
  time_before_1971,
  time_in_future,
  time_in_gap,
  time_ambiguous,
  event_missing,
  event_too_long,
  event_has_nul,
  customer_missing,
  id_placeholder,
  id_too_long,
  id_has_nul,
  anonymous_placeholder,
  value_unreadable,
  value_not_finite,
  value_out_of_range,
  currency_unknown,
  score_unreadable,
  score_out_of_range,
  sequence_unreadable,
  number_unreadable,
  number_out_of_range,
  join_key_missing,
  join_differs,
  previous_placeholder,
  json_invalid,
  json_not_object,
  json_too_deep,
  json_number_range,
  json_not_finite,
  json_lone_surrogate,
  json_duplicate_key,
};

struct ReasonEntry {
  Reason reason;
  std::string_view name;
  std::string_view severity;  // rejected; stored_with_change and warning rows are stored too
  std::string_view sentence;
  bool has_cells = true;  // false: what the row holds could not be told apart, and never can be
};

constexpr auto reasons = std::to_array<ReasonEntry>({
    {Reason::csv_columns, "csv_columns", "rejected", "The row has fewer or more fields than the header.", false},
    {Reason::csv_unclosed_quote, "csv_unclosed_quote", "rejected",
     "A quoted field is not closed before the end of the file or within 1 MiB; reading goes on at the next line.",
     false},
    {Reason::csv_stray_quote, "csv_stray_quote", "rejected", "Text goes on after the closing quote of a field.", false},
    {Reason::csv_repeated_header, "csv_repeated_header", "rejected",
     "The row is the header again, as in files joined end to end.", false},
    {Reason::row_too_long, "row_too_long", "rejected", "A field is longer than 1 MiB, or the row than 16 MiB.", false},
    {Reason::invalid_utf8, "invalid_utf8", "rejected", "The row is not UTF-8.", false},
    {Reason::time_missing, "time_missing", "rejected", "The row does not say when."},
    {Reason::time_unreadable, "time_unreadable", "rejected", "The time is not one that can be read."},
    {Reason::time_does_not_exist, "time_does_not_exist", "rejected",
     "The calendar or the clock has no such time, such as 30 February, 24:00 or a 61st second."},
    {Reason::timestamp_unit_mixed, "timestamp_unit_mixed", "rejected",
     "The number counts in another unit (s, ms, µs, ns) than the rest of the column."},
    {Reason::time_before_1971, "time_before_1971", "rejected",
     "The time is before 1971, as zero and broken clocks give."},
    {Reason::time_in_future, "time_in_future", "rejected", "The time is more than 24 hours ahead of now."},
    {Reason::time_in_gap, "time_in_gap", "stored_with_change",
     "The local time falls into the hour that the clocks skip; it was moved forward by the gap."},
    {Reason::time_ambiguous, "time_ambiguous", "warning",
     "The local time occurs twice as the clocks go back; the first was taken."},
    {Reason::event_missing, "event_missing", "rejected", "The row does not say what happened."},
    {Reason::event_too_long, "event_too_long", "rejected", "The name of the event is longer than 1 KiB."},
    {Reason::event_has_nul, "event_has_nul", "rejected", "The name of the event holds a zero byte."},
    {Reason::customer_missing, "customer_missing", "rejected", "The row has neither a customer nor an anonymous id."},
    {Reason::id_placeholder, "id_placeholder", "rejected",
     "The customer id is a placeholder such as 0, null or guest that would join strangers; the row is rejected even "
     "when its anonymous id is good."},
    {Reason::id_too_long, "id_too_long", "rejected", "An id is longer than 1 KiB."},
    {Reason::id_has_nul, "id_has_nul", "rejected", "An id holds a zero byte."},
    {Reason::anonymous_placeholder, "anonymous_placeholder", "stored_with_change",
     "The anonymous or account id is a placeholder; the row was stored without it."},
    {Reason::value_unreadable, "value_unreadable", "rejected", "The amount is not a number."},
    {Reason::value_not_finite, "value_not_finite", "rejected", "The amount is not a number or infinite."},
    {Reason::value_out_of_range, "value_out_of_range", "rejected", "The amount is beyond 9 million million."},
    {Reason::currency_unknown, "currency_unknown", "rejected", "The currency is not three letters such as EUR."},
    {Reason::score_unreadable, "score_unreadable", "rejected", "The score is not a finite number."},
    {Reason::score_out_of_range, "score_out_of_range", "rejected",
     "The score is outside its survey's scale: NPS 0 to 10, CSAT 1 to 5, CES 1 to 7."},
    {Reason::sequence_unreadable, "sequence_unreadable", "rejected", "The sequence is not a whole number."},
    {Reason::number_unreadable, "number_unreadable", "rejected",
     "What the mapping file calculates with is not a number."},
    {Reason::number_out_of_range, "number_out_of_range", "rejected",
     "What the mapping file calculates is out of range, or divides by zero."},
    {Reason::join_key_missing, "join_key_missing", "rejected",
     "The row has nothing in the column by which the mapping file joins rows."},
    {Reason::join_differs, "join_differs", "rejected",
     "Rows that the mapping file joins into one event differ where they must not, such as in currency or customer; all "
     "of "
     "them are rejected."},
    {Reason::previous_placeholder, "previous_placeholder", "stored_with_change",
     "The previous id is a placeholder that many share; no ids were joined."},
    {Reason::json_invalid, "json_invalid", "rejected",
     "The line, or the element of an array, is not JSON, or ends in the middle.", false},
    {Reason::json_not_object, "json_not_object", "rejected",
     "The JSON is no object but a number, a text, a list or the like.", false},
    {Reason::json_too_deep, "json_too_deep", "rejected", "Objects and lists stand in each other more than 32 deep.",
     false},
    {Reason::json_number_range, "json_number_range", "rejected",
     "A number is beyond what 64 bits hold: a whole number of more than 20 digits, or one beyond 1.8e308.", false},
    {Reason::json_not_finite, "json_not_finite", "rejected", "A value is NaN or Infinity, which JSON does not have.",
     false},
    {Reason::json_lone_surrogate, "json_lone_surrogate", "rejected",
     "A text holds one half of a surrogate pair, which stands for no character.", false},
    {Reason::json_duplicate_key, "json_duplicate_key", "stored_with_change",
     "A key occurs more than once in an object; the last value was taken."},
});

constexpr const ReasonEntry& entry_of(Reason reason) {
  return reasons[static_cast<std::size_t>(reason)];
}
constexpr std::string_view name_of(Reason reason) {
  return entry_of(reason).name;
}
constexpr bool is_rejection(Reason reason) {
  return entry_of(reason).severity == "rejected";
}

/// A reason with what it is about.
struct Finding {
  Reason reason{};
  std::string field;     // column of the file
  std::string sentence;  // `time is not a date: "31/02/2026" (expected like 2026-02-28T13:05)`
};

/// At most 60 bytes of `text` in quotes, for sentences: control bytes and broken UTF-8 become `?`.
std::string quote_briefly(std::string_view text);

/// The table as rows of Markdown, as docs/reference/quarantine.md holds it.
std::string reasons_as_markdown();

}  // namespace peregrine::ingest
