#include "model/event_batch.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

EventBatch two_events() {
  EventBatch batch;
  batch.source = 3;
  batch.first_row = 100;
  batch.row = {0, 1};
  batch.time = {5, 6};
  batch.event.add("Page Viewed");
  batch.event.add("Order Completed");
  batch.customer.add_none();
  batch.customer.add("ann");
  batch.anonymous.add("cookie");
  batch.anonymous.add_none();
  batch.value = {0, 10'000'000};
  batch.value_valid = {0, 1};
  batch.properties["plan"].texts.add("pro");
  batch.properties["plan"].texts.add_none();
  auto& score = batch.properties["score"];
  score.type = ColumnType::number;
  score.numbers = {1.5, 0};
  score.valid = {1, 0};
  auto& gift = batch.properties["gift"];
  gift.type = ColumnType::boolean;
  gift.booleans = {0, 1};
  gift.valid = {1, 1};
  auto& due = batch.properties["due"];
  due.type = ColumnType::time;
  due.integers = {7, 8};
  due.valid = {1, 1};
  return batch;
}

std::string batch_refusal(const EventBatch& batch) {
  const auto bytes = write_batch(batch);
  return refusal_of([&] { read_batch(bytes); });
}
constexpr std::string_view unequal = "corrupt | event batch: has columns of unequal length";

TEST(EventBatch, what_is_written_is_read_again) {
  const auto read = read_batch(write_batch(two_events()));
  EXPECT_EQ(read.size(), 2u);
  EXPECT_EQ(read.source, 3u);
  EXPECT_EQ(read.first_row, 100u);
  EXPECT_EQ(read.time, (std::vector<std::int64_t>{5, 6}));
  EXPECT_EQ(read.event.text(1), "Order Completed");
  EXPECT_FALSE(read.customer.has(0));
  EXPECT_EQ(read.customer.text(1), "ann");
  EXPECT_EQ(read.anonymous.text(0), "cookie");
  EXPECT_EQ(read.account.size(), 0u);
  EXPECT_EQ(read.value_valid, (std::vector<std::uint8_t>{0, 1}));
  EXPECT_EQ(read.properties.at("plan").texts.text(0), "pro");
  EXPECT_EQ(read.properties.at("score").numbers[0], 1.5);
  EXPECT_EQ(read.properties.at("gift").booleans[1], 1);
  EXPECT_EQ(read.properties.at("due").integers[1], 8);
  EXPECT_EQ(write_batch(read), write_batch(two_events()));
}

TEST(EventBatch, of_nothing_is_read_again) {
  EXPECT_EQ(read_batch(write_batch({})).size(), 0u);
}

TEST(EventBatch, columns_of_unequal_length_are_refused) {
  auto batch = two_events();
  batch.row.pop_back();
  EXPECT_EQ(batch_refusal(batch), unequal);
  batch = two_events();
  batch.event.add("One Too Many");
  EXPECT_EQ(batch_refusal(batch), unequal);
  batch = two_events();
  batch.value_valid.pop_back();
  EXPECT_EQ(batch_refusal(batch), unequal);
  batch = two_events();
  batch.sequence = {1};
  EXPECT_EQ(batch_refusal(batch), unequal);
  batch = two_events();
  batch.properties["score"].valid.push_back(1);
  EXPECT_EQ(batch_refusal(batch), unequal);
  batch = two_events();
  batch.properties["plan"].texts.add("more");
  EXPECT_EQ(batch_refusal(batch), unequal);
}

TEST(EventBatch, a_column_without_the_values_of_its_type_is_refused) {
  for (const auto type : {ColumnType::number, ColumnType::boolean, ColumnType::time, ColumnType::money}) {
    for (const auto* filled : {"score", "gift", "due"}) {
      auto batch = two_events();
      auto column = batch.properties[filled];
      const bool right = column.type == type || (column.type == ColumnType::time && type == ColumnType::money);
      column.type = type;
      batch.properties = {{filled, column}};
      EXPECT_EQ(batch_refusal(batch),
                right ? "nothing was thrown" : "corrupt | event batch: has a column whose values are not of its type")
          << filled << " as " << enum_names(ColumnType{})[static_cast<std::size_t>(type)];
    }
  }
}

TEST(EventBatch, an_unknown_type_is_refused) {
  auto batch = two_events();
  batch.properties["score"].type = static_cast<ColumnType>(5);
  EXPECT_EQ(batch_refusal(batch), "corrupt | event batch: has a column of no known type");
}

TEST(EventBatch, a_code_without_a_name_is_refused) {
  auto batch = two_events();
  batch.event = TextColumn::of({"Page Viewed"}, {0, 1});
  EXPECT_EQ(batch_refusal(batch), "corrupt | event batch: names a text that it does not hold");
}

TEST(EventBatch, texts_that_end_elsewhere_are_refused) {
  auto batch = two_events();
  const auto refusal = "corrupt | event batch: has texts that end elsewhere";
  batch.event = TextColumn::of(TextNames::of({5, 4}, "Page"), {0, 1});
  EXPECT_EQ(batch_refusal(batch), refusal);
  auto bytes = write_batch(two_events());
  const auto names = bytes.find("Page ViewedOrder Completed");
  const std::uint32_t last_end = 27;
  bytes.replace(names - sizeof(std::uint64_t) - sizeof last_end, sizeof last_end,
                reinterpret_cast<const char*>(&last_end), sizeof last_end);
  EXPECT_EQ(refusal_of([&] { read_batch(bytes); }), refusal);
}

TEST(EventBatch, an_event_needs_a_name_and_somebody) {
  auto batch = two_events();
  batch.event = TextColumn::of({"Page Viewed"}, {0, TextColumn::none});
  EXPECT_EQ(batch_refusal(batch), "corrupt | event batch: has an event without a name");
  batch = two_events();
  batch.customer = TextColumn();
  EXPECT_EQ(batch_refusal(batch), "corrupt | event batch: has an event of nobody");
}

TEST(EventBatch, any_prefix_is_refused_and_so_is_more) {
  const auto bytes = write_batch(two_events());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(refusal_of([&] { read_batch(std::string_view(bytes).substr(0, size)); }).substr(0, 9), "corrupt |")
        << size;
  }
  EXPECT_EQ(refusal_of([&] { read_batch(bytes + "x"); }), "corrupt | event batch: goes on after its end");
}

TEST(EventBatch, changed_bytes_are_refused_or_make_another_sound_batch) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto bytes = write_batch(two_events());
  for (int round = 0; round < 5'000; ++round) {
    auto changed = bytes;
    changed[random() % changed.size()] = static_cast<char>(random());
    try {
      const auto batch = read_batch(changed);
      for (std::size_t row = 0; row < batch.size(); ++row) ASSERT_LE(batch.event.text(row).size(), changed.size());
      for (const auto& [name, column] : batch.properties) ASSERT_EQ(column.size(), batch.size()) << name;
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::corrupt);
    }
  }
}

TEST(PropertyColumn, fills_up_with_nothing_whatever_its_type) {
  for (const auto type :
       {ColumnType::text, ColumnType::number, ColumnType::boolean, ColumnType::time, ColumnType::money}) {
    PropertyColumn column{.type = type};
    column.fill(3);
    EXPECT_EQ(column.size(), 3u);
    EXPECT_EQ(column.valid, std::vector<std::uint8_t>(type == ColumnType::text ? 0 : 3, 0));
  }
}

}  // namespace
}  // namespace peregrine
