#include "model/session.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <sstream>

#include "model/memory_part.hpp"

namespace peregrine {
namespace {

constexpr std::int64_t minute = 60'000'000;

struct Visit {
  std::int64_t micros = 0;
  std::string campaign{};  // empty: the event has none
};

MemoryEvent event_of(const std::string& customer, const Visit& visit) {
  MemoryEvent event{.customer = customer, .time = Time{visit.micros}, .event = "Page Viewed"};
  if (!visit.campaign.empty()) event.properties["campaign"] = visit.campaign;
  return event;
}

MemoryPart journey_of(const std::vector<Visit>& visits) {
  std::vector<MemoryEvent> events;
  for (const auto& visit : visits) events.push_back(event_of("ann", visit));
  return MemoryPart::of(std::move(events));
}

/// How many events each session of a journey has: `3 1`.
std::string sessions_of(const MemoryPart& part, const SessionRule& rule, std::size_t journey = 0) {
  const Sessions sessions(rule, part);
  std::string lengths;
  const auto end = part.first[journey + 1];
  for (auto begin = part.first[journey]; begin < end;) {
    const auto next = sessions.end_of(begin, end);
    lengths += (lengths.empty() ? "" : " ") + std::to_string(next - begin);
    begin = next;
  }
  return lengths;
}

std::string sessions_of(const std::vector<Visit>& visits, const SessionRule& rule = {}) {
  return sessions_of(journey_of(visits), rule);
}

/// Visits a minute apart by their campaigns; `-` is one without.
std::string sessions_by_campaign(const std::string& campaigns, const SessionRule& rule = {.split_on_campaign = true}) {
  std::vector<Visit> visits;
  std::istringstream words(campaigns);
  for (std::string word; words >> word;) {
    visits.push_back({static_cast<std::int64_t>(visits.size()) * minute, word == "-" ? "" : word});
  }
  return sessions_of(visits, rule);
}

TEST(Session, half_an_hour_of_silence_is_still_the_same_and_more_is_not) {
  EXPECT_EQ(sessions_of({{0}, {30 * minute}, {60 * minute}}), "3");
  EXPECT_EQ(sessions_of({{0}, {30 * minute + 1}, {60 * minute}}), "1 2");
}

TEST(Session, silence_is_measured_from_the_event_before_not_from_the_start) {
  std::vector<Visit> visits;
  for (std::int64_t i = 0; i < 100; ++i) visits.push_back({i * 29 * minute});
  EXPECT_EQ(sessions_of(visits), "100");
}

TEST(Session, of_one_event_or_of_events_at_one_time) {
  EXPECT_EQ(sessions_of({{0}}), "1");
  EXPECT_EQ(sessions_of({{5}, {5}, {5}}), "3");
}

TEST(Session, goes_on_over_midnight) {
  const std::int64_t midnight = 20'000 * days(1).micros;
  EXPECT_EQ(sessions_of({{midnight - minute}, {midnight}, {midnight + minute}}), "3");
}

TEST(Session, the_silence_is_a_setting) {
  const std::vector<Visit> visits{{0}, {2 * minute}, {70 * minute}};
  EXPECT_EQ(sessions_of(visits, {.silence = seconds(60)}), "1 1 1");
  EXPECT_EQ(sessions_of(visits, {.silence = seconds(120)}), "2 1");
  EXPECT_EQ(sessions_of(visits, {.silence = seconds(3'600 * 2)}), "3");
}

TEST(Session, another_rule_holds_for_the_past) {
  const auto part = journey_of({{0, "spring"}, {20 * minute, "autumn"}, {60 * minute, "autumn"}});
  EXPECT_EQ(sessions_of(part, {}), "2 1");
  EXPECT_EQ(sessions_of(part, {.silence = seconds(3'600)}), "3");
  EXPECT_EQ(sessions_of(part, {.silence = seconds(3'600), .split_on_campaign = true}), "1 2");
  EXPECT_EQ(sessions_of(part, {}), "2 1");
}

TEST(Session, another_campaign_begins_one_only_when_the_rule_says_so) {
  EXPECT_EQ(sessions_by_campaign("spring autumn autumn spring", {}), "4");
  EXPECT_EQ(sessions_by_campaign("spring autumn autumn spring"), "1 2 1");
}

TEST(Session, the_same_campaign_or_none_goes_on) {
  EXPECT_EQ(sessions_by_campaign("spring spring - spring -"), "5");
  EXPECT_EQ(sessions_by_campaign("- - -"), "3");
}

TEST(Session, the_campaign_is_that_of_its_first_event) {
  EXPECT_EQ(sessions_by_campaign("spring - autumn"), "2 1");
  EXPECT_EQ(sessions_by_campaign("- spring spring"), "1 2");  // it began without one: spring is another
}

TEST(Session, silence_ends_one_within_a_campaign_too) {
  EXPECT_EQ(sessions_of({{0, "spring"}, {31 * minute, "spring"}}, {.split_on_campaign = true}), "1 1");
}

TEST(Session, a_part_without_campaigns_or_with_campaigns_that_are_no_text_is_cut_by_silence_alone) {
  const SessionRule rule{.split_on_campaign = true};
  EXPECT_EQ(sessions_of({{0}, {minute}}, rule), "2");
  const auto numbers = MemoryPart::of(
      {{.customer = "ann", .time = Time{0}, .event = "Page Viewed", .properties = {{"campaign", 1.0}}},
       {.customer = "ann", .time = Time{minute}, .event = "Page Viewed", .properties = {{"campaign", 2.0}}}});
  EXPECT_EQ(sessions_of(numbers, rule), "2");
}

TEST(Session, does_not_reach_into_the_next_journey) {
  const auto part = MemoryPart::of(
      {event_of("ann", {0}), event_of("ann", {minute}), event_of("bob", {minute}), event_of("bob", {2 * minute})});
  EXPECT_EQ(sessions_of(part, {}, 0), "2");
  EXPECT_EQ(sessions_of(part, {}, 1), "2");
}

TEST(Session, times_at_the_ends_of_the_range_of_numbers_are_far_apart) {
  constexpr auto first = std::numeric_limits<std::int64_t>::min();
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(sessions_of({{first}, {first + minute}, {0}, {last - minute}, {last}}), "2 1 2");
  EXPECT_EQ(sessions_of({{first}, {last}}, {.silence = days(30)}), "1 1");
}

TEST(Session, reads_campaigns_only_when_they_matter) {
  ColumnRequest request;
  Sessions::add_columns({}, request);
  EXPECT_TRUE(request.properties.empty());
  Sessions::add_columns({.split_on_campaign = true}, request);
  EXPECT_EQ(request.properties, std::vector<std::string>{"campaign"});
}

TEST(Session, says_its_rule) {
  EXPECT_EQ(words_of(SessionRule{}), "a session ends after more than 30m of silence, not at midnight");
  EXPECT_EQ(words_of(SessionRule{.silence = seconds(90), .split_on_campaign = true}),
            "a session ends after more than 1m30s of silence, or before an event of another campaign, not at midnight");
}

/// An event begins a session unless it belongs to that of the event before, said plainly for each event.
TEST(Session, agrees_with_the_rule_said_plainly) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::vector<Visit> visits(1 + random() % 12);
    std::int64_t time = 0;
    for (auto& visit : visits) {
      time += static_cast<std::int64_t>(random() % 5) * 10 * minute;
      visit.micros = time;
      if (random() % 2 == 0) visit.campaign = random() % 2 == 0 ? "spring" : "autumn";
    }
    const SessionRule rule{.silence = seconds(static_cast<std::int64_t>(1 + random() % 4) * 600),
                           .split_on_campaign = random() % 2 == 0};
    std::string expected;
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= visits.size(); ++i) {
      const bool silent = i < visits.size() && visits[i].micros - visits[i - 1].micros > rule.silence.micros;
      const bool other = i < visits.size() && rule.split_on_campaign && !visits[i].campaign.empty() &&
                         visits[i].campaign != visits[begin].campaign;
      if (i < visits.size() && !silent && !other) continue;
      expected += (expected.empty() ? "" : " ") + std::to_string(i - begin);
      begin = i;
    }
    ASSERT_EQ(sessions_of(visits, rule), expected);
  }
}

}  // namespace
}  // namespace peregrine
