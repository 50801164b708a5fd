// UsualTimes read `2026-01-05T13:05:07` with or without milli- or microseconds and `Z`: nearly every row of nearly
// every file. What they do not read is not wrong: the TimeReader's careful rules then decide. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace peregrine::ingest {

struct UsualTime {
  std::int64_t micros = 0;  // as if in UTC
  bool zoned = false;       // it ends with Z
};

class UsualTimes {
 public:
  /// Nothing for every other form, and for dates and clocks that do not exist.
  std::optional<UsualTime> read(std::string_view text);

 private:
  /// A date as its bytes, and when it begins. Few days come in one file, so their calendar is asked for once.
  struct Day {
    std::uint64_t text = 0;  // `26-01-05`
    std::uint16_t century = 0;
    std::int64_t micros = 0;
  };

  std::array<Day, 512> days_{};
};

}  // namespace peregrine::ingest
