#include "model/journey.hpp"

#include <gtest/gtest.h>

namespace peregrine {
namespace {

TEST(ColumnRequest, adding_asks_for_what_either_asks_and_no_name_twice) {
  ColumnRequest request{.time = false, .event = true, .properties = {"plan"}};
  request.add({.time = false, .event = false, .value = true, .properties = {"channel", "plan"}, .identities = true});
  EXPECT_FALSE(request.time);
  EXPECT_TRUE(request.event);
  EXPECT_TRUE(request.value);
  EXPECT_TRUE(request.identities);
  EXPECT_EQ(request.properties, (std::vector<std::string>{"plan", "channel"}));
}

TEST(Scope, a_range_is_half_open) {
  const Scope scope{.from = Time{10}, .to = Time{20}};
  EXPECT_FALSE(scope.contains(9));
  EXPECT_TRUE(scope.contains(10));
  EXPECT_TRUE(scope.contains(19));
  EXPECT_FALSE(scope.contains(20));
}

TEST(ColumnView, without_validity_every_row_has_a_value) {
  const double numbers[] = {1, 2};
  const ColumnView column{.type = ColumnType::number, .rows = 2, .numbers = numbers};
  EXPECT_TRUE(column.has(0) && column.has(1));
  EXPECT_FALSE(ColumnView{}.has(0));
}

TEST(ColumnView, bits_are_counted_from_the_lowest) {
  const std::uint8_t bits[] = {0b0000'0010, 0b0000'0001};
  const ColumnView column{.type = ColumnType::boolean, .rows = 9, .validity = bits, .booleans = bits};
  EXPECT_FALSE(column.has(0));
  EXPECT_TRUE(column.has(1));
  EXPECT_TRUE(column.has(8));
  EXPECT_TRUE(column.boolean(8));
  EXPECT_FALSE(column.boolean(7));
}

TEST(JourneyBatch, journeys_follow_one_another_or_are_listed) {
  const std::uint64_t listed[] = {7, 3};
  EXPECT_EQ((JourneyBatch{.size = 2, .first_journey = 5}.journey(1)), 6u);
  EXPECT_EQ((JourneyBatch{.size = 2, .journeys = listed}.journey(1)), 3u);
}

}  // namespace
}  // namespace peregrine
