// A TimePattern says how times are written, in the manner of strptime: `%d.%m.%Y %H:%M`. Made once a file, then only
// read, by all threads.
//
//   %Y year  %y year of two digits (70 to 99 are 19..)  %m month  %d day  %b month by its English name or three letters
//   %H hour  %I hour of twelve  %p AM or PM  %M minute  %S second  %f fraction of a second  %z Z or an offset
//   %A day of the week by name or three letters, not looked at   %% a percent sign   a blank: any number of blanks
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peregrine::ingest {

struct PatternTime {
  std::int64_t micros = 0;  // UTC when `zoned`, else local wall clock; nothing to go by unless `exists`
  bool zoned = false;
  bool exists = false;  // the calendar and the clock have it
};

class TimePattern {
 public:
  /// Throws `invalid` for a sign that is not known and for a pattern without year, month or day.
  static TimePattern parse(std::string_view text, std::string_view where);

  /// Nothing when the text is not written so.
  std::optional<PatternTime> read(std::string_view text) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace peregrine::ingest
