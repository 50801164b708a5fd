#include "demo/walk.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace peregrine::demo {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

// Nobody who will come back is silent at a stage for 90 days: the analysis would count such a customer as lost.
constexpr std::int64_t longest_stay = 80 * day;
constexpr std::int64_t shortest_stay = hour;
constexpr std::int64_t quiet_before_exit = 20 * minute;

constexpr std::size_t friction_plant = 0, key_point_plant = 1, mail_plant = 2;
constexpr double failures_elsewhere = 0.03;  // of those at the gate whom no friction meets

std::int64_t whole_milliseconds(double micros) {
  return static_cast<std::int64_t>(micros / 1000) * 1000;
}

bool is_customer_stage(Stage stage) {
  return stage >= Stage::onboarding;
}

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

// ---- Trouble and surveys ------------------------------------------------------------------------------------------

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

// ---- Leaving a stay -----------------------------------------------------------------------------------------------

double Walk::first_exit_chance(const Stay& stay) const {
  const double chance = story_.stages[place_of(stay.stage)].exits[0].chance;
  if (stay.stage == Stage::consideration) {
    const double raised = stay.saw_key_point ? story_.key_point.raises_by : 0;
    return std::min(0.95, chance * story_.channels[channel_].multiplier + raised);
  }
  if (stay.stage == Stage::onboarding && !mail_) return chance - story_.mail.lowers_by;
  return chance;
}

Walk::Leave Walk::leave(const Stay& stay) {
  if (stay.stage == Stage::decision) return leave_decision(stay);
  const auto& script = story_.stages[place_of(stay.stage)];
  const double first = first_exit_chance(stay);
  const auto score = ask_nps(stay);
  const bool praised = score && *score >= 9 && stay.stage != Stage::advocacy;

  double onwards = 0;
  double left = chance_.uniform();
  Leave decided;
  for (std::size_t i = 0; i < script.exits.size(); ++i) {
    const double chance = i == 0 ? first : script.exits[i].chance;
    if (script.exits[i].to > stay.stage) onwards += chance;
    if (!decided.to && left < chance) decided.to = script.exits[i].to;
    left -= decided.to ? 0 : chance;
  }
  if (praised) decided.to = Stage::advocacy;
  promoter_ = praised;
  const auto& nps = script.nps;
  const double promoters = stay.trouble ? nps.promoters_after_trouble : nps.promoters;
  const double praise = stay.stage == Stage::advocacy ? 0 : nps.asked * nps.response * promoters;
  decided.onwards = praise + (1 - praise) * onwards;

  count_plants(stay, decided, (1 - praise) * first);
  if (decided.to == Stage::decision) prepare_decision(stay);
  if (!decided.to && is_customer_stage(stay.stage) && stay.finished && chance_.happens(story_.says_goodbye)) {
    put(*stay.lead, script_.churn, stay.exit, {});
  }
  return decided;
}

void Walk::prepare_decision(const Stay& stay) {
  in_store_ = story_.in_store && chance_.happens(story_.in_store->share);
  product_ = static_cast<std::uint8_t>(chance_.below(story_.products.size()));
  for (auto& person : std::span(people_.data(), size_)) person.funnel_start = Person::no_attempt;
  const bool views = story_.funnel.starts_in_consideration && stay.stage == Stage::consideration && !in_store_;
  if (!views || !stay.finished) return;
  const std::int64_t time = stay.exit - static_cast<std::int64_t>(chance_.between(60, 540)) * second;
  put(*stay.lead, script_.viewed, time, Stage::consideration);
  stay.lead->funnel_start = time;
}

std::int64_t Walk::gate_time(const Stay& stay) const {
  if (story_.gate.minutes_before_buy == 0) return stay.at(0.6);
  return stay.exit - static_cast<std::int64_t>(story_.gate.minutes_before_buy * minute);
}

bool Walk::meets_friction(const Stay& stay) const {
  const auto& friction = story_.friction;
  const double part = static_cast<double>(gate_time(stay) - start_) / static_cast<double>(end_ - start_);
  if (in_store_ || part < friction.from || part >= friction.to) return false;
  if (friction.property == "device") return story_.devices[stay.lead->device] == friction.value;
  return story_.segments[stay.lead->traits.segment] == friction.value;
}

Walk::Leave Walk::leave_decision(const Stay& stay) {
  const Gate& gate = story_.gate;
  const bool met = meets_friction(stay);
  const double pass = in_store_ ? story_.in_store->pass : gate.pass - (met ? story_.friction.lowers_by : 0);
  const double reach = in_store_ ? 1 : gate.reach;
  Leave decided{.to = {}, .onwards = (1 - gate.back) * reach * pass};
  if (chance_.happens(gate.back)) {
    decided.to = Stage::consideration;
  } else if (chance_.happens(reach)) {
    const bool passes = chance_.happens(pass);
    if (!in_store_) try_gate(stay, met, passes, pass);
    if (passes) decided.to = Stage::onboarding;
  }
  return decided;
}

void Walk::try_gate(const Stay& stay, bool met, bool passes, double chance) {
  Person& person = *stay.lead;
  const std::int64_t time = gate_time(stay);
  if (!script_.story.gate.before.empty() && !person.stays_anonymous) {
    put(person, script_.gate_before, time - 30 * second, {});
  }
  put(person, script_.gate, time, Stage::decision);
  reach(person, story_.funnel.steps.size() - 1, time);
  int failures = 0;
  if (met)
    failures = 1 + chance_.geometric(story_.friction.loops);
  else if (chance_.happens(failures_elsewhere))
    failures = 1;
  const double step = static_cast<double>(stay.exit - time) / (2.0 * failures + 1);
  for (int i = 0; i < failures; ++i) {
    const auto after = [&](int steps) { return time + whole_milliseconds(step * steps); };
    put(person, script_.loop, after(2 * i + 1), Stage::decision);
    put(person, script_.gate, after(2 * i + 2), Stage::decision);
  }
  if (stay.finished) tally_.plants[friction_plant][met ? 1 : 0].add(passes, chance);
}

// ---- Counting -----------------------------------------------------------------------------------------------------

void Walk::count(const Stay& stay, const Leave& decided) {
  auto& count = tally_.stays[place_of(stay.stage)];
  ++count.stays;
  if (!stay.finished) {
    ++count.unfinished;
    return;
  }
  count.chances += millionths_of_chance(decided.onwards);
  if (!decided.to)
    ++count.dropped_out;
  else
    ++(*decided.to > stay.stage ? count.moved_on : count.went_back);
}

void Walk::count_plants(const Stay& stay, const Leave& decided, double chance) {
  if (!stay.finished) return;
  if (stay.stage == Stage::consideration) {
    const bool success = decided.to == Stage::decision;
    tally_.plants[key_point_plant][stay.saw_key_point ? 1 : 0].add(success, chance);
    auto& channel = tally_.channels[channel_];
    ++channel.considerations;
    channel.decisions += success ? 1 : 0;
    channel.chances += millionths_of_chance(chance);
  }
  if (stay.stage == Stage::onboarding) {
    tally_.plants[mail_plant][mail_ ? 0 : 1].add(decided.to == Stage::engagement, chance);
  }
}

}  // namespace peregrine::demo
