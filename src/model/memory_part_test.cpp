#include "model/memory_part.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace peregrine {
namespace {

std::vector<MemoryEvent> two_customers() {
  return {{.customer = "bob", .known = false, .time = Time{5}, .event = "Ad Seen"},
          {.customer = "ann",
           .time = Time{7},
           .event = "Order Completed",
           .value = 10'000'000,
           .properties = {{"currency", "EUR"}, {"score", 9.0}, {"gift", true}}},
          {.customer = "ann", .time = Time{3}, .event = "Product Viewed"},
          {.customer = "ann", .time = Time{7}, .event = "Ad Seen", .properties = {{"gift", false}}}};
}

TEST(MemoryPart, journeys_are_in_order_of_customer_time_and_arrival) {
  const auto part = MemoryPart::of(two_customers());
  ASSERT_EQ(part.journeys(), 2u);
  ASSERT_EQ(part.events(), 4u);
  EXPECT_EQ(part.customer(0), "ann");
  EXPECT_TRUE(part.known(0));
  EXPECT_FALSE(part.known(1));
  EXPECT_EQ(part.labels[part.event[0]].event, "Product Viewed");
  EXPECT_EQ(part.labels[part.event[1]].event, "Order Completed");
  EXPECT_EQ(part.labels[part.event[2]].event, "Ad Seen");
  EXPECT_EQ(part.event[2], part.event[3]);
  EXPECT_EQ(part.labels[part.event[1]].role, Role::buy);
  EXPECT_EQ(part.newest(), Time{7});
}

TEST(MemoryPart, columns_hold_what_events_said_and_nothing_elsewhere) {
  const auto part = MemoryPart::of(two_customers());
  EXPECT_FALSE(part.value.has(0));
  ASSERT_TRUE(part.value.has(1));
  EXPECT_EQ(part.value.integers[1], 10'000'000);
  EXPECT_EQ(part.property("currency").text(1), "EUR");
  EXPECT_EQ(part.property("score").numbers[1], 9.0);
  EXPECT_TRUE(part.property("gift").boolean(1));
  EXPECT_TRUE(part.property("gift").has(2));
  EXPECT_FALSE(part.property("gift").boolean(2));
  EXPECT_FALSE(part.property("gift").has(3));
  EXPECT_FALSE(part.property("plan").exists());
  std::vector<std::string_view> names;
  for (const auto& column : part.columns()) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"currency", "gift", "score"}));
  EXPECT_EQ(part.columns()[1].type, ColumnType::boolean);
}

TEST(MemoryPart, what_it_shows_survives_a_move) {
  auto first = MemoryPart::of(two_customers(), {.wide_codes = true});
  const MemoryPart second = std::move(first);
  EXPECT_EQ(second.labels[second.event[1]].event, "Order Completed");
  EXPECT_EQ(second.property("currency").text(1), "EUR");
  EXPECT_EQ(second.customer(1), "bob");
}

TEST(MemoryPart, some_journeys_make_a_batch) {
  const auto part = MemoryPart::of(two_customers());
  const auto batch = part.batch(1, 1);
  EXPECT_EQ(batch.journey(0), 1u);
  EXPECT_EQ(batch.begin[0], 3u);
  EXPECT_EQ(batch.end[0], 4u);
}

TEST(MemoryPart, of_nothing_has_no_journeys) {
  const auto part = MemoryPart::of({});
  EXPECT_EQ(part.journeys(), 0u);
  EXPECT_EQ(part.batch().size, 0u);
  EXPECT_FALSE(part.newest().has_value());
}

TEST(MemoryPart, a_property_is_of_one_type) {
  EXPECT_THROW(MemoryPart::of({{.customer = "a", .event = "E", .properties = {{"p", 1.0}}},
                               {.customer = "a", .event = "E", .properties = {{"p", "x"}}}}),
               Error);
}

}  // namespace
}  // namespace peregrine
