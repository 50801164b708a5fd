#include "model/stage_walk.hpp"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "model/memory_part.hpp"

namespace peregrine {
namespace {

constexpr std::int64_t day = 86'400'000'000;

const Framework& shipped(std::string_view name) {
  const auto& all = shipped_frameworks();
  return *std::find_if(all.begin(), all.end(), [&](const Framework& each) { return each.name == name; });
}

/// An event some days in.
MemoryEvent on(double days_in, std::string event) {
  return {.customer = "ann",
          .time = Time{static_cast<std::int64_t>(days_in * static_cast<double>(day))},
          .event = std::move(event)};
}

/// Events in words: `0 Page Viewed | 1.5 NPS Answered score=9 survey=nps`, each with the days it lies in.
MemoryPart part_of(const std::string& words) {
  std::vector<MemoryEvent> events;
  std::istringstream journey(words);
  for (std::string each; std::getline(journey, each, '|');) {
    std::istringstream stream(each);
    double days_in = 0;
    stream >> days_in;
    auto event = on(days_in, "");
    for (std::string word; stream >> word;) {
      if (word.starts_with("score=")) {
        event.properties["score"] = std::stod(word.substr(6));
      } else if (word.starts_with("survey=")) {
        event.properties["survey"] = word.substr(7);
      } else {
        event.event += (event.event.empty() ? "" : " ") + word;
      }
    }
    events.push_back(std::move(event));
  }
  return MemoryPart::of(std::move(events));
}

std::string_view word_of(StageEnd end) {
  switch (end) {
    case StageEnd::moved_on: return "on";
    case StageEnd::went_back: return "back";
    case StageEnd::lost: return "lost";
    case StageEnd::open: return "open";
  }
  return "";
}

struct Setting {
  StageWalk::Options options{};
  std::int64_t newest_day = 1000;
  Time to = Time::latest();
};

/// The intervals of the one journey in words: `Awareness 0-3 on`.
std::vector<std::string> stays(const Framework& framework, const std::string& words, const Setting& setting = {}) {
  const auto part = part_of(words);
  const Scope scope{.to = setting.to, .newest = Time{setting.newest_day * day}};
  const StageWalk walk(framework, scope, part, setting.options);
  std::vector<std::string> out;
  walk.walk(0, part.events(), [&](const StageInterval& stay) {
    out.push_back(framework.stages[stay.stage].name + " " + std::to_string(stay.begin / day) + "-" +
                  std::to_string(stay.end / day) + " " + std::string(word_of(stay.ended)));
  });
  return out;
}

std::vector<std::string> stays(const std::string& words, const Setting& setting = {}) {
  return stays(shipped(default_framework), words, setting);
}

using Words = std::vector<std::string>;

TEST(StageWalk, a_journey_goes_from_stage_to_stage) {
  EXPECT_EQ(stays("0 Page Viewed | 3 Product Viewed | 4 Product Added | 6 Order Completed"),
            (Words{"Awareness 0-3 on", "Consideration 3-4 on", "Decision 4-6 on", "Onboarding 6-96 lost"}));
}

TEST(StageWalk, nothing_comes_of_nothing) {
  EXPECT_EQ(stays(""), Words{});
  EXPECT_EQ(stays("0 Frobnicated | 1 session_start"), Words{});
}

TEST(StageWalk, events_of_the_same_stage_extend_it) {
  EXPECT_EQ(stays("0 Page Viewed | 80 Page Viewed | 160 Products Searched"), Words{"Awareness 0-250 lost"});
}

TEST(StageWalk, events_without_a_role_neither_open_nor_extend_nor_close) {
  EXPECT_EQ(stays("0 Frobnicated | 1 Page Viewed | 50 Frobnicated | 100 Page Viewed"),
            (Words{"Awareness 1-91 lost", "Awareness 100-190 lost"}));
}

TEST(StageWalk, a_role_of_no_stage_does_nothing) {
  EXPECT_EQ(stays("0 Page Viewed | 80 Ticket Opened"), Words{"Awareness 0-90 lost"});
}

TEST(StageWalk, silence_of_just_under_idle_is_bridged_and_of_idle_is_a_loss) {
  EXPECT_EQ(stays("0 Page Viewed | 89.999 Page Viewed"), Words{"Awareness 0-179 lost"});
  EXPECT_EQ(stays("0 Page Viewed | 90 Page Viewed"), (Words{"Awareness 0-90 lost", "Awareness 90-180 lost"}));
}

TEST(StageWalk, after_silence_another_stage_is_no_move) {
  EXPECT_EQ(stays("0 Page Viewed | 100 Product Viewed"), (Words{"Awareness 0-90 lost", "Consideration 100-190 lost"}));
}

TEST(StageWalk, going_back_is_told_from_going_on) {
  EXPECT_EQ(stays("0 Product Added | 1 Page Viewed | 2 Product Added"),
            (Words{"Decision 0-1 back", "Awareness 1-2 on", "Decision 2-92 lost"}));
}

TEST(StageWalk, events_of_one_time_make_an_empty_stay) {
  EXPECT_EQ(stays("5 Page Viewed | 5 Product Viewed"), (Words{"Awareness 5-5 on", "Consideration 5-95 lost"}));
}

TEST(StageWalk, the_second_buy_is_a_repeat_buy) {
  EXPECT_EQ(stays("0 Order Completed | 30 Order Completed | 60 Order Completed"),
            (Words{"Onboarding 0-30 on", "Retention 30-150 lost"}));
}

TEST(StageWalk, after_the_handoff_a_visitor_is_no_prospect) {
  EXPECT_EQ(stays("0 Page Viewed | 1 Order Completed | 2 Page Viewed | 200 Product Added"),
            (Words{"Awareness 0-1 on", "Onboarding 1-91 lost"}));
}

TEST(StageWalk, unless_reentering_is_asked_for) {
  const Setting reenter{.options = {.reenter = true}};
  EXPECT_EQ(stays("0 Order Completed | 2 Page Viewed | 200 Product Added", reenter),
            (Words{"Onboarding 0-2 back", "Awareness 2-92 lost", "Decision 200-290 lost"}));
}

TEST(StageWalk, the_end_of_what_is_known_leaves_a_stay_open) {
  EXPECT_EQ(stays("0 Page Viewed", {.newest_day = 89}), Words{"Awareness 0-89 open"});
  EXPECT_EQ(stays("0 Page Viewed", {.newest_day = 90}), Words{"Awareness 0-90 lost"});
  EXPECT_EQ(stays("0 Page Viewed", {.newest_day = 200, .to = Time{50 * day}}), Words{"Awareness 0-50 open"});
}

TEST(StageWalk, what_happens_at_or_after_the_end_of_the_range_is_not_seen) {
  EXPECT_EQ(stays("0 Page Viewed | 10 Product Viewed", {.newest_day = 10, .to = Time{10 * day}}),
            Words{"Awareness 0-10 open"});
}

TEST(StageWalk, a_promoter_is_an_advocate_and_others_are_not) {
  EXPECT_EQ(stays("0 NPS Answered score=9"), Words{"Advocacy 0-90 lost"});
  EXPECT_EQ(stays("0 NPS Answered score=8"), Words{});
  EXPECT_EQ(stays("0 NPS Answered score=11"), Words{}) << "no score of that survey";
  EXPECT_EQ(stays("0 CSAT Answered score=9"), Words{});
  EXPECT_EQ(stays("0 NPS Answered"), Words{}) << "no score";
}

TEST(StageWalk, a_column_may_say_the_survey) {
  EXPECT_EQ(stays("0 Survey Answered score=10 survey=NPS"), Words{"Advocacy 0-90 lost"});
  EXPECT_EQ(stays("0 Survey Answered score=10 survey=csat"), Words{});
}

TEST(StageWalk, an_event_may_be_named_itself) {
  const auto framework = parse_framework(
      "{name: a, stages: [{name: A, phase: buyer, enter: [{event: Knock}]}, {name: B, phase: buyer, enter: [visit]}]}",
      "a");
  EXPECT_EQ(stays(framework, "0 Knock | 1 Page Viewed"), (Words{"A 0-1 on", "B 1-91 lost"}));
}

TEST(StageWalk, of_several_stages_the_first_at_or_after_the_present_is_meant) {
  const auto framework = parse_framework(R"({name: a, stages: [
    {name: A, phase: buyer, enter: [visit, read]}, {name: B, phase: buyer, enter: [watch]},
    {name: C, phase: buyer, enter: [read, compare]}, {name: D, phase: buyer, enter: [cart]}]})",
                                         "a");
  EXPECT_EQ(stays(framework, "0 Product Viewed"), Words{"A 0-90 lost"}) << "from nowhere: the first";
  EXPECT_EQ(stays(framework, "0 video_start | 1 Product Viewed"), (Words{"B 0-1 on", "C 1-91 lost"}));
  EXPECT_EQ(stays(framework, "0 Product Added | 1 Product Viewed"), (Words{"D 0-1 back", "C 1-91 lost"}))
      << "none is after it: the nearest before";
  EXPECT_EQ(stays(framework, "0 video_start | 200 Product Viewed"), (Words{"B 0-90 lost", "C 200-290 lost"}))
      << "the present stage outlasts a loss";
}

