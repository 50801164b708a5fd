// The quick way and the careful way of reading times agree on every text.
#include "ingest/time_reader.hpp"

#include <gtest/gtest.h>

#include <random>

namespace peregrine::ingest {
namespace {

constexpr Time now{1'800'000'000'000'000};

Cell cell_of(std::string_view text) {
  Cell cell;
  cell.kind = Cell::Kind::text;
  cell.text = text;
  return cell;
}

std::string words_of(const ReadTime& read) {
  return read.finding ? std::string(name_of(*read.finding)) : format_time(Time{read.micros});
}
std::string read(std::string_view text, const Zone& zone = Zone()) {
  return words_of(TimeReader(TimeForm::text, zone, now).read(cell_of(text)));
}

TEST(TimeReader, reads_the_usual_form_and_its_neighbours) {
  EXPECT_EQ(read("2026-01-05T13:05:07Z"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(read("2026-01-05 13:05:07"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(read(" 2026-01-05 13:05:07\t"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(read("2026-01-05t13:05:07z"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(read("2026-01-05T13:05:07 UTC"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(read("2026-01-05T13:05:07.25Z"), "2026-01-05T13:05:07.25Z");
  EXPECT_EQ(read("2026-01-05T13:05:07.250Z"), "2026-01-05T13:05:07.25Z");
  EXPECT_EQ(read("2026-01-05T13:05:07,250"), "2026-01-05T13:05:07.25Z");
  EXPECT_EQ(read("2026-01-05T13:05:07.250001"), "2026-01-05T13:05:07.250001Z");
  EXPECT_EQ(read("2026-01-05T13:05:07.250001999Z"), "2026-01-05T13:05:07.250001Z");
  EXPECT_EQ(read("2026-01-05T13:05:07+01:00"), "2026-01-05T12:05:07Z");
  EXPECT_EQ(read("2026-01-05T13:05Z"), "2026-01-05T13:05:00Z");
  EXPECT_EQ(read("2026-01-05T1:05:07Z"), "2026-01-05T01:05:07Z");
  EXPECT_EQ(read("2026-01-05T01:05:07 PM"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(read("2026/01/05 13:05:07"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(read("2024-02-29T23:59:59Z"), "2024-02-29T23:59:59Z");
  EXPECT_EQ(read("2000-02-29 00:00:00"), "2000-02-29T00:00:00Z");
  EXPECT_EQ(read("1971-01-01T00:00:00Z"), "1971-01-01T00:00:00Z");
}

TEST(TimeReader, says_why_a_time_is_none) {
  for (const auto* text :
       {"2026-02-29T10:00:00Z", "2100-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z",
        "2026-04-31T10:00:00Z", "2026-01-00T10:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T23:60:00Z",
        "2026-06-30T23:59:60Z", "2026-01-05 99:99:99", "2026-01-05T24:00:00.000Z"}) {
    EXPECT_EQ(read(text), "time_does_not_exist") << text;
  }
  for (const auto* text :
       {"2026-01-05T1a:05:07Z", "2026-01-05T13.05.07Z", "2026-01-05T13:05:0:", "2026-01-05T/3:05:07Z",
        "2026-01-05T13:05:07.Z", "2026-01-05T13:05:07ZZ", "2026-01-05X13:05:07Z", "2O26-01-05T13:05:07Z",
        "2026-01-05T13:05:07.12x", "2026-01-05T13:05:07.1234567890Z", "2026-01-05T13:05:07\xB0", "2026--1-05 13:05:07",
        "2026-01-05T13:05:07-"}) {
    EXPECT_EQ(read(text), "time_unreadable") << text;
  }
  EXPECT_EQ(read(std::string(10, '\0') + "T13:05:07Z"), "time_unreadable");
  EXPECT_EQ(read("1970-12-31T23:59:59Z"), "time_before_1971");
  EXPECT_EQ(read("0001-01-01T00:00:00Z"), "time_before_1971");
  EXPECT_EQ(read("2099-01-01T00:00:00Z"), "time_in_future");
  EXPECT_EQ(read(""), "time_missing");
}

TEST(TimeReader, knows_a_day_again_and_no_other) {
  TimeReader reader(TimeForm::text, Zone(), now);
  for (int round = 0; round < 2; ++round) {
    for (int year : {1980, 1999, 2000, 2024, 2026}) {
      for (unsigned month = 1; month <= 12; ++month) {
        for (unsigned day = 1; day <= 31; ++day) {
          char text[32];
          std::snprintf(text, sizeof text, "%04d-%02u-%02uT12:34:56Z", year, month, day);
          const auto expected = is_civil(year, month, day) ? std::string(text) : "time_does_not_exist";
          ASSERT_EQ(words_of(reader.read(cell_of(text))), expected);
        }
      }
    }
  }
}

TEST(TimeReader, times_without_a_zone_are_local_in_the_usual_form_too) {
  const auto zone = Zone::find("Europe/Amsterdam", "test");
  EXPECT_EQ(read("2026-07-01 12:00:00", zone), "2026-07-01T10:00:00Z");
  EXPECT_EQ(read("2026-07-01 12:00:00Z", zone), "2026-07-01T12:00:00Z");
  EXPECT_EQ(read("2026-03-29T02:30:00", zone), "time_in_gap");
  EXPECT_EQ(read("2026-10-25T02:30:00", zone), "time_ambiguous");
}

/// A space before a text is trimmed by the careful rules, and the usual form has none.
TEST(TimeReader, both_ways_agree_on_texts_with_a_few_changed_bytes) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::string_view signs = "0123456789:-TZ. +/a\x80\xFF";
  TimeReader reader(TimeForm::text, Zone::find("America/New_York", "test"), now);
  for (int i = 0; i < 100'000; ++i) {
    std::string text(
        std::to_array<std::string_view>({"2026-01-05T13:05:07Z", "2026-12-31 23:59:59", "2024-02-29T00:00:00.125Z",
                                         "2025-11-02 01:30:00.999999"})[i % 4]);
    for (std::size_t change = random() % 4; change > 0; --change)
      text[random() % text.size()] = signs[random() % signs.size()];
    const auto careful = " " + text;
    const auto quick_time = reader.read(cell_of(text));
    const auto careful_time = reader.read(cell_of(careful));
    ASSERT_EQ(words_of(quick_time), words_of(careful_time)) << text;
    ASSERT_EQ(quick_time.micros, careful_time.micros) << text;
    ASSERT_EQ(reader.read_property(text), reader.read_property(careful)) << text;
  }
}

}  // namespace
}  // namespace peregrine::ingest
