// SurveyScores reads which survey an event answers and with what score: the survey is what the event's label says, or
// else the text in the event column `survey`; the score is the number in the column `score`. Bound to one part, read
// only.
#pragma once

#include <optional>
#include <vector>

#include "model/journey.hpp"

namespace peregrine {

struct Answer {
  Survey survey = Survey::none;
  double score = 0;
};

class SurveyScores {
 public:
  /// What it reads of a part, beside events.
  static ColumnRequest columns() { return {.time = false, .event = true, .properties = {"score", "survey"}}; }

  explicit SurveyScores(const Part& part);

  /// False when no event of the part has a score.
  bool exist() const { return score_.exists(); }
  /// The survey that all events of this code belong to; none when the column must be asked, or nothing says it.
  Survey survey_of_label(std::uint32_t code) const { return labels_[code].survey; }
  bool has_survey_column() const { return survey_.exists(); }

  Survey survey(std::uint32_t code, std::size_t row) const;
  /// The event's score, if it lies within the true range of its survey; of an unknown survey any number.
  std::optional<Answer> answer(std::uint32_t code, std::size_t row) const;

 private:
  Labels labels_;
  ColumnView score_;
  ColumnView survey_;
  std::vector<Survey> survey_of_code_;  // by code of the column
};

/// NPS 0 to 10, CSAT 1 to 5, CES 1 to 7.
bool is_score_of(Survey survey, double score);

}  // namespace peregrine