TEST(StageWalk, a_monotone_framework_never_goes_back) {
  const auto framework = parse_framework(
      "{name: a, monotone: true, stages: [{name: A, phase: buyer, enter: [visit]}, {name: B, phase: buyer, enter: "
      "[read]}]}",
      "a");
  EXPECT_EQ(stays(framework, "0 Page Viewed | 1 Product Viewed | 2 Page Viewed | 200 Page Viewed | 201 Product Viewed"),
            (Words{"A 0-1 on", "B 1-91 lost", "B 201-291 lost"}));
}

TEST(StageWalk, the_first_use_activates_when_nothing_else_does) {
  const auto framework = parse_framework(R"({name: a, stages: [
    {name: New, phase: customer, enter: [buy]}, {name: Active, phase: customer, enter: [activate]},
    {name: Using, phase: customer, enter: [use]}]})",
                                         "a");
  EXPECT_EQ(stays(framework, "0 Order Completed | 1 Feature Used | 2 Feature Used"),
            (Words{"New 0-1 on", "Active 1-2 on", "Using 2-92 lost"}));
  EXPECT_EQ(stays(framework, "0 Order Completed | 1 Feature Used | 2 Activated"),
            (Words{"New 0-1 on", "Using 1-2 back", "Active 2-92 lost"}));
}

