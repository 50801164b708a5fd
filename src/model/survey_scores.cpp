#include "model/survey_scores.hpp"

#include <cmath>
#include <string>

namespace peregrine {

namespace {

Survey survey_named(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return find_named<Survey>(small).value_or(Survey::none);
}

}  // namespace

bool is_score_of(Survey survey, double score) {
  switch (survey) {
    case Survey::none: return std::isfinite(score);
    case Survey::nps: return score >= 0 && score <= 10;
    case Survey::csat: return score >= 1 && score <= 5;
    case Survey::ces: return score >= 1 && score <= 7;
  }
  return false;
}

SurveyScores::SurveyScores(const Part& part) : labels_(part.labels) {
  if (const auto score = part.property("score"); score.exists() && score.type == ColumnType::number) score_ = score;
  if (const auto survey = part.property("survey"); survey.exists() && survey.type == ColumnType::text) {
    survey_ = survey;
    survey_of_code_.reserve(survey.names.size());
    for (const auto name : survey.names) survey_of_code_.push_back(survey_named(name));
  }
}

Survey SurveyScores::survey(std::uint32_t code, std::size_t row) const {
  const auto said = labels_[code].survey;
  if (said != Survey::none || !survey_.has(row)) return said;
  return survey_of_code_[survey_.codes[row]];
}

std::optional<Answer> SurveyScores::answer(std::uint32_t code, std::size_t row) const {
  if (!score_.has(row)) return std::nullopt;
  const Answer answer{survey(code, row), score_.numbers[row]};
  if (!is_score_of(answer.survey, answer.score)) return std::nullopt;
  return answer;
}

}  // namespace peregrine
