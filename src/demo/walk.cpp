#include "demo/walk.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "demo/micros.hpp"

namespace peregrine::demo {
namespace {

// Nobody who will come back is silent at a stage for 90 days: the analysis would count such a customer as lost.
constexpr std::int64_t longest_stay = 80 * day;
constexpr std::int64_t shortest_stay = hour;
constexpr std::int64_t quiet_before_exit = 20 * minute;

}  // namespace

Walk::Walk(const Script& script, const Params& params, Tally& tally)
    : script_(script),
      story_(script.story),
      params_(params),
      tally_(tally),
      start_(params.start.micros),
      end_(params.start.micros + params.days * day) {}

void Walk::run(const Group& group) {
  meet(group);
  const auto length = static_cast<double>(end_ - start_);
  std::int64_t time = start_ + whole_milliseconds(chance_.uniform() * length);
  Place next = chance_.happens(story_.starts_at_consideration) ? Stage::consideration : Stage::awareness;
  while (next && time < end_) {
    Stay stay = arrive(*next, time);
    open(stay);
    live(stay);
    const Leave decided = leave(stay);
    count(stay, decided);
    if (stay.stage == Stage::onboarding && stay.finished && !decided.to) {
      stay.lead->tracker.gave_up();
      account_.gave_up();
    }
    next = decided.to;
    time = stay.exit;
    lead_ = stay.lead;
  }
  for (auto& person : std::span(people_.data(), size_)) person.finish(script_, tally_, end_);
  tally_.channels[channel_].buyers += bought_ ? 1 : 0;
  if (story_.has_accounts) {
    ++tally_.accounts;
    account_.settle(tally_, 1, end_);
  }
}

void Walk::meet(const Group& group) {
  chance_ = Chance(params_.seed, Purpose::group, group.number);
  size_ = group.size;
  if (people_.size() < size_) people_.resize(size_);
  const auto country = static_cast<std::uint8_t>(chance_.below(story_.countries.size()));
  const auto segment = static_cast<std::uint8_t>(chance_.below(story_.segments.size()));
  for (std::size_t i = 0; i < size_; ++i) {
    // A fifth and sixth member are more of the third role, the users.
    const std::size_t role = i < story_.roles.size() ? i : std::min<std::size_t>(2, story_.roles.size() - 1);
    people_[i].begin(params_.seed, group.first + static_cast<std::int64_t>(i), role, story_);
    people_[i].traits.country = country;
    people_[i].traits.segment = segment;
  }
  account_ = {};
  channel_ = static_cast<std::uint8_t>(chance_.pick(script_.first_weights));
  product_ = static_cast<std::uint8_t>(chance_.below(story_.products.size()));
  plan_ = 0;
  first_event_ = true;
  in_store_ = trouble_ = mail_ = promoter_ = bought_ = false;
  lead_ = nullptr;
  ++tally_.channels[channel_].brought;
}

const Scene& Walk::scene(Stage stage) const {
  return stage == Stage::decision && in_store_ ? script_.in_store : script_.scenes[place_of(stage)];
}

Person& Walk::choose_lead(Stage stage) {
  std::array<double, 8> weights{};
  for (std::size_t i = 0; i < size_; ++i) weights[i] = story_.roles[people_[i].traits.role].leads[place_of(stage)];
  return people_[chance_.pick({weights.data(), size_})];
}

Walk::Stay Walk::arrive(Stage stage, std::int64_t time) {
  const auto& script = story_.stages[place_of(stage)];
  const auto length =
      whole_milliseconds(chance_.lognormal(script.median_days, script.spread) * static_cast<double>(day));
  const std::int64_t exit = time + std::clamp(length, shortest_stay, longest_stay);
  // Who signs is who decided, and who praises is who was asked.
  const bool same_lead = lead_ != nullptr && (stage == Stage::onboarding || promoter_);
  return {.stage = stage,
          .begin = time,
          .exit = exit,
          .lead = same_lead ? lead_ : &choose_lead(stage),
          .finished = exit < end_,
          .trouble = trouble_};
}

// ---- Doing things -------------------------------------------------------------------------------------------------

Row Walk::row_of(Person& person, const Cue& cue, std::int64_t time) const {
  const Act& act = cue.act;
  Row row{.time = time, .event = cue.event};
  if (!cue.pieces.empty()) row.piece = cue.pieces[person.chance.below(cue.pieces.size())];
  if (act.rival) row.brand = static_cast<std::uint8_t>(person.chance.below(story_.rivals.size()));
  if (act.product) row.product = product_;
  if (!act.offline && !act.by_company) row.device = person.device;
  if (act.money > 0) row.value = price(person, act.money);
  row.by_company = act.by_company;
  row.identifies = act.identifies;
  row.plan_now = plan_;
  return row;
}

std::int64_t Walk::price(Person& person, double times) const {
  const double pieces = 1 + person.chance.geometric(0.4);
  const double cents = story_.products[product_].price * times * pieces * 100;
  return static_cast<std::int64_t>(cents + 0.5) * 10'000;
}

std::uint8_t Walk::upgrade() {
  plan_ = static_cast<std::uint8_t>(std::min<std::size_t>(plan_ + 1u, story_.plans.size() - 1));
  return plan_;
}

bool Walk::put(Person& person, const Cue& cue, const Row& row, Place place) {
  if (row.time >= end_) return false;
  person.rows.push_back(row);
  if (place) {
    person.tracker.did(*place, row.time);
    account_.did(*place, row.time);
  }
  if (cue.event == script_.buy.event || cue.event == script_.store_buy.event) {
    person.tracker.bought(row.time);
    account_.bought(row.time);
    bought_ = true;
  } else if (const auto sequel = sequel_of(cue)) {
    person.tracker.heard(*sequel, row.time);
    account_.heard(*sequel, row.time);
  }
  if (row.event == script_.viewed.event) person.funnel_depth = std::max<std::size_t>(person.funnel_depth, 1);
  if (row.channel != unset) {
    ++tally_.channels[row.channel].visits;
    const auto days_in = static_cast<std::size_t>((row.time - start_) / day);
    ++tally_.visits[days_in * story_.channels.size() + row.channel];
  }
  if (row.value != no_value) (row.value > 0 ? tally_.revenue : tally_.refunded) += row.value;
  add_noise(person, row);
  return true;
}

std::optional<Sequel> Walk::sequel_of(const Cue& cue) const {
  if (cue.act.silent) return std::nullopt;
  if (cue.act.value) return Sequel::value;
  if (cue.act.onboards) return Sequel::onboarding;
  const auto is = [&](const Cue& known) { return known.event != nothing && cue.event == known.event; };
  if (is(script_.ticket) || is(script_.ticket_solved) || is(script_.complaint)) return Sequel::support;
  return is(script_.refund) ? Sequel::refund : Sequel::anything;
}

// So many that they are the planted share of all events.
void Walk::add_noise(Person& person, const Row& row) {
  if (!person.chance.happens(unlabelled_share / (1 - unlabelled_share))) return;
  const Row noise{.time = row.time + static_cast<std::int64_t>(person.chance.between(1, 30)) * second,
                  .event = script_.unlabelled[person.chance.below(script_.unlabelled.size())],
                  .device = row.device};
  if (noise.time >= end_) return;
  person.rows.push_back(noise);
  ++tally_.unlabelled;
}

void Walk::reach(Person& person, std::size_t depth, std::int64_t time) {
  const bool in_time = person.funnel_start != Person::no_attempt && time < end_ &&
                       time - person.funnel_start <= days(story_.funnel.window_days).micros;
  if (in_time) person.funnel_depth = std::max(person.funnel_depth, depth);
}

// ---- Opening a stay -----------------------------------------------------------------------------------------------

void Walk::open(const Stay& stay) {
  if (promoter_) {  // the answer that ended the stay before has opened this one
    promoter_ = false;
    return;
  }
  if (stay.stage == Stage::onboarding) return open_onboarding(stay);
  const bool comes_first = first_event_;
  const bool named_by_channel = comes_first && stay.stage == Stage::awareness;
  const Cue& cue =
      named_by_channel ? script_.first_visits[channel_] : scene(stay.stage).opening.pick(stay.lead->chance);
  const auto channel =
      comes_first ? channel_ : static_cast<std::uint8_t>(stay.lead->chance.pick(script_.later_weights));
  first_event_ = false;
  if (cue.act.order) return order(*stay.lead, stay.stage, stay.begin, channel);
  Row row = row_of(*stay.lead, cue, stay.begin);
  if (!cue.act.offline) row.channel = channel;
  if (cue.act.upgrade) row.plan = upgrade();
  put(*stay.lead, cue, row, place(cue, stay.stage));

  if (stay.stage != Stage::decision || in_store_) return;
  if (story_.funnel.starts_in_consideration) {
    reach(*stay.lead, 2, stay.begin);
  } else {
    stay.lead->funnel_start = stay.begin;
  }
}

void Walk::open_onboarding(const Stay& stay) {
  Person& buyer = *stay.lead;
  const Cue& cue = in_store_ ? script_.store_buy : script_.buy;
  mail_ = chance_.happens(story_.mail.sent);
  Row row = row_of(buyer, cue, stay.begin);
  row.mail = mail_ ? 1 : 0;
  put(buyer, cue, row, Stage::onboarding);
  if (!in_store_) reach(buyer, story_.funnel.steps.size(), stay.begin);
  if (mail_) put(buyer, script_.mail, stay.begin + quiet_before_exit, {});
  if (!in_store_ && !story_.shipped.empty()) put(buyer, script_.shipped, stay.at(0.1), {});
  if (!in_store_ && !story_.delivery.empty() && chance_.happens(0.97)) {
    put(buyer, script_.delivery, stay.at(chance_.between(0.2, 0.6)), Stage::onboarding);
  }
  if (chance_.happens(story_.refunds)) {
    Row refund = row_of(buyer, script_.refund, stay.begin + static_cast<std::int64_t>(chance_.between(3, 20) * day));
    refund.value = -row.value;
    put(buyer, script_.refund, refund, {});
  }
}

// ---- A stay -------------------------------------------------------------------------------------------------------

void Walk::live(Stay& stay) {
  const auto& script = story_.stages[place_of(stay.stage)];
  for (auto& person : std::span(people_.data(), size_)) {
    const bool is_lead = &person == stay.lead;
    if (!is_lead && !chance_.happens(story_.roles[person.traits.role].takes_part[place_of(stay.stage)])) continue;
    const int visits = person.chance.geometric(script.visits) + (is_lead ? 0 : 1);
    const auto room = static_cast<double>(stay.exit - stay.begin - quiet_before_exit - minute);
    for (int i = 0; i < visits; ++i) {
      visit(person, stay, stay.begin + minute + whole_milliseconds(person.chance.uniform() * room));
    }
  }
  if (stay.stage == Stage::consideration && chance_.happens(story_.key_point.reach)) {
    put(*stay.lead, script_.key_point, stay.at(chance_.between(0.1, 0.6)), Stage::consideration);
    stay.saw_key_point = true;
  }
  if (chance_.happens(script.ticket)) {
    open_ticket(stay);
  } else if (chance_.happens(script.csat.asked)) {
    ask_scale(stay, SurveyKind::csat, script.csat, stay.at(chance_.between(0.2, 0.7)));
  }
  if (chance_.happens(script.ces.asked))
    ask_scale(stay, SurveyKind::ces, script.ces, stay.at(chance_.between(0.2, 0.7)));
}

void Walk::visit(Person& person, const Stay& stay, std::int64_t time) {
  auto channel = static_cast<std::uint8_t>(person.chance.pick(script_.later_weights));
  const int acts = 1 + person.chance.geometric(0.5);
  for (int i = 0; i < acts && time < std::min(stay.exit - quiet_before_exit / 2, end_); ++i) {
    const Cue& cue = scene(stay.stage).acts.pick(person.chance);
    if (cue.act.order) {
      order(person, stay.stage, time, channel);
      return;
    }
    Row row = row_of(person, cue, time);
    if (!cue.act.offline && !cue.act.by_company) row.channel = std::exchange(channel, unset);
    if (cue.act.upgrade) row.plan = upgrade();
    put(person, cue, row, place(cue, stay.stage));
    const bool at_once = i + 1 < acts && person.chance.happens(equal_time_share);
    tally_.equal_times += at_once ? 1 : 0;
    if (!at_once) time += whole_milliseconds(person.chance.between(10, 240) * second);
  }
}

// A later order in one visit. What comes before it has buyer roles, which open nothing any more.
void Walk::order(Person& person, Stage stage, std::int64_t time, std::uint8_t channel) {
  product_ = static_cast<std::uint8_t>(person.chance.below(story_.products.size()));
  const std::int64_t viewed_at = time - 12 * minute;
  Row viewed = row_of(person, script_.viewed, viewed_at);
  viewed.channel = channel;
  put(person, script_.viewed, viewed, {});
  person.funnel_start = viewed_at;
  put(person, script_.added, time - 9 * minute, {});
  reach(person, 2, time - 9 * minute);
  put(person, script_.gate, time - 4 * minute, {});
  reach(person, 3, time - 4 * minute);
  put(person, script_.buy, time, stage);
  reach(person, 4, time);
  put(person, script_.shipped, time + static_cast<std::int64_t>(person.chance.between(4, 40) * hour), {});
}

}  // namespace peregrine::demo
