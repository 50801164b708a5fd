#include "analyses/transitions/transitions.hpp"

#include <gtest/gtest.h>

#include <random>

#include "model/memory_part.hpp"

namespace peregrine::transitions {
namespace {

using Way = std::vector<std::string>;

void add(Variants& variants, const Way& way, std::int64_t journeys = 1) {
  std::vector<std::uint32_t> places;
  for (const auto& name : way) places.push_back(variants.names().place(name));
  variants.add(places, journeys);
}

std::map<Way, std::int64_t> ways(const Variants& added) {
  const auto variants = added.trimmed();
  std::map<Way, std::int64_t> all;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    Way way;
    for (const auto name : variants.sequence(i)) way.push_back(variants.names()[name]);
    all[way] = variants.journeys(i);
  }
  return all;
}

std::string saved(Variants& variants) {
  Writer out;
  Saver saver(out);
  saver(variants);
  return out.take();
}

TEST(Variants, the_longest_go_when_there_is_no_room) {
  Variants variants(6);
  add(variants, {"A"});
  add(variants, {"A", "B", "C"});
  add(variants, {"A", "B"}, 2);
  EXPECT_FALSE(variants.is_cut());
  add(variants, {"B"});  // seven names: those of three go
  EXPECT_TRUE(variants.trimmed().is_cut());
  EXPECT_EQ(variants.trimmed().longest(), 2U);
  add(variants, {"A", "B", "C"});
  add(variants, {"A", "B"});
  EXPECT_EQ(ways(variants), (std::map<Way, std::int64_t>{{{"A"}, 1}, {{"A", "B"}, 3}, {{"B"}, 1}}));
}

TEST(Variants, one_that_is_longer_than_the_room_is_not_kept) {
  Variants variants(2);
  add(variants, {"A", "B", "A"});
  add(variants, {"A"});
  EXPECT_EQ(ways(variants), (std::map<Way, std::int64_t>{{{"A"}, 1}}));
  EXPECT_TRUE(variants.is_cut());
  EXPECT_EQ(variants.longest(), 2U);
}

TEST(Variants, parts_merged_in_any_order_equal_the_whole_and_survive_saving) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const std::size_t room : {8, 50, 300, 100'000}) {
    Variants whole(room);
    std::vector<Variants> parts(5, Variants(room));
    for (int i = 0; i < 600; ++i) {
      Way way;
      for (auto length = 1 + random() % 6; length > 0; --length) way.push_back(std::string(1, "ABCD"[random() % 4]));
      add(whole, way);
      add(parts[random() % parts.size()], way);
    }
    std::shuffle(parts.begin(), parts.end(), random);
    Variants merged(room);
    for (auto& part : parts) {
      const auto bytes = saved(part);
      Reader in(bytes, "variants");
      Loader loader(in);
      Variants loaded(room);
      loader(loaded);
      EXPECT_EQ(bytes, saved(loaded));
      merged.merge(loaded);
    }
    EXPECT_EQ(saved(whole), saved(merged)) << "room " << room;
  }
}

TEST(Variants, the_most_frequent_come_first_then_the_shorter_then_by_name) {
  Variants variants;
  add(variants, {"C", "A"});
  add(variants, {"B", "A"});
  add(variants, {"C"});
  add(variants, {"A", "B", "C"}, 2);
  const auto order = variants.most_frequent(3);
  ASSERT_EQ(order.size(), 3U);
  EXPECT_EQ(variants.sequence(order[0]).size(), 3U);
  EXPECT_EQ(variants.sequence(order[1]).size(), 1U);
  EXPECT_EQ(variants.names()[variants.sequence(order[2])[0]], "B");
}

TEST(Variants, what_cannot_be_is_refused) {
  Variants variants;
  add(variants, {"A", "B"});
  const auto bytes = saved(variants);
  Reader in(bytes, "variants");
  Loader loader(in);
  Variants small(1);
  EXPECT_THROW(loader(small), Error);
}

TEST(Choosing, states_that_share_what_they_found_choose_the_same) {
  constexpr std::size_t room = 40;  // for the shorter ones of the journeys, which have about six events
  std::mt19937_64 random(1);
  std::vector<MemoryPart> parts;
  for (int i = 0; i < 4; ++i) {
    std::vector<MemoryEvent> events;
    for (int at = 0; at < 120; ++at) {
      events.push_back({.customer = "c" + std::to_string(random() % 20),
                        .time = Time{at * 1'000'000},
                        .event = std::string(1, "ABCD"[random() % 4])});
    }
    parts.push_back(MemoryPart::of(events));
  }
  const auto chosen = [&](bool sharing) {
    VariantBound bound = Variants::any_length;
    Choosing all({}, room);
    for (const auto& part : parts) {
      const Sequences sequences({}, {}, part);
      Choosing choosing({}, room);
      if (sharing) choosing.share(bound);
      choosing.observe(sequences, part.batch());
      choosing.settle(sequences);
      all.merge(choosing);
      if (sharing) all.share(bound);
    }
    EXPECT_TRUE(!sharing || bound != Variants::any_length);
    return all.choose();
  };
  const auto alone = chosen(false);
  EXPECT_GT(alone.longest_variant, 0);
  EXPECT_EQ(alone.hash(), chosen(true).hash());
  EXPECT_EQ(alone.longest_variant, chosen(true).longest_variant);
}

