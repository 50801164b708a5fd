#include "model/period_table.hpp"

#include <gtest/gtest.h>

#include <random>

namespace peregrine {
namespace {

Time at(std::string_view utc) {
  return {parse_time(utc).value().micros};
}

TEST(PeriodTable, covers_the_periods_of_both_ends) {
  const PeriodTable table(Bucket::week, Zone(), at("2026-01-07T12:00"), at("2026-01-19"));
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table.begin(0), at("2026-01-05").micros);
  EXPECT_EQ(table.end(2), at("2026-01-26").micros);
  EXPECT_TRUE(table.contains(at("2026-01-25T23:59:59").micros));
  EXPECT_FALSE(table.contains(at("2026-01-26").micros));
  EXPECT_FALSE(table.contains(at("2026-01-04T23:59:59").micros));
}

TEST(PeriodTable, holds_nothing_when_it_ends_before_it_begins) {
  const PeriodTable table(Bucket::day, Zone(), at("2026-01-07"), at("2026-01-06"));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_FALSE(table.contains(at("2026-01-06").micros));
  EXPECT_FALSE(PeriodTable().contains(0));
}

TEST(PeriodTable, days_have_the_hours_of_their_zone) {
  const auto zone = Zone::find("Europe/Amsterdam", "timezone");
  const PeriodTable spring(Bucket::day, zone, at("2026-03-28T23:00"), at("2026-03-29T21:59:59"));
  ASSERT_EQ(spring.size(), 1u);
  EXPECT_EQ(spring.end(0) - spring.begin(0), seconds(23 * 3600).micros);
  const PeriodTable autumn(Bucket::day, zone, at("2026-10-25"), at("2026-10-25"));
  ASSERT_EQ(autumn.size(), 1u);
  EXPECT_EQ(autumn.end(0) - autumn.begin(0), seconds(25 * 3600).micros);
}

TEST(PeriodTable, finds_what_the_calendar_says) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto first = at("1931-05-06T07:08");
  const auto last = at("2071-08-09");
  for (const auto* name : {"UTC", "Europe/Amsterdam", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"}) {
    const auto zone = Zone::find(name, "timezone");
    for (const auto period : {Bucket::day, Bucket::week, Bucket::month, Bucket::quarter, Bucket::year}) {
      const PeriodTable table(period, zone, first, last);
      for (int i = 0; i < 500; ++i) {
        const auto span = static_cast<std::uint64_t>(last.micros - first.micros);
        Time time{first.micros + static_cast<std::int64_t>(random() % span)};
        // Half of them at a border or just before it.
        if (i % 2 == 0) time.micros = table.begin(random() % table.size()) - static_cast<std::int64_t>(random() % 2);
        if (!table.contains(time.micros)) continue;
        const auto found = table.find(time.micros);
        EXPECT_LE(table.begin(found), time.micros);
        EXPECT_GT(table.end(found), time.micros);
        EXPECT_EQ(table.begin(found), begin_of_bucket(time, period, zone).micros)
            << name << " " << format_time(time) << " " << enum_names(Bucket{})[static_cast<std::size_t>(period)];
      }
    }
  }
}

}  // namespace
}  // namespace peregrine
