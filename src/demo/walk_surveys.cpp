// What a Walk is asked: trouble and the surveys after it, and the survey at the end of a stay.
#include <algorithm>

#include "demo/micros.hpp"
#include "demo/walk.hpp"

namespace peregrine::demo {

void Walk::open_ticket(Stay& stay) {
  Person& person = *stay.lead;
  const std::int64_t opened = stay.at(chance_.between(0.1, 0.5));
  if (!put(person, script_.ticket, opened, {})) return;
  stay.trouble = trouble_ = true;
  const std::int64_t solved = opened + static_cast<std::int64_t>(chance_.lognormal(20, 0.9) * hour);
  put(person, script_.ticket_solved, solved, {});
  if (chance_.happens(0.2))
    put(person, script_.complaint, opened + static_cast<std::int64_t>(chance_.between(1, 48) * hour), {});
  ask_scale(stay, SurveyKind::csat, story_.stages[place_of(stay.stage)].csat, solved + hour);
}

void Walk::ask_scale(const Stay& stay, SurveyKind kind, const ScaleScript& script, std::int64_t time) {
  const auto& weights = stay.trouble ? script.weights_after_trouble : script.weights;
  if (weights.empty()) return;
  auto& count = tally_.surveys[static_cast<std::size_t>(kind)][place_of(stay.stage)][stay.trouble ? 1 : 0];
  Person& person = *stay.lead;
  const Cue asked{.act = {.event = {}, .silent = true, .by_company = true},
                  .event = script_.asked[static_cast<std::size_t>(kind)],
                  .pieces = {}};
  if (!put(person, asked, time, {})) return;
  ++count.asked;
  if (!chance_.happens(script.response)) return;
  const Cue answered{.act = {.event = {}}, .event = script_.answered[static_cast<std::size_t>(kind)], .pieces = {}};
  Row row = row_of(person, answered, time + static_cast<std::int64_t>(chance_.between(1, 300)) * minute);
  const auto score = static_cast<std::uint8_t>(1 + chance_.pick(weights));
  row.score = score;
  if (!put(person, answered, row, {})) return;
  ++count.answered;
  count.sum += score;
  count.high += kind == SurveyKind::csat && score >= 4 ? 1 : 0;
}

// The answer comes at the end of the stay: a promoter's opens Advocacy. Nothing without an answer in time.
std::optional<std::uint8_t> Walk::ask_nps(const Stay& stay) {
  const auto& script = story_.stages[place_of(stay.stage)].nps;
  if (!chance_.happens(script.asked) || !stay.finished) return {};
  auto& count = tally_.surveys[static_cast<std::size_t>(SurveyKind::nps)][place_of(stay.stage)][stay.trouble ? 1 : 0];
  Person& person = *stay.lead;
  const Cue asked{.act = {.event = {}, .silent = true, .by_company = true}, .event = script_.asked[0], .pieces = {}};
  put(person, asked,
      std::max(stay.begin + minute, stay.exit - static_cast<std::int64_t>(chance_.between(1, 48) * hour)), {});
  ++count.asked;
  if (!chance_.happens(script.response)) return {};

  const double promoters = stay.trouble ? script.promoters_after_trouble : script.promoters;
  const double detractors = stay.trouble ? script.detractors_after_trouble : script.detractors;
  const double drawn = chance_.uniform();
  const bool promoter = drawn < promoters;
  const bool detractor = !promoter && drawn < promoters + detractors;
  const auto score = static_cast<std::uint8_t>(promoter    ? 9 + chance_.below(2)
                                               : detractor ? chance_.below(7)
                                                           : 7 + chance_.below(2));
  ++count.answered;
  count.sum += score;
  count.high += promoter ? 1 : 0;
  count.low += detractor ? 1 : 0;
  const bool within = stay.stage == Stage::advocacy || !promoter;
  const Cue answered{.act = {.event = {}}, .event = script_.answered[0], .pieces = {}};
  Row row = row_of(person, answered, within ? stay.exit - second : stay.exit);
  row.score = score;
  put(person, answered, row, promoter ? Place(Stage::advocacy) : Place());
  return score;
}

}  // namespace peregrine::demo
