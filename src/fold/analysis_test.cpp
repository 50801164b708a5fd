#include "fold/analysis.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"
#include "fold/counting_fold.hpp"
#include "model/memory_part.hpp"

namespace peregrine {
namespace {

class NoResources final : public Resources {
 public:
  const Framework& framework(std::string_view name, std::string_view where) const override {
    throw Error(ErrorKind::not_found, std::string(where), "there is no framework \"" + std::string(name) + "\"");
  }
};

const StateAnalysis<CountingState> counting("count", "# count\n\nHow many events\nare there? Few. More.\n\nMore.\n");
const StateAnalysis<CountingState> short_page("short", "# short\n\nCounts events.\n");
const Analysis* const all[] = {&counting, &short_page};

}  // namespace

std::span<const Analysis* const> catalog() {
  return all;
}

namespace {

TEST(Analysis, its_summary_is_the_first_sentence_of_its_page) {
  EXPECT_EQ(counting.summary(), "How many events are there? Few");
  EXPECT_EQ(short_page.summary(), "Counts events");
  EXPECT_EQ(StateAnalysis<CountingState>("x", "# x\n\nNo stop").summary(), "No stop");
  EXPECT_EQ(StateAnalysis<CountingState>("x", "# x\n\nA stop at the end.").summary(), "A stop at the end");
  EXPECT_EQ(StateAnalysis<CountingState>("x", "").summary(), "");
}

TEST(Analysis, is_found_by_name_or_proposed) {
  EXPECT_EQ(&find_analysis("count"), &counting);
  EXPECT_EQ(refusal_of([] { find_analysis("cuont"); }),
            "not_found | cuont: there is no such analysis (did you mean \"count\"?)");
}

TEST(Analysis, reads_parameters_with_its_name_before_every_error) {
  EXPECT_EQ(refusal_of([] { counting.ask(json::parse(R"({"event": []})", "test"), NoResources()); }),
            "invalid | count: has no parameter \"event\" (did you mean \"events\"?)");
}

TEST(Analysis, a_question_folds_and_says_its_parameters) {
  const auto question = counting.ask(json::parse(R"({"events": ["A"]})", "test"), NoResources());
  EXPECT_EQ(json::format(question->params()), R"({"events":["A"]})");
  EXPECT_TRUE(question->columns().value);
  const auto fold = question->fold({});
  fold_whole(*fold, MemoryPart::of({{.customer = "a", .event = "A"}}));
  EXPECT_EQ(finish(*fold).at("journeys"), 1);
  EXPECT_EQ(finish(*fold->empty()).at("journeys"), 0);
}

}  // namespace
}  // namespace peregrine
