#include "analyses/overview/overview.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace peregrine::overview {

namespace {

// A note is worth writing from these shares on.
constexpr std::int64_t unlabelled_percent = 10;
constexpr std::int64_t unknown_percent = 1;

std::optional<double> share(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

ColumnRequest State::columns(const Params& params) {
  ColumnRequest request;
  Sessions::add_columns(params.session.value_or(SessionRule()), request);
  return request;
}

std::string_view State::counted(const Params&, std::string_view member) {
  if (member == "events") return "events";
  if (member == "names") return "names of events";
  if (member == "count") return "sessions";
  if (member == "quarantined") return "rows in quarantine";
  return "customers";
}

void State::observe(const Binding& binding, const JourneyBatch& batch) noexcept {
  const auto& part = binding.part;
  if (counts_.empty()) counts_.resize(part.labels.size() / page_codes + 1);
  for (std::size_t i = 0; i < batch.size; ++i) {
    // A journey is in order of time, so what is in the range is one run of rows.
    const auto* first = part.time + batch.begin[i];
    const auto* end = part.time + batch.end[i];
    if (first != end && *first < scope_.from.micros) first = std::lower_bound(first, end, scope_.from.micros);
    if (first != end && *(end - 1) >= scope_.to.micros) end = std::lower_bound(first, end, scope_.to.micros);
    if (first == end) continue;
    ++journey_;
    ++customers_;
    known_ += part.known(batch.journey(i)) ? 1 : 0;
    events_ += end - first;
    first_ = std::min(first_, *first);
    last_ = std::max(last_, *(end - 1));
    quality_.add_customer(first, static_cast<std::size_t>(end - first));
    count_sessions(binding, batch.begin[i], batch.end[i]);
    const auto begin_row = static_cast<std::uint64_t>(first - part.time);
    const auto end_row = static_cast<std::uint64_t>(end - part.time);
    if (part.event.narrow != nullptr) {
      count(part.event.narrow, part.time, begin_row, end_row);
    } else {
      count(part.event.wide, part.time, begin_row, end_row);
    }
  }
}

/// Of one journey. A session belongs to its start.
void State::count_sessions(const Binding& binding, std::uint64_t begin, std::uint64_t end) {
  const auto* time = binding.part.time;
  while (begin < end && time[begin] < scope_.to.micros) {
    const auto next = binding.sessions.end_of(begin, end);
    if (time[begin] >= scope_.from.micros) {
      session_events_.add(static_cast<std::int64_t>(next - begin) * 1'000'000);
      session_times_.add(time[next - 1] - time[begin]);
    }
    begin = next;
  }
}

template <class Code>
void State::count(const Code* codes, const std::int64_t* time, std::uint64_t begin, std::uint64_t end) {
  const auto journey = journey_;
  for (auto row = begin; row < end; ++row) {
    auto& page = counts_[codes[row] / page_codes];
    if (page.empty()) page.resize(page_codes);
    auto& of_code = page[codes[row] % page_codes];
    ++of_code.events;
    of_code.customers += of_code.last != journey ? 1 : 0;
    of_code.last = journey;
    quality_.add(time[row]);
  }
}

void State::settle(const Binding& binding) {
  const auto& labels = binding.part.labels;
  for (std::size_t page = 0; page < counts_.size(); ++page) {
    for (std::size_t i = 0; i < counts_[page].size(); ++i) {
      const auto& counted = counts_[page][i];
      if (counted.events == 0) continue;
      const auto& label = labels[page * page_codes + i];
      auto& name = names_[std::string(label.event)];
      name.touchpoint = label.touchpoint;
      name.role = label.role;
      name.kind = label.kind;
      name.labelled = label.labelled;
      name.guessed = label.guessed;
      name.events += counted.events;
      name.customers += counted.customers;
    }
  }
  counts_ = {};
  journey_ = 0;
}

void State::merge(const State& other) {
  events_ += other.events_;
  customers_ += other.customers_;
  known_ += other.known_;
  first_ = std::min(first_, other.first_);
  last_ = std::max(last_, other.last_);
  for (const auto& [event, name] : other.names_) {
    auto [place, added] = names_.try_emplace(event, name);
    if (added) continue;
    place->second.events += name.events;
    place->second.customers += name.customers;
  }
  quality_.merge(other.quality_);
  session_events_.merge(other.session_events_);
  session_times_.merge(other.session_times_);
}

std::int64_t State::events_where(bool (*holds)(const Name&)) const {
  std::int64_t events = 0;
  for (const auto& [event, name] : names_) events += holds(name) ? name.events : 0;
  return events;
}

std::optional<Params> State::next() const {
  const auto most = static_cast<std::size_t>(params_.names);
  if (params_.chosen != nullptr || names_.size() <= most) return std::nullopt;
  std::vector<std::pair<std::int64_t, std::string_view>> ranked;  // those with most events first, then by name
  for (const auto& [event, name] : names_) ranked.emplace_back(-name.events, event);
  std::sort(ranked.begin(), ranked.end());
  auto chosen = std::make_shared<std::vector<std::string>>();
  for (std::size_t i = 0; i < most; ++i) chosen->emplace_back(ranked[i].second);
  std::sort(chosen->begin(), chosen->end());
  auto params = params_;
  params.chosen = std::move(chosen);
  return params;
}

Hash128 State::chosen_hash() const {
  if (params_.chosen == nullptr) return {};
  Writer out;
  for (const auto& name : *params_.chosen) out.put(std::string_view(name));
  return hash128(out.bytes());
}

bool State::has_row(const std::string& event) const {
  return params_.chosen == nullptr || std::binary_search(params_.chosen->begin(), params_.chosen->end(), event);
}

Result State::finish() const {
  PEREGRINE_CHECK(params_.chosen != nullptr || names_.size() <= static_cast<std::size_t>(params_.names));
  Result result;
  result.events = events_;
  result.customers = customers_;
  result.known_customers = known_;
  if (events_ > 0) {
    result.from = Time{first_};
    result.to = Time{last_};
  }
  const auto sorted = sorted_names();
  for (const auto& [event, name] : sorted) {
    if (!has_row(event)) {
      ++result.others.names;
      result.others.events += name.events;
      continue;
    }
    result.touchpoints.push_back({.touchpoint = name.touchpoint,
                                  .event = event,
                                  .role = name.role,
                                  .kind = name.kind,
                                  .events = name.events,
                                  .customers = name.customers,
                                  .guessed = name.guessed});
  }
  std::stable_sort(result.touchpoints.begin(), result.touchpoints.end(),
                   [](const TouchpointRow& a, const TouchpointRow& b) { return a.events > b.events; });
  const auto unlabelled = events_where([](const Name& name) { return name.role == Role::none; });
  const auto unknown = events_where([](const Name& name) { return !name.labelled; });
  result.unlabelled = share(unlabelled, events_);
  result.unknown = share(unknown, events_);
  result.guessed = share(events_where([](const Name& name) { return name.guessed; }), events_);
  result.identities = {.known = known_, .anonymous = customers_ - known_};
  result.sessions = {.count = session_times_.count(),
                     .median_events = session_events_.quantile_seconds(0.5),
                     .median_seconds = session_times_.quantile_seconds(0.5)};
  result.quarantined = scope_.quarantined;
  result.notes = quality_.notes(events_);
  std::vector<std::string_view> names;
  for (const auto& [event, name] : sorted) names.push_back(event);
  if (auto note = note_ids(names)) result.notes.push_back(std::move(*note));
  if (unlabelled * 100 > events_ * unlabelled_percent) {
    result.notes.push_back(
        {"unlabelled", format_share(unlabelled, events_) + " of events have no role: no stage sees them."});
  }
  if (unknown * 100 > events_ * unknown_percent) {
    const auto most = std::max_element(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return (a.second.labelled ? 0 : a.second.events) < (b.second.labelled ? 0 : b.second.events);
    });
    result.notes.push_back({"unknown", format_share(unknown, events_) +
                                           " of events have names that no vocabulary knows, \"" + most->first +
                                           "\" most of all: name them under touchpoints in workspace.yaml."});
  }
  return result;
}

void State::describe(Meta& meta) const {
  const auto say = [&](std::string rule, std::string words) {
    meta.policy.push_back({std::move(rule), std::move(words)});
  };
  say("range", "Events in the range are counted, and customers who have one.");
  say("labels",
      "The first entry that matches an event's whole name says its touchpoint, role and kind: the workspace's own "
      "touchpoints, then the vocabularies that ship. Guesses are used like other labels until a person changes them.");
  say("names", "The " + std::to_string(params_.names) +
                   " names with most events (then by name) have rows, those of all groups together; the others are "
                   "counted together.");
  say("identities", "A customer who said who they are at any time is known, all others are anonymous.");
  say("session", words_of(session_) +
                     "; it is cut from the events that the question sees and belongs to its start. Medians are nearest "
                     "rank, exact up to 1,024 distinct values, else at most 1 % off.");
  say("quarantined",
      "All rows that wait in the workspace's quarantine, whatever the range, the filter and the group: they are no "
      "events.");
  say("notes",
      "A gap is a day without events between the first and the last; a spike has more than 5 times the events of "
      "the median day, of at least 7; a heavy customer has more than 10,000 events and 1 % of all, or more than "
      "100,000 on one day; ids are in names when 20 names or more differ only in an id; a clock is doubted when more "
      "than half of the events share one time of day to the "
      "microsecond. Days are UTC.");
  if (events_ == 0) {
    for (const auto* figure : {"/from", "/to", "/unlabelled", "/unknown", "/guessed"}) {
      meta.undefined[figure] = "there are no events in the range";
    }
  }
  if (session_times_.count() == 0) {
    for (const auto* figure : {"/sessions/median_events", "/sessions/median_seconds"}) {
      meta.undefined[figure] = "no session begins in the range";
    }
  }
}

}  // namespace peregrine::overview
