#include "model/survey_scores.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "model/memory_part.hpp"

namespace peregrine {
namespace {

MemoryEvent answered(std::string event, double score, std::string survey = {}) {
  MemoryEvent out{.customer = "ann", .event = std::move(event), .properties = {{"score", score}}};
  if (!survey.empty()) out.properties["survey"] = std::move(survey);
  return out;
}

std::optional<Answer> answer_of(const MemoryEvent& event) {
  const auto part = MemoryPart::of({event});
  return SurveyScores(part).answer(part.event[0], 0);
}

TEST(SurveyScores, the_label_says_the_survey_before_the_column_does) {
  EXPECT_EQ(answer_of(answered("NPS Answered", 9))->survey, Survey::nps);
  EXPECT_EQ(answer_of(answered("NPS Answered", 4, "csat"))->survey, Survey::nps);
  EXPECT_EQ(answer_of(answered("Survey Answered", 4, "CSAT"))->survey, Survey::csat);
  EXPECT_EQ(answer_of(answered("Survey Answered", 4, "our own"))->survey, Survey::none);
  EXPECT_EQ(answer_of(answered("Survey Answered", 4))->survey, Survey::none);
}

TEST(SurveyScores, a_score_beyond_its_range_is_no_answer) {
  EXPECT_TRUE(answer_of(answered("NPS Answered", 0)));
  EXPECT_TRUE(answer_of(answered("NPS Answered", 10)));
  EXPECT_FALSE(answer_of(answered("NPS Answered", 10.5)));
  EXPECT_FALSE(answer_of(answered("NPS Answered", -1)));
  EXPECT_FALSE(answer_of(answered("NPS Answered", std::nan(""))));
  EXPECT_TRUE(answer_of(answered("CSAT Answered", 1)));
  EXPECT_FALSE(answer_of(answered("CSAT Answered", 0)));
  EXPECT_FALSE(answer_of(answered("CSAT Answered", 6)));
  EXPECT_TRUE(answer_of(answered("CES Answered", 7)));
  EXPECT_FALSE(answer_of(answered("CES Answered", 8)));
}

TEST(SurveyScores, without_a_column_there_are_none) {
  const auto part = MemoryPart::of({{.customer = "ann", .event = "NPS Answered"}});
  EXPECT_FALSE(SurveyScores(part).exist());
  EXPECT_FALSE(SurveyScores(part).answer(part.event[0], 0));
  const auto text = MemoryPart::of({{.customer = "ann", .event = "NPS Answered", .properties = {{"score", "nine"}}}});
  EXPECT_FALSE(SurveyScores(text).answer(text.event[0], 0));
}

}  // namespace
}  // namespace peregrine
