#include "demo/script.hpp"

#include <algorithm>

namespace peregrine::demo {

std::uint16_t NameTable::code(std::string_view name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    names_.push_back(name);
    return static_cast<std::uint16_t>(names_.size() - 1);
  }
  return static_cast<std::uint16_t>(found - names_.begin());
}

Cue Script::cue(const Act& act) {
  Cue made{.act = act, .event = act.event.empty() ? nothing : events.code(act.event), .pieces = {}};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!act.content_type.empty() && pieces[i].type == act.content_type) {
      made.pieces.push_back(static_cast<std::uint16_t>(i));
    }
  }
  return made;
}

Choices<Cue> Script::choices(const std::vector<Act>& acts) {
  Choices<Cue> made;
  for (const auto& act : acts) made.add(cue(act), act.weight);
  return made;
}

Script::Script(const Story& told) : story(told), pieces(told.pieces) {
  pieces.push_back({story.key_point.content, story.key_point.content_type});
  pieces.push_back({"Welcome", "onboarding mail"});
  for (std::size_t i = 0; i < stage_count; ++i) {
    const auto& stage = story.stages[i];
    scenes[i] = {.script = &stage, .opening = choices(stage.opening), .acts = choices(stage.acts)};
  }
  if (story.in_store) {
    in_store = {.script = &story.stages[place_of(Stage::decision)],
                .opening = choices({story.in_store->opening}),
                .acts = choices(story.in_store->acts)};
    store_buy = cue({.event = story.in_store->buy, .product = true, .offline = true, .money = 1});
  }
  for (const auto& channel : story.channels) {
    first_visits.push_back(cue({.event = channel.opening}));
    first_weights.push_back(channel.first);
    later_weights.push_back(channel.later);
  }
  viewed = cue({.event = story.funnel.steps.front(), .product = true});
  added = cue({.event = story.stages[place_of(Stage::decision)].opening.front().event, .product = true});
  gate_before = cue({.event = story.gate.before, .identifies = true, .silent = true, .aside = true});
  gate = cue({.event = story.gate.event, .product = true, .by_company = story.has_accounts});
  loop = cue({.event = story.gate.loop_event, .product = true});
  buy = cue({.event = story.gate.buy, .product = true, .money = 1});
  key_point = cue({.event = story.key_point.event, .content_type = story.key_point.content_type, .product = true});
  mail = cue({.event = "Email Delivered",
              .content_type = "onboarding mail",
              .silent = true,
              .by_company = true,
              .aside = true});
  shipped = cue(
      {.event = story.shipped, .product = true, .offline = true, .silent = true, .by_company = true, .aside = true});
  delivery = cue({.event = story.delivery, .product = true, .offline = true, .value = true, .by_company = true});
  churn = cue({.event = story.churn, .aside = true});
  refund =
      cue({.event = story.refund, .product = true, .offline = true, .by_company = true, .money = -1, .aside = true});
  ticket = cue({.event = "Support Ticket Opened", .aside = true});
  ticket_solved = cue({.event = "Support Ticket Solved", .by_company = true, .aside = true});
  complaint = cue({.event = "Complaint Filed", .aside = true});
  signed_in = cue({.event = "Signed In", .identifies = true, .silent = true, .aside = true});
  asked = {events.code("NPS Asked"), events.code("CSAT Asked"), events.code("CES Asked")};
  answered = {events.code("NPS Answered"), events.code("CSAT Answered"), events.code("CES Answered")};
  for (std::size_t i = 0; i < unlabelled.size(); ++i) unlabelled[i] = events.code(unlabelled_events[i]);
}

const Script& script_of(const Story& story) {
  static const Script shop_script(shop());
  static const Script b2b_script(b2b());
  return &story == &b2b() ? b2b_script : shop_script;
}

}  // namespace peregrine::demo