TEST(StageWalk, a_framework_without_customers_ends_with_the_buy) {
  const auto& framework = shipped("buyer");
  EXPECT_EQ(stays(framework, "0 Product Added | 1 Order Completed | 2 Page Viewed"), Words{"Decision 0-1 on"});
  EXPECT_EQ(stays(framework, "0 Product Added"), Words{"Decision 0-90 lost"});
}

TEST(StageWalk, a_buyer_stage_that_lists_the_buy_is_entered_by_it_and_may_be_extended) {
  const auto& framework = shipped("see_think_do_care");
  EXPECT_EQ(
      stays(framework, "0 Page Viewed | 1 Order Completed | 80 Product Added | 100 Page Viewed | 160 Order Completed"),
      (Words{"See 0-1 on", "Do 1-160 on", "Care 160-250 lost"}));
  EXPECT_EQ(stays(framework, "1 Order Completed | 100 Product Added"), Words{"Do 1-91 lost"}) << "but not opened again";
}

TEST(StageWalk, an_event_named_by_a_rule_is_told_from_others_of_its_role) {
  // Names of one role share what the rules say of it; a rule that names one of them is for that one alone.
  const auto framework = parse_framework(R"(
name: named
title: Named
summary: Stages entered by role and by name
source: none
stages:
  - {name: Looking, phase: buyer, enter: [visit]}
  - {name: Reading, phase: buyer, enter: [{event: Product Viewed}]}
)",
                                         "named.yaml");
  EXPECT_EQ(stays(framework, "0 Page Viewed | 1 Product Viewed | 2 Page Viewed"),
            (std::vector<std::string>{"Looking 0-1 on", "Reading 1-2 back", "Looking 2-92 lost"}));
}

