#include "base/time.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3600 * second;

std::int64_t at(std::string_view text) {
  return parse_time(text).value().micros;
}

TEST(ParseDuration, reads_whole_numbers_with_units) {
  EXPECT_EQ(parse_duration("14d"), days(14));
  EXPECT_EQ(parse_duration("1h30m"), seconds(5400));
  EXPECT_EQ(parse_duration("2w"), days(14));
  EXPECT_EQ(parse_duration("500ms"), Duration{500'000});
  EXPECT_EQ(parse_duration("7us"), Duration{7});
  EXPECT_EQ(parse_duration("0s"), Duration{0});
}

TEST(ParseDuration, anything_else_is_nothing) {
  for (const auto* text : {"", "14", "d", "-1d", "-0s", "1.5d", "1 d", "1d ", " 1d", "1D", "1y", "1d2", "+1d",
                           "9999999999w", "106751992d106751992d"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(FormatDuration, is_short) {
  EXPECT_EQ(format_duration(days(14)), "14d");
  EXPECT_EQ(format_duration(seconds(5400)), "1h30m");
  EXPECT_EQ(format_duration({}), "0s");
  EXPECT_EQ(format_duration({1'001}), "1ms1us");
}

TEST(FormatDuration, reads_back_the_same) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 5'000; ++i) {
    const Duration duration{static_cast<std::int64_t>(random() >> (1 + random() % 63))};
    ASSERT_EQ(parse_duration(format_duration(duration)), duration) << duration.micros;
  }
}

TEST(ParseTime, accepts_dates_clocks_and_offsets) {
  const struct {
    const char* text;
    const char* utc;
    bool zoned;
  } cases[] = {
      {"2026-02-28", "2026-02-28T00:00:00Z", false},
      {"2026-02-28Z", "2026-02-28T00:00:00Z", true},
      {"2024-02-29", "2024-02-29T00:00:00Z", false},
      {"2000-02-29", "2000-02-29T00:00:00Z", false},
      {"2026-02-28T13:05", "2026-02-28T13:05:00Z", false},
      {"2026-02-28 13:05:07", "2026-02-28T13:05:07Z", false},
      {"2026-02-28 13:05:07.123456", "2026-02-28T13:05:07.123456Z", false},
      {"2026-02-28T13:05:07,5", "2026-02-28T13:05:07.5Z", false},
      {"2026-02-28T13:05:07.123456999", "2026-02-28T13:05:07.123456Z", false},
      {"2026-02-28T13:05Z", "2026-02-28T13:05:00Z", true},
      {"2026-02-28T13:05z", "2026-02-28T13:05:00Z", true},
      {"2026-02-28 13:05 UTC", "2026-02-28T13:05:00Z", true},
      {"2026-02-28T13:05+01:00", "2026-02-28T12:05:00Z", true},
      {"2026-02-28T13:05:07-0330", "2026-02-28T16:35:07Z", true},
      {"2026-02-28T13:05 +01", "2026-02-28T12:05:00Z", true},
      {"2026-01-01T00:30+01:00", "2025-12-31T23:30:00Z", true},
      {"1969-12-31T23:59:59.999999", "1969-12-31T23:59:59.999999Z", false},
      {"0001-01-01", "0001-01-01T00:00:00Z", false},
      {"9999-12-31T23:59:59", "9999-12-31T23:59:59Z", false},
  };
  for (const auto& each : cases) {
    const auto time = parse_time(each.text);
    ASSERT_TRUE(time.has_value()) << each.text;
    EXPECT_EQ(format_time({time->micros}), each.utc) << each.text;
    EXPECT_EQ(time->zoned, each.zoned) << each.text;
  }
}

TEST(ParseTime, refuses_what_does_not_exist_or_is_something_else) {
  for (const auto* text : {"",
                           "2026",
                           "2026-02",
                           "2026-02-30",
                           "2025-02-29",
                           "1900-02-29",
                           "2026-13-01",
                           "2026-00-10",
                           "2026-01-00",
                           "2026-04-31",
                           "2026-2-3",
                           "26-02-28",
                           "02026-02-28",
                           "2026/02/28",
                           "28-02-2026",
                           " 2026-02-28",
                           "2026-02-28 ",
                           "2026-02-28T",
                           "2026-02-28T24:00",
                           "2026-02-28T12:60",
                           "2026-02-28T12:00:60",
                           "2026-02-28T12",
                           "2026-02-28T12:5",
                           "2026-02-28T12:00:00.",
                           "2026-02-28T12:00:00.1234567890",
                           "2026-02-28T12:00+1",
                           "2026-02-28T12:00+01:",
                           "2026-02-28T12:00+1:00",
                           "2026-02-28T12:00+19:00",
                           "2026-02-28T12:00+01:60",
                           "2026-02-28T12:00+01:000",
                           "2026-02-28T12:00 CET",
                           "2026-02-28T12:00ZZ",
                           "2026-02-28T12:00 PM",
                           "2026-02-28t12:00",
                           "1772283600"}) {
    EXPECT_FALSE(parse_time(text).has_value()) << text;
  }
}

TEST(FormatTime, reads_back_the_same) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto first = at("0001-01-01");
  const auto length = static_cast<std::uint64_t>(at("9999-12-31") - first);
  for (int i = 0; i < 5'000; ++i) {
    const Time time{first + static_cast<std::int64_t>(random() % length)};
    const auto text = format_time(time);
    const auto read = parse_time(text);
    ASSERT_TRUE(read && read->zoned && read->micros == time.micros) << text;
  }
}

TEST(FormatTime, bears_the_ends_of_time) {  // undefined behaviour would be the fault here, not the year
  EXPECT_EQ(format_time(Time::earliest()).substr(format_time(Time::earliest()).size() - 17), "T19:59:05.224192Z");
  EXPECT_EQ(format_time(Time::latest()).substr(format_time(Time::latest()).size() - 17), "T04:00:54.775807Z");
}

TEST(Civil, the_gregorian_calendar_has_its_leap_years) {
  EXPECT_TRUE(is_civil(2024, 2, 29));
  EXPECT_FALSE(is_civil(2026, 2, 29));
  EXPECT_FALSE(is_civil(2100, 2, 29));
  EXPECT_FALSE(is_civil(2026, 0, 1));
  EXPECT_EQ(micros_of_civil(1970, 1, 2, 5), 86'400 * second + 5);
  EXPECT_EQ(micros_of_civil(1969, 12, 31, 0), -86'400 * second);
}

// Europe/Amsterdam 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC.
class Amsterdam : public testing::Test {
 protected:
  Zone zone = Zone::find("Europe/Amsterdam", "timezone");
};

TEST_F(Amsterdam, an_hour_that_does_not_exist_moves_forward_by_the_gap) {
  EXPECT_EQ(zone.to_utc(at("2026-03-29T01:59:59")), at("2026-03-29T00:59:59"));
  EXPECT_EQ(zone.to_utc(at("2026-03-29T02:30")), at("2026-03-29T01:30"));
  EXPECT_EQ(zone.to_local(zone.to_utc(at("2026-03-29T02:30"))), at("2026-03-29T03:30"));
  EXPECT_EQ(zone.to_utc(at("2026-03-29T03:00")), at("2026-03-29T01:00"));
}

TEST_F(Amsterdam, an_hour_that_occurs_twice_takes_the_first) {
  EXPECT_EQ(zone.to_utc(at("2026-10-25T01:59")), at("2026-10-24T23:59"));
  EXPECT_EQ(zone.to_utc(at("2026-10-25T02:30")), at("2026-10-25T00:30"));
  EXPECT_EQ(zone.to_utc(at("2026-10-25T03:00")), at("2026-10-25T02:00"));
}

TEST_F(Amsterdam, both_of_the_hours_that_occur_twice_read_the_same) {
  EXPECT_EQ(zone.to_local(at("2026-10-25T00:30")), at("2026-10-25T02:30"));
  EXPECT_EQ(zone.to_local(at("2026-10-25T01:30")), at("2026-10-25T02:30"));
  EXPECT_EQ(zone.format({at("2026-10-25T00:30")}), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(zone.format({at("2026-10-25T01:30")}), "2026-10-25T02:30:00+01:00");
}

TEST_F(Amsterdam, the_clock_jumps_at_the_change) {
  EXPECT_EQ(zone.to_local(at("2026-03-29T00:59:59")), at("2026-03-29T01:59:59"));
  EXPECT_EQ(zone.to_local(at("2026-03-29T01:00")), at("2026-03-29T03:00"));
}

TEST_F(Amsterdam, every_point_of_time_but_the_second_of_a_double_hour_comes_back) {
  const auto first = at("2026-01-01");
  for (std::int64_t time = first; time < at("2027-01-01"); time += hour / 2) {
    const bool second_of_two = time >= at("2026-10-25T01:00") && time < at("2026-10-25T02:00");
    ASSERT_EQ(zone.to_utc(zone.to_local(time)), second_of_two ? time - hour : time) << format_time({time});
    ASSERT_EQ(parse_time(zone.format({time}))->micros, time) << format_time({time});
  }
}

TEST(Zone, is_utc_unless_said_otherwise) {
  EXPECT_EQ(Zone().name(), "UTC");
  EXPECT_EQ(Zone().to_local(5), 5);
  EXPECT_EQ(Zone().to_utc(5), 5);
  EXPECT_EQ(Zone().format({at("2026-02-28T13:05:07.25")}), "2026-02-28T13:05:07.25Z");
  EXPECT_EQ(Zone::find("Etc/UTC", "timezone").to_local(5), 5);
}

TEST(Zone, offsets_of_half_hours_and_west_are_written) {
  EXPECT_EQ(Zone::find("Asia/Kolkata", "timezone").format({at("2026-01-01")}), "2026-01-01T05:30:00+05:30");
  EXPECT_EQ(Zone::find("America/St_Johns", "timezone").format({at("2026-01-01")}), "2025-12-31T20:30:00-03:30");
}

TEST(Zone, an_unknown_name_is_refused_with_a_proposal) {
  EXPECT_EQ(refusal_of([] { Zone::find("Europe/Amsterdan", "timezone"); }),
            "invalid | timezone: is no time zone: \"Europe/Amsterdan\" (did you mean \"Europe/Amsterdam\"?)");
  EXPECT_EQ(refusal_of([] { Zone::find("the middle of nowhere at all", "timezone"); }),
            "invalid | timezone: is no time zone: \"the middle of nowhere at all\" (an IANA name such as "
            "Europe/Amsterdam)");
  EXPECT_EQ(refusal_of([] { Zone::find("", "timezone"); }),
            "invalid | timezone: is no time zone: \"\" (an IANA name such as Europe/Amsterdam)");
}

}  // namespace
}  // namespace peregrine
