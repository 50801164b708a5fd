#include "fold/filtered_part.hpp"

#include <gtest/gtest.h>

#include <random>

#include "model/memory_part.hpp"

namespace peregrine {
namespace {

const ColumnRequest everything{.value = true, .properties = {"plan", "score", "gift", "absent"}};

void expect_same_row(const Part& a, std::size_t row_a, const Part& b, std::size_t row_b) {
  ASSERT_EQ(a.time[row_a], b.time[row_b]);
  ASSERT_EQ(a.labels[a.event[row_a]].event, b.labels[b.event[row_b]].event);
  ASSERT_EQ(a.value.has(row_a), b.value.has(row_b));
  if (a.value.has(row_a)) {
    ASSERT_EQ(a.value.integers[row_a], b.value.integers[row_b]);
  }
  const auto plan = std::pair(a.property("plan"), b.property("plan"));
  ASSERT_EQ(plan.first.has(row_a), plan.second.has(row_b));
  if (plan.first.has(row_a)) {
    ASSERT_EQ(plan.first.text(row_a), plan.second.text(row_b));
  }
  const auto score = std::pair(a.property("score"), b.property("score"));
  ASSERT_EQ(score.first.has(row_a), score.second.has(row_b));
  if (score.first.has(row_a)) {
    ASSERT_EQ(score.first.numbers[row_a], score.second.numbers[row_b]);
  }
  const auto gift = std::pair(a.property("gift"), b.property("gift"));
  ASSERT_EQ(gift.first.has(row_a), gift.second.has(row_b));
  if (gift.first.has(row_a)) {
    ASSERT_EQ(gift.first.boolean(row_a), gift.second.boolean(row_b));
  }
  ASSERT_FALSE(a.property("absent").exists() || b.property("absent").exists());
}

TEST(FilteredPart, equals_a_part_made_of_the_kept_events) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    std::vector<MemoryEvent> events(random() % 60);
    std::vector<MemoryEvent> kept;
    for (std::size_t i = 0; i < events.size(); ++i) {
      auto& event = events[i];
      event.customer = std::string(1, static_cast<char>('a' + random() % 6));
      event.known = event.customer < "d";
      event.time = Time{static_cast<std::int64_t>(i)};
      event.event = random() % 3 == 0 ? "A" : "B";
      if (random() % 2 == 0) event.value = static_cast<std::int64_t>(random() % 100);
      if (random() % 2 == 0) event.properties["plan"] = random() % 2 == 0 ? "pro" : "free";
      if (random() % 2 == 0) event.properties["score"] = static_cast<double>(random() % 10);
      if (random() % 2 == 0) event.properties["gift"] = random() % 2 == 0;
      const auto score = event.properties.find("score");
      if (event.event == "A" || (score != event.properties.end() && std::get<double>(score->second) >= 5)) {
        kept.push_back(event);
      }
    }
    const auto whole = MemoryPart::of(events, {.wide_codes = round % 2 == 0});
    const auto right = MemoryPart::of(kept);
    const FilteredPart part(whole, Selection::parse("event = \"A\" or score >= 5", "where"), everything);
    ASSERT_EQ(part.journeys(), whole.journeys());
    ASSERT_EQ(part.events(), right.events());
    std::size_t next = 0;
    for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
      ASSERT_EQ(part.customer(journey), whole.customer(journey));
      ASSERT_EQ(part.known(journey), whole.known(journey));
      if (part.first[journey] == part.first[journey + 1]) continue;
      ASSERT_EQ(part.customer(journey), right.customer(next));
      ASSERT_EQ(part.first[journey + 1] - part.first[journey], right.first[next + 1] - right.first[next]);
      for (auto row = part.first[journey]; row < part.first[journey + 1]; ++row) {
        expect_same_row(part, row, right, right.first[next] + (row - part.first[journey]));
      }
      ++next;
    }
    ASSERT_EQ(next, right.journeys());
  }
}

TEST(FilteredPart, keeps_journeys_in_their_places_when_nothing_is_left) {
  const auto whole = MemoryPart::of({{.customer = "a", .event = "A", .value = 1}, {.customer = "b", .event = "B"}});
  const FilteredPart part(whole, Selection::parse("event = \"C\"", "where"), everything);
  EXPECT_EQ(part.journeys(), 2u);
  EXPECT_EQ(part.events(), 0u);
  EXPECT_FALSE(part.value.exists());
  EXPECT_EQ(part.customer(1), "b");
}

TEST(FilteredPart, holds_only_what_was_asked_for) {
  const auto whole = MemoryPart::of({{.customer = "a", .event = "A", .value = 1, .properties = {{"plan", "pro"}}}});
  const FilteredPart part(whole, Selection::parse("plan = \"pro\"", "where"), {.time = false, .event = false});
  EXPECT_EQ(part.events(), 1u);
  EXPECT_EQ(part.time, nullptr);
  EXPECT_FALSE(part.value.exists());
  EXPECT_FALSE(part.property("plan").exists());
}

}  // namespace
}  // namespace peregrine