TEST(StageWalk, times_at_the_ends_of_the_range_of_numbers_are_far_apart) {
  constexpr auto first = Time::earliest().micros;
  constexpr auto last = Time::latest().micros - 1;
  const auto at = [](std::int64_t micros) {
    return MemoryEvent{.customer = "ann", .time = Time{micros}, .event = "Page Viewed"};
  };
  const auto part = MemoryPart::of({at(first), at(first + day), at(0), at(last)});
  std::vector<StageInterval> found;
  StageWalk(shipped(default_framework), {.newest = Time{last}}, part, {}).walk(0, part.events(), [&](const auto& stay) {
    found.push_back(stay);
  });
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].end, first + 91 * day);
  EXPECT_EQ(found[0].ended, StageEnd::lost);
  EXPECT_EQ(found[1].end, 90 * day);
  EXPECT_EQ(found[2].end, last);
  EXPECT_EQ(found[2].ended, StageEnd::open);
}

TEST(StageWalk, rows_of_a_stay_are_those_in_its_time) {
  const auto part =
      part_of("0 Page Viewed | 10 Frobnicated | 90 Frobnicated | 95 Page Viewed | 96 Frobnicated | 97 Product Viewed");
  const StageWalk walk(shipped(default_framework), {.newest = Time{100 * day}}, part, {});
  std::vector<std::pair<std::uint64_t, std::uint64_t>> rows;
  walk.walk(0, part.events(), [&](const StageInterval& stay) { rows.emplace_back(stay.first_row, stay.end_row); });
  EXPECT_EQ(rows, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 2}, {3, 5}, {5, 6}}));
}

// The rules once more, as plainly as they can be said: every event asks every rule, in lists.

struct Stay {
  std::size_t stage;
  std::int64_t begin;
  std::int64_t last;
  std::int64_t end;
  StageEnd ended;
};

bool enters(const Part& part, const EntryRule& rule, std::size_t row, Role role) {
  const auto& label = part.labels[part.event[row]];
  if (rule.role != Role::none ? rule.role != role : rule.event != label.event) return false;
  const SurveyScores scores(part);
  if (rule.survey != Survey::none && rule.survey != scores.survey(part.event[row], row)) return false;
  if (!rule.at_least && !rule.at_most) return true;
  const auto answer = scores.answer(part.event[row], row);
  return answer && answer->score >= rule.at_least.value_or(-1e9) && answer->score <= rule.at_most.value_or(1e9);
}