TEST(ChosenNames, the_rest_stands_in_with_a_name_that_is_called_other) {
  const auto chosen = ChosenNames::of({{"A", 3}, {"B", 1}, {"C", 1}, {"other", 2}}, 2);
  EXPECT_EQ(chosen.names, (std::vector<std::string>{"A", "other"}));
  EXPECT_EQ(chosen.left_out, 3);
  const std::vector<std::string_view> part{"B", "other", "A"};
  EXPECT_EQ(chosen.places(part), (std::vector<std::uint32_t>{1, 1, 0}));
}

State observed(const Params& params, const MemoryPart& part) {
  const State::Binding binding(params, {}, part);
  State state(params, {});
  state.observe(binding, part.batch());
  state.settle(binding);
  return state;
}

TEST(Transitions, a_journey_counts_once_an_edge_in_every_part_and_batch) {
  std::vector<MemoryEvent> events;
  for (const auto* customer : {"ann", "bob"}) {
    for (int i = 0; i < 4; ++i) {
      events.push_back({.customer = customer, .time = Time{i * 1'000'000}, .event = i % 2 == 0 ? "A" : "B"});
    }
  }
  const auto part = MemoryPart::of(events);
  const auto params = observed({}, part).next();
  ASSERT_TRUE(params.has_value());
  State state(*params, {});
  const State::Binding binding(*params, {}, part);
  for (int again = 0; again < 2; ++again) {
    state.observe(binding, part.batch(0, 1));
    state.observe(binding, part.batch(1, 1));
    state.settle(binding);
  }
  const auto result = state.finish();
  ASSERT_EQ(result.edges.size(), 2U);
  EXPECT_EQ(result.edges[0].source, "A");
  EXPECT_EQ(result.edges[0].count, 8);
  EXPECT_EQ(result.edges[0].journeys, 4);
  EXPECT_EQ(result.edges[1].count, 4);
  EXPECT_EQ(result.edges[1].journeys, 4);
  EXPECT_FALSE(state.next().has_value());
}

TEST(Transitions, a_state_of_another_choice_is_refused) {
  const auto first = MemoryPart::of({{.customer = "ann", .time = Time{}, .event = "A"}});
  const auto second = MemoryPart::of({{.customer = "ann", .time = Time{}, .event = "B"}});
  auto chosen_a = observed({}, first).next().value();
  auto chosen_b = observed({}, second).next().value();
  auto state = observed(chosen_a, first);
  Writer out;
  Saver saver(out);
  saver(state);
  const auto bytes = out.take();
  Reader in(bytes, "state");
  Loader loader(in);
  State other(chosen_b, {});
  EXPECT_THROW(loader(other), Error);
}

/// What a figure says must be what customers alone say: also "other", for the choice is made by all.
TEST(Transitions, every_row_is_the_sum_of_its_journeys_alone) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::vector<MemoryEvent> events;
  for (int i = 0; i < 400; ++i) {
    events.push_back({.customer = "c" + std::to_string(random() % 60),
                      .time = Time{static_cast<std::int64_t>(random() % 1'000'000) * 1'000'000},
                      .event = std::string(1, "ABCDEFGH"[random() % 8])});
  }
  const auto part = MemoryPart::of(events);
  const auto params = observed({.names = 4, .variants = 3, .depth = 4, .top = 2}, part).next().value();
  const auto whole = observed(params, part).finish();
  const State::Binding binding(params, {}, part);
  std::map<std::string, std::int64_t> journeys;
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    State alone(params, {});
    alone.observe(binding, part.batch(journey, 1));
    alone.settle(binding);
    const auto result = alone.finish();
    for (const auto& row : result.edges) journeys["edge " + row.source + row.target] += row.journeys;
    for (const auto& row : result.variants) journeys["variant " + row.variant] += row.journeys;
    for (const auto& row : result.steps.nodes) journeys["node " + std::to_string(row.step) + row.name] += row.journeys;
  }
  std::map<std::string, std::int64_t> expected;
  for (const auto& row : whole.edges) expected["edge " + row.source + row.target] = row.journeys;
  for (const auto& row : whole.variants) expected["variant " + row.variant] = row.journeys;
  for (const auto& row : whole.steps.nodes) expected["node " + std::to_string(row.step) + row.name] = row.journeys;
  EXPECT_EQ(journeys, expected);
}

}  // namespace
}  // namespace peregrine::transitions
