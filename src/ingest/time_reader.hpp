// A TimeReader turns what a column says of time into microseconds in UTC, or a Reason why it cannot.
// One format a column, decided from its first values; one TimeReader a thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "ingest/cell.hpp"
#include "ingest/reason.hpp"
#include "ingest/time_pattern.hpp"
#include "ingest/usual_time.hpp"

namespace peregrine::ingest {

enum class TimeForm : std::uint8_t {
  text,
  day_first,
  month_first,
  pattern,
  seconds,
  milliseconds,
  microseconds,
  nanoseconds
};

/// In words for a person: `milliseconds since 1970`, `day/month/year`.
std::string_view words_of(TimeForm form);

/// A date that names its year first, or a day, month and year divided by signs: whether it exists is not asked.
bool looks_like_time(std::string_view text);

struct TimeGuess {
  std::optional<TimeForm> form;  // nothing when hardly any value is a time
  bool undecided = false;        // every value could be day/month as well as month/day; `example` is one
  std::string example;
  double share = 0;  // of the values that the form reads
};

/// The form that reads most of the values (none are skipped).
TimeGuess guess_time_form(const std::vector<Cell>& values, std::optional<bool> day_first);

struct ReadTime {
  std::int64_t micros = 0;
  std::optional<Reason> finding;  // a rejection, or a change or warning beside a time that holds
};

class TimeReader {
 public:
  /// `pattern` is that of TimeForm::pattern.
  TimeReader(TimeForm form, const Zone& zone, Time now, std::optional<TimePattern> pattern = {});
  ~TimeReader();
  TimeReader(TimeReader&&) noexcept;

  ReadTime read(const Cell& cell);
  /// The same for text without the checks against 1971 and now: for properties.
  std::optional<std::int64_t> read_property(std::string_view text);
  /// Local wall clock to UTC.
  std::int64_t read_local(std::int64_t micros) { return from_local(micros).micros; }

 private:
  class LocalTimes;

  ReadTime read_date(std::string_view text);
  ReadTime read_text(std::string_view text);
  ReadTime read_pattern(std::string_view text);
  ReadTime read_number(std::int64_t whole, std::int64_t billionths) const;
  ReadTime from_local(std::int64_t micros);
  ReadTime checked(ReadTime time) const;

  TimeForm form_;
  std::int64_t latest_;
  std::optional<TimePattern> pattern_;
  UsualTimes usual_;
  std::unique_ptr<LocalTimes> local_times_;
};

}  // namespace peregrine::ingest