std::vector<Stay> plain_walk(const Framework& framework, const Part& part, const Scope& scope,
                             const StageWalk::Options& options) {
  std::vector<Stay> stays;
  bool open = false;
  bool bought = false;
  bool used = false;
  std::size_t present = 0;
  bool activates = false;
  bool lists_buy = false;
  bool has_customers = false;
  for (const auto& stage : framework.stages) {
    has_customers |= stage.phase == Phase::customer;
    for (const auto& rule : stage.enter) lists_buy |= rule.role == Role::buy;
  }
  const auto seen = [&](std::size_t row) { return part.time[row] < scope.to.micros; };
  for (std::size_t row = 0; row < part.events(); ++row) {
    if (seen(row)) activates |= part.labels[part.event[row]].role == Role::activate;
  }
  const auto lose = [&](std::int64_t now) {
    if (!open || now - stays.back().last < options.idle.micros) return;
    stays.back().end = stays.back().last + options.idle.micros;
    stays.back().ended = StageEnd::lost;
    open = false;
  };
  for (std::size_t row = 0; row < part.events() && seen(row); ++row) {
    const auto now = part.time[row];
    auto role = part.labels[part.event[row]].role;
    const bool first_buy = role == Role::buy && !bought;
    if (role == Role::buy && bought) role = Role::repeat_buy;
    const bool first_use = role == Role::use && !used;
    used |= role == Role::use;
    lose(now);
    std::vector<std::size_t> candidates;
    for (std::size_t s = 0; s < framework.stages.size(); ++s) {
      bool entered = false;
      for (const auto& rule : framework.stages[s].enter) {
        entered |= enters(part, rule, row, role);
        if (first_use && !activates) entered |= enters(part, rule, row, Role::activate);
      }
      const bool extends = open && s == present;
      if (bought && !options.reenter && framework.stages[s].phase == Phase::buyer && !extends) entered = false;
      if (framework.monotone && s < present) entered = false;
      if (entered) candidates.push_back(s);
    }
    if (!candidates.empty()) {
      auto chosen = candidates.back();
      for (auto s = candidates.rbegin(); s != candidates.rend(); ++s) {
        if (*s >= present) chosen = *s;
      }
      if (!open || chosen != present) {
        if (open) {
          stays.back().end = now;
          stays.back().ended = chosen > present ? StageEnd::moved_on : StageEnd::went_back;
        }
        stays.push_back({chosen, now, now, 0, StageEnd::open});
        open = true;
        present = chosen;
      }
      stays.back().last = now;
    } else if (first_buy && !has_customers && !lists_buy && open) {
      stays.back().end = now;
      stays.back().ended = StageEnd::moved_on;
      open = false;
    }
    bought |= first_buy;
  }
  const auto horizon = std::min(scope.to, scope.newest).micros;
  lose(horizon);
  if (open) stays.back().end = horizon;
  return stays;
}

std::vector<MemoryEvent> random_journey(std::mt19937_64& random) {
  static const char* const names[] = {
      "Page Viewed",   "Product Viewed",  "Products Compared", "Product Added",        "Order Completed",
      "Feature Used",  "Activated",       "Frobnicated",       "NPS Answered",         "Survey Answered",
      "Ticket Opened", "Friend Referred", "Order Refunded",    "Parcel Delivered",     "Ad Seen",
      "Lead Created",  "Demo Requested",  "CES Answered",      "Onboarding Completed", "video_start"};
  std::vector<MemoryEvent> events;
  double when = 0;
  const auto count = random() % 40;
  for (std::size_t i = 0; i < count; ++i) {
    static const double gaps[] = {0, 0, 0.5, 1, 5, 9, 10, 11, 30};
    when += gaps[random() % 9];
    auto event = on(when, names[random() % 20]);
    if (random() % 3 == 0) event.properties["score"] = static_cast<double>(random() % 12);
    if (random() % 4 == 0) event.properties["survey"] = random() % 2 == 0 ? "nps" : "ces";
    events.push_back(event);
  }
  return events;
}

TEST(StageWalk, agrees_with_the_rules_said_plainly) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; ++round) {
    const auto part = MemoryPart::of(random_journey(random), {.wide_codes = round % 2 == 0});
    const Scope scope{
        .to = round % 3 == 0 ? Time{100 * day} : Time::latest(),
        .newest = Time{part.newest().value_or(Time{}).micros + static_cast<std::int64_t>(random() % 20) * day}};
    const StageWalk::Options options{.idle = days(10), .reenter = round % 5 == 0};
    for (const auto& framework : shipped_frameworks()) {
      const auto expected = plain_walk(framework, part, scope, options);
      std::size_t at = 0;
      StageWalk(framework, scope, part, options).walk(0, part.events(), [&](const StageInterval& stay) {
        ASSERT_LT(at, expected.size()) << framework.name;
        const auto& plain = expected[at++];
        EXPECT_EQ(stay.stage, plain.stage) << framework.name;
        EXPECT_EQ(stay.begin, plain.begin) << framework.name;
        EXPECT_EQ(stay.end, plain.end) << framework.name;
        EXPECT_EQ(stay.ended, plain.ended) << framework.name;
      });
      EXPECT_EQ(at, expected.size()) << framework.name;
      ASSERT_FALSE(HasFailure()) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace peregrine
