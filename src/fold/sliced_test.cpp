#include "fold/sliced.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"
#include "fold/counting_fold.hpp"
#include "fold/grouped.hpp"
#include "model/memory_part.hpp"

namespace peregrine {
namespace {

Time time_of(std::string_view text) {
  return {parse_time(text).value().micros};
}

std::vector<std::string> starts_of(const std::vector<Slice>& slices) {
  std::vector<std::string> starts;
  for (const auto& slice : slices) starts.push_back(slice.start);
  return starts;
}
using Starts = std::vector<std::string>;

MemoryPart ten_weeks() {
  std::vector<MemoryEvent> events;
  for (int day = 0; day < 70; ++day) {
    events.push_back({.customer = "customer " + std::to_string(day % 7),
                      .time = Time{time_of("2026-01-05").micros + day * days(1).micros},
                      .event = day % 3 == 0 ? "A" : "B",
                      .properties = {{"plan", std::string(1, static_cast<char>('p' + day % 2))}}});
  }
  return MemoryPart::of(events);
}

std::unique_ptr<RunningFold> over(Bucket period, const std::vector<Slice>& slices, bool by_plan = false) {
  std::vector<std::unique_ptr<RunningFold>> folds;
  for (const auto& slice : slices) {
    auto fold = counting_fold({"A"}, slice.scope);
    if (by_plan) fold = group_by(GroupKey::parse("plan", "by"), {}, slice.scope, std::move(fold));
    folds.push_back(std::move(fold));
  }
  return fold_over(period, slices, std::move(folds));
}

json::object run(std::unique_ptr<RunningFold> fold, const Part& part) {
  fold_whole(*fold, part);
  while (auto next = fold->next()) {
    fold = std::move(next);
    fold_whole(*fold, part);
  }
  return finish(*fold);
}

TEST(CutRange, an_open_range_ends_with_the_periods_of_the_oldest_and_the_newest_event) {
  const Scope scope{.newest = time_of("2026-03-01")};
  const auto slices = cut_range(scope, time_of("2026-01-15T10:00"), Bucket::month, "over");
  EXPECT_EQ(starts_of(slices), (Starts{"2026-01-01", "2026-02-01", "2026-03-01"}));
  EXPECT_EQ(slices.back().scope.to, time_of("2026-04-01"));
  EXPECT_EQ(slices.back().scope.newest, scope.newest);
}

TEST(CutRange, the_first_and_the_last_period_end_with_the_range) {
  const Scope scope{.from = time_of("2026-01-07T12:00"), .to = time_of("2026-01-20")};
  const auto slices = cut_range(scope, {}, Bucket::week, "over");
  EXPECT_EQ(starts_of(slices), (Starts{"2026-01-07T12:00:00Z", "2026-01-12", "2026-01-19"}));
  EXPECT_EQ(slices.front().scope.from, scope.from);
  EXPECT_EQ(slices.front().scope.to, time_of("2026-01-12"));
  EXPECT_EQ(slices.back().scope.to, scope.to);
}

TEST(CutRange, periods_are_cut_in_the_zone_where_days_have_23_to_25_hours) {
  const Scope scope{.from = time_of("2026-03-27T23:00"),
                    .to = time_of("2026-03-30T22:00"),
                    .zone = Zone::find("Europe/Amsterdam", "timezone")};
  const auto slices = cut_range(scope, {}, Bucket::day, "over");
  EXPECT_EQ(starts_of(slices), (Starts{"2026-03-28", "2026-03-29", "2026-03-30"}));
  EXPECT_EQ(slices[1].scope.to.micros - slices[1].scope.from.micros, 23 * 3'600'000'000);
}

TEST(CutRange, quarters_and_years_begin_with_their_month) {
  const Scope scope{.from = time_of("2025-11-15"), .to = time_of("2026-05-01")};
  EXPECT_EQ(starts_of(cut_range(scope, {}, Bucket::quarter, "over")),
            (Starts{"2025-11-15", "2026-01-01", "2026-04-01"}));
  EXPECT_EQ(starts_of(cut_range(scope, {}, Bucket::year, "over")), (Starts{"2025-11-15", "2026-01-01"}));
}

TEST(CutRange, too_many_periods_are_refused) {
  const Scope scope{.from = time_of("2020-01-01"), .to = time_of("2022-09-27")};
  EXPECT_EQ(cut_range(scope, {}, Bucket::day, "over").size(), max_slices);
  const Scope longer{.from = scope.from, .to = time_of("2022-09-28")};
  EXPECT_EQ(refusal_of([&] { cut_range(longer, {}, Bucket::day, "funnel.over"); }),
            "invalid | funnel.over: makes more than 1000 results (ask for longer periods or a shorter range)");
}

TEST(SlicedFold, each_slice_is_the_fold_asked_of_its_period_alone) {
  const auto part = ten_weeks();
  const auto slices = cut_range({.newest = *part.newest()}, time_of("2026-01-05"), Bucket::week, "over");
  const auto result = run(over(Bucket::week, slices), part);
  ASSERT_EQ(result.at("slices").as_array().size(), 10u);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const auto& slice = result.at("slices").at(i);
    EXPECT_EQ(slice.at("start"), json::value(slices[i].start));
    EXPECT_EQ(slice.at("result"), json::value(run(counting_fold({"A"}, slices[i].scope), part)));
    EXPECT_EQ(slice.at("result").at("events"), 7);
  }
}

TEST(SlicedFold, groups_are_made_within_each_slice) {
  const auto part = ten_weeks();
  const auto slices = cut_range({.newest = *part.newest()}, time_of("2026-01-05"), Bucket::month, "over");
  const auto result = run(over(Bucket::month, slices, true), part);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    auto alone = group_by(GroupKey::parse("plan", "by"), {}, slices[i].scope, counting_fold({"A"}, slices[i].scope));
    EXPECT_EQ(result.at("slices").at(i).at("result"), json::value(run(std::move(alone), part)));
  }
}

TEST(SlicedFold, parts_merged_and_saved_agree_with_the_whole) {
  const auto part = ten_weeks();
  const auto slices = cut_range({.newest = *part.newest()}, time_of("2026-01-05"), Bucket::month, "over");
  const auto whole = over(Bucket::month, slices);
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    const auto one = whole->empty();
    one->enter(part);
    one->observe(part.batch(journey, 1));
    one->leave();
    Writer out;
    one->save(out);
    const auto loaded = whole->empty();
    Reader in(out.bytes(), "state");
    loaded->load(in);
    in.expect_end();
    whole->merge(*loaded);
  }
  EXPECT_EQ(finish(*whole), run(over(Bucket::month, slices), part));
}

TEST(SlicedFold, says_the_rule_and_where_a_figure_is_missing) {
  const Scope scope{.from = time_of("2026-01-01"), .to = time_of("2026-03-01")};
  const auto fold = over(Bucket::month, cut_range(scope, {}, Bucket::month, "over"));
  Meta meta;
  fold->finish(meta);
  ASSERT_EQ(meta.policy.size(), 2u);
  EXPECT_EQ(meta.policy[1].rule, "over");
  EXPECT_TRUE(meta.undefined.contains("/slices/1/result/value"));
}

TEST(SlicedFold, of_nothing_has_no_slices) {
  EXPECT_EQ(json::format(finish(*over(Bucket::day, {}))), R"({"slices":[]})");
}

}  // namespace
}  // namespace peregrine
