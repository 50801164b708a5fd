#include "analyses/overview/overview.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/error.hpp"
#include "model/memory_part.hpp"

namespace peregrine::overview {
namespace {

MemoryEvent at(std::string customer, std::int64_t seconds_in, std::string event) {
  return {.customer = std::move(customer), .time = Time{seconds_in * 1'000'000}, .event = std::move(event)};
}

State observed(const MemoryPart& part, const Scope& scope = {}, const Params& params = {}) {
  State state(params, scope);
  const State::Binding binding(params, scope, part);
  state.observe(binding, part.batch());
  state.settle(binding);
  return state;
}

std::string saved(State& state) {
  Writer out;
  Saver saver(out);
  state.archive(saver);
  return out.take();
}

std::vector<std::string> notes_of(const std::vector<MemoryEvent>& events) {
  std::vector<std::string> texts;
  for (const auto& note : observed(MemoryPart::of(events)).finish().notes)
    texts.push_back(note.code + ": " + note.text);
  return texts;
}

TEST(Overview, parts_merged_in_any_order_equal_the_whole_and_survive_saving) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::vector<MemoryEvent> events;
  for (int i = 0; i < 2000; ++i) {
    events.push_back(at("c" + std::to_string(random() % 50), static_cast<std::int64_t>(random() % (200 * 86'400)),
                        "Event " + std::to_string(random() % 30)));
    events.back().known = events.back().customer < "c3";
  }
  const Scope scope{.from = Time{20 * day_micros}, .to = Time{150 * day_micros}};
  auto whole = observed(MemoryPart::of(events), scope);
  State merged({}, scope);
  for (const bool first : {false, true}) {
    std::vector<MemoryEvent> part;
    for (const auto& event : events) {
      if ((event.customer.size() == 2) == first) part.push_back(event);
    }
    auto state = observed(MemoryPart::of(part, {.wide_codes = true}), scope);
    const auto bytes = saved(state);
    Reader in(bytes, "state");
    Loader loader(in);
    State loaded({}, scope);
    loaded.archive(loader);
    merged.merge(loaded);
  }
  EXPECT_EQ(json::format(to_json(merged.finish())), json::format(to_json(whole.finish())));
  EXPECT_EQ(saved(merged), saved(whole));
}

TEST(Overview, a_journey_over_several_batches_and_parts_counts_customers_once_a_name) {
  const auto part = MemoryPart::of({at("ann", 1, "A"), at("ann", 2, "B"), at("ann", 3, "A"), at("bob", 1, "A")});
  State state({}, {});
  const State::Binding binding({}, {}, part);
  state.observe(binding, part.batch(0, 1));
  state.observe(binding, part.batch(1, 1));
  state.settle(binding);
  state.observe(binding, part.batch());  // another part with the same codes
  state.settle(binding);
  const auto result = state.finish();
  EXPECT_EQ(result.touchpoints[0].event, "A");
  EXPECT_EQ(result.touchpoints[0].events, 6);
  EXPECT_EQ(result.touchpoints[0].customers, 4);
  EXPECT_EQ(result.touchpoints[1].customers, 2);
}

TEST(Overview, parts_merged_say_the_quarantine_of_the_workspace_once) {
  const Scope scope{.quarantined = 214};
  auto state = observed(MemoryPart::of({}), scope);
  state.merge(observed(MemoryPart::of({at("ann", 1, "A")}), scope));
  EXPECT_EQ(state.finish().quarantined, 214);
  EXPECT_EQ(observed(MemoryPart::of({})).finish().quarantined, 0);
}

TEST(Overview, what_is_missing_says_why) {
  Meta meta;
  observed(MemoryPart::of({})).describe(meta);
  EXPECT_EQ(meta.undefined["/unlabelled"], "there are no events in the range");
}

std::vector<MemoryEvent> busy(const std::string& customer, int events, std::int64_t apart) {
  std::vector<MemoryEvent> all;
  for (int i = 0; i < events; ++i) all.push_back(at(customer, 60 + i * apart, "Ad Seen"));
  return all;
}

TEST(Overview, a_customer_with_very_many_events_is_noted) {
  EXPECT_EQ(notes_of(busy("bot", 10'001, 7)),
            std::vector<std::string>{
                "heavy_customer: One customer has 10,001 events, 100 % of all: perhaps a robot or a shared login."});
  EXPECT_EQ(notes_of(busy("bot", 10'000, 7)), std::vector<std::string>{});
}

TEST(Overview, very_many_events_on_one_day_are_noted_even_of_a_small_share) {
  std::vector<std::int64_t> times(100'001);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = static_cast<std::int64_t>(i) * 800'000;
  Quality quality;
  quality.add_customer(times.data(), times.size());
  const auto notes = quality.notes(std::int64_t{1'000'000'000});
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].text, "One customer has more than 100,000 events on one day: perhaps a robot.");
  Quality none;
  none.add_customer(times.data(), times.size() - 1);
  EXPECT_TRUE(none.notes(std::int64_t{1'000'000'000}).empty());
}

TEST(Overview, fifty_thousand_names_are_fine) {
  std::vector<MemoryEvent> events;
  for (int i = 0; i < 50'000; ++i) events.push_back(at("ann", i, "Event " + std::to_string(i)));
  EXPECT_EQ(observed(MemoryPart::of(std::move(events)), {}, {.names = 50'000}).finish().touchpoints.size(), 50'000u);
}

TEST(DayCounts, days_far_apart_do_not_take_the_memory_between_them) {
  DayCounts counts;
  for (const std::int64_t day : {20'000, 20'001, 19'000, 20'000, -106'751'992, 106'751'991}) counts.add(day);
  const std::map<std::int64_t, std::int64_t> expected = {
      {-106'751'992, 1}, {19'000, 1}, {20'000, 2}, {20'001, 1}, {106'751'991, 1}};
  EXPECT_EQ(counts.by_day(), expected);
  DayCounts merged;
  merged.merge(counts);
  merged.merge(counts);
  EXPECT_EQ(merged.by_day().at(20'000), 4);
}

TEST(DayCounts, the_day_of_a_time_before_1970_is_the_day_it_lies_in) {
  EXPECT_EQ(day_of(0), 0);
  EXPECT_EQ(day_of(day_micros - 1), 0);
  EXPECT_EQ(day_of(-1), -1);
  EXPECT_EQ(day_of(-day_micros), -1);
  EXPECT_EQ(day_of(-day_micros - 1), -2);
}

TEST(Share, is_never_nothing_or_all_for_what_is_neither) {
  EXPECT_EQ(format_share(1, 3), "33.3 %");
  EXPECT_EQ(format_share(1, 2), "50 %");
  EXPECT_EQ(format_share(1, 1'000'000), "0.1 %");
  EXPECT_EQ(format_share(999'999, 1'000'000), "99.9 %");
  EXPECT_EQ(format_share(0, 5), "0 %");
  EXPECT_EQ(format_share(5, 5), "100 %");
}

TEST(Overview, says_when_names_differ_only_in_an_id) {
  std::vector<MemoryEvent> events;
  for (int i = 0; i < 25; ++i) events.push_back(at("ann", 60 * i + 1, "Viewed product " + std::to_string(1000 + i)));
  for (int i = 0; i < 20; ++i) events.push_back(at("ann", 60 * i + 2, "/cart/" + std::to_string(i)));
  const auto notes = notes_of(events);
  ASSERT_FALSE(notes.empty());
  EXPECT_EQ(
      notes[0],
      "ids: 45 names of events differ only in an id, such as \"Viewed product 1000\": the pattern \"Viewed product "
      "*\" names 25 at once under touchpoints in workspace.yaml, and 1 more would name the others; an id is better "
      "kept in a property.");
  events.resize(19);  // one name too few
  for (const auto& note : notes_of(events)) EXPECT_FALSE(note.starts_with("ids")) << note;
}

TEST(Overview, names_beyond_the_rows_are_counted_together) {
  const std::vector<MemoryEvent> events{at("a", 1, "A"), at("a", 2, "A"), at("a", 3, "B"), at("b", 1, "C")};
  const auto part = MemoryPart::of(events);
  const auto second = observed(part, {}, {.names = 1}).next();
  ASSERT_TRUE(second.has_value());
  const auto counted = observed(part, {}, *second);
  EXPECT_FALSE(counted.next().has_value());
  const auto result = counted.finish();
  ASSERT_EQ(result.touchpoints.size(), 1u);
  EXPECT_EQ(result.touchpoints[0].event, "A");
  EXPECT_EQ(result.others.names, 2);
  EXPECT_EQ(result.others.events, 2);
}

TEST(Overview, one_pass_is_enough_where_all_names_have_rows) {
  const auto part = MemoryPart::of({at("a", 1, "A"), at("a", 3, "B"), at("b", 1, "C")});
  EXPECT_FALSE(observed(part, {}, {.names = 3}).next().has_value());
  EXPECT_TRUE(observed(part, {}, {.names = 2}).next().has_value());
  EXPECT_EQ(observed(part).finish().others.names, 0);
}

TEST(Overview, names_of_equally_many_events_have_rows_by_name) {
  const auto part = MemoryPart::of({at("a", 1, "C"), at("a", 2, "B"), at("b", 1, "A"), at("b", 2, "C")});
  EXPECT_EQ(*observed(part, {}, {.names = 2}).next()->chosen, (std::vector<std::string>{"A", "C"}));
}

TEST(Overview, a_customer_alone_is_behind_the_row_or_behind_the_others) {
  const auto part = MemoryPart::of({at("ann", 1, "A"), at("ann", 2, "A"), at("ann", 3, "B"), at("bob", 1, "C")});
  const auto second = observed(part, {}, {.names = 1}).next();
  ASSERT_TRUE(second.has_value());
  State bob(*second, {});
  const State::Binding binding(*second, {}, part);
  bob.observe(binding, part.batch(1, 1));
  bob.settle(binding);
  EXPECT_TRUE(bob.finish().touchpoints.empty());
  EXPECT_EQ(bob.finish().others.events, 1);
}

TEST(Overview, a_state_of_another_pass_is_refused) {
  const auto part = MemoryPart::of({at("a", 1, "A"), at("a", 2, "B")});
  auto first = observed(part, {}, {.names = 1});
  const auto bytes = saved(first);
  Reader in(bytes, "state");
  Loader loader(in);
  State second(*first.next(), {});
  EXPECT_THROW(second.archive(loader), Error);
}

TEST(Overview, guesses_are_marked) {
  const Vocabulary vocabulary({{.pattern = "G", .role = Role::read, .guess = true}});
  const auto part = MemoryPart::of({at("a", 1, "G"), at("a", 2, "Ad Seen"), at("a", 3, "G"), at("a", 4, "X")},
                                   {.vocabulary = &vocabulary});
  const auto result = observed(part).finish();
  EXPECT_DOUBLE_EQ(*result.guessed, 0.5);
  EXPECT_DOUBLE_EQ(*result.unlabelled, 0.25);
  EXPECT_TRUE(result.touchpoints[0].guessed);
  EXPECT_FALSE(result.touchpoints[1].guessed);
}

}  // namespace
}  // namespace peregrine::overview
