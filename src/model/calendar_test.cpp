#include "model/calendar.hpp"

#include <gtest/gtest.h>

namespace peregrine {
namespace {

std::string bucket(std::string_view utc, Bucket bucket, std::string_view zone = "UTC") {
  return format_bucket(parse_time(utc).value().micros, bucket, Zone::find(zone, "timezone"));
}

TEST(Calendar, a_bucket_is_named_by_its_first_day) {
  EXPECT_EQ(bucket("2026-02-28T23:59:59.999999", Bucket::day), "2026-02-28");
  EXPECT_EQ(bucket("2026-03-01", Bucket::day), "2026-03-01");
  EXPECT_EQ(bucket("2026-02-28", Bucket::month), "2026-02");
}

TEST(Calendar, weeks_begin_on_monday) {
  EXPECT_EQ(bucket("2026-03-01", Bucket::week), "2026-02-23");  // a Sunday
  EXPECT_EQ(bucket("2026-03-02", Bucket::week), "2026-03-02");
  EXPECT_EQ(bucket("2026-01-01", Bucket::week), "2025-12-29");
}

TEST(Calendar, before_1970_buckets_are_cut_the_same_way) {
  EXPECT_EQ(bucket("1969-12-31T23:59:59", Bucket::day), "1969-12-31");
  EXPECT_EQ(bucket("1969-12-31", Bucket::day), "1969-12-31");
  EXPECT_EQ(bucket("1969-12-28", Bucket::week), "1969-12-22");  // a Sunday
  EXPECT_EQ(bucket("1969-12-29", Bucket::week), "1969-12-29");
  EXPECT_EQ(bucket("1968-02-29", Bucket::month), "1968-02");
}

TEST(Calendar, days_are_cut_in_the_zone_and_may_have_23_or_25_hours) {
  EXPECT_EQ(bucket("2026-03-28T22:59:59", Bucket::day, "Europe/Amsterdam"), "2026-03-28");
  EXPECT_EQ(bucket("2026-03-28T23:00", Bucket::day, "Europe/Amsterdam"), "2026-03-29");
  EXPECT_EQ(bucket("2026-03-29T21:59:59", Bucket::day, "Europe/Amsterdam"), "2026-03-29");  // 23 hours later
  EXPECT_EQ(bucket("2026-03-29T22:00", Bucket::day, "Europe/Amsterdam"), "2026-03-30");
  EXPECT_EQ(bucket("2026-10-24T22:00", Bucket::day, "Europe/Amsterdam"), "2026-10-25");
  EXPECT_EQ(bucket("2026-10-25T22:59:59", Bucket::day, "Europe/Amsterdam"), "2026-10-25");  // 25 hours later
  EXPECT_EQ(bucket("2026-10-25T23:00", Bucket::day, "Europe/Amsterdam"), "2026-10-26");
}

TEST(Calendar, months_are_cut_in_the_zone) {
  EXPECT_EQ(bucket("2026-01-31T23:30", Bucket::month, "Europe/Amsterdam"), "2026-02");
  EXPECT_EQ(bucket("2026-02-01T03:30", Bucket::month, "America/New_York"), "2026-01");
}

}  // namespace
}  // namespace peregrine
