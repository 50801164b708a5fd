#include "analyses/overview/quality.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "model/name_shape.hpp"

namespace peregrine::overview {

namespace {

std::string format_day(std::int64_t day) {
  return format_time(Time{day * day_micros}).substr(0, 10);
}

/// 1,234,567
std::string format_count(std::int64_t count) {
  auto text = std::to_string(count);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3) {
    text.insert(static_cast<std::size_t>(place), ",");
  }
  return text;
}

std::string format_quarter(std::size_t quarter) {
  const auto two = [](std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(quarter / 4) + ":" + two(quarter % 4 * 15);
}

/// `a, b, c and 4 more` of a list that is already in order. Only what is shown is written.
template <class Item, class Format>
std::string format_some(const std::vector<Item>& items, Format&& format) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, items.size()); ++i) text += (i == 0 ? "" : ", ") + format(items[i]);
  if (items.size() > shown) text += " and " + format_count(static_cast<std::int64_t>(items.size() - shown)) + " more";
  return text;
}

}  // namespace

std::string format_share(std::int64_t part, std::int64_t whole) {
  if (part == whole) return "100 %";
  const auto tenths = std::clamp<std::int64_t>(
      std::llround(1000.0 * static_cast<double>(part) / static_cast<double>(whole)), part == 0 ? 0 : 1, 999);
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " %";
}

std::optional<Note> note_ids(std::span<const std::string_view> names) {
  struct Alike {
    std::int64_t names = 0;
    std::string_view first;
  };
  std::map<std::string, Alike> shapes;
  for (const auto name : names) {
    auto shape = name_shape(name);
    if (!is_pattern(shape)) continue;
    auto& alike = shapes[std::move(shape)];
    if (alike.names++ == 0) alike.first = name;
  }
  std::erase_if(shapes,
                [](const auto& each) { return each.second.names < static_cast<std::int64_t>(many_of_one_shape); });
  if (shapes.empty()) return std::nullopt;
  std::int64_t all = 0;
  for (const auto& [shape, alike] : shapes) all += alike.names;
  const auto most = std::max_element(shapes.begin(), shapes.end(),
                                     [](const auto& a, const auto& b) { return a.second.names < b.second.names; });
  const auto more = static_cast<std::int64_t>(shapes.size()) - 1;
  return Note{"ids", format_count(all) + " names of events differ only in an id, such as \"" +
                         std::string(most->second.first) + "\": the pattern \"" + most->first + "\" names " +
                         format_count(most->second.names) + " at once under touchpoints in workspace.yaml" +
                         (more == 0 ? "" : ", and " + format_count(more) + " more would name the others") +
                         "; an id is better kept in a property."};
}

void Quality::add_quarter(std::int64_t time) {
  const auto of_day = time - day_of(time) * day_micros;
  ++quarters_[static_cast<std::size_t>(of_day / quarter)];
}

void Quality::add_customer(const std::int64_t* times, std::size_t events) {
  const auto count = static_cast<std::int64_t>(events);
  if (count > heavy_events) {
    heaviest_.push_back(count);
    if (heaviest_.size() >= 2 * most_heavy) keep_heaviest();
  }
  if (count <= crowded_events) return;
  for (std::size_t i = static_cast<std::size_t>(crowded_events); i < events; ++i) {
    if (day_of(times[i]) != day_of(times[i - static_cast<std::size_t>(crowded_events)])) continue;
    ++crowded_;
    return;
  }
}

void Quality::keep_heaviest() {
  std::sort(heaviest_.begin(), heaviest_.end(), std::greater<>());
  if (heaviest_.size() > most_heavy) heaviest_.resize(most_heavy);
}

void Quality::merge(const Quality& other) {
  days_.merge(other.days_);
  for (std::size_t i = 0; i < quarters_.size(); ++i) quarters_[i] += other.quarters_[i];
  const auto heavy = other.heaviest_;  // by value: `other` may be this very one
  heaviest_.insert(heaviest_.end(), heavy.begin(), heavy.end());
  keep_heaviest();
  crowded_ += other.crowded_;
}

std::vector<Note> Quality::notes(std::int64_t events) const {
  std::vector<Note> notes;
  note_gaps(notes);
  note_spikes(notes);
  note_heavy(notes, events);
  note_clock(notes, events);
  return notes;
}

void Quality::note_gaps(std::vector<Note>& notes) const {
  const auto days = days_.by_day();
  struct Gap {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  std::vector<Gap> gaps;
  std::int64_t missing = 0;
  for (auto day = days.begin(); day != days.end(); ++day) {
    const auto next = std::next(day);
    if (next == days.end() || next->first == day->first + 1) continue;
    missing += next->first - day->first - 1;
    gaps.push_back({day->first + 1, next->first - 1});
  }
  if (missing == 0) return;
  const auto words = [](const Gap& gap) {
    const auto first = format_day(gap.first);
    return gap.first == gap.last ? first : first + " to " + format_day(gap.last);
  };
  notes.push_back({"gap", format_count(missing) + (missing == 1 ? " day" : " days") +
                              " between the first event and the last without any: " + format_some(gaps, words) + "."});
}

void Quality::note_spikes(std::vector<Note>& notes) const {
  const auto days = days_.by_day();
  if (days.size() < spike_days) return;
  std::vector<std::int64_t> counts;
  for (const auto& [day, count] : days) counts.push_back(count);
  std::sort(counts.begin(), counts.end());
  const auto median = counts[(counts.size() - 1) / 2];
  std::vector<std::pair<std::int64_t, std::int64_t>> spikes;
  for (const auto& [day, count] : days) {
    if (count > spike_times * median) spikes.emplace_back(day, count);
  }
  if (spikes.empty()) return;
  const auto words = [](const auto& spike) {
    return format_day(spike.first) + " (" + format_count(spike.second) + ")";
  };
  notes.push_back({"spike", "More than " + std::to_string(spike_times) + " times the events of a median day (" +
                                format_count(median) + "): " + format_some(spikes, words) + "."});
}

void Quality::note_heavy(std::vector<Note>& notes, std::int64_t events) const {
  std::vector<std::int64_t> heavy;
  auto heaviest = heaviest_;
  std::sort(heaviest.begin(), heaviest.end(), std::greater<>());
  for (const auto count : heaviest) {
    if (count > events / 100) heavy.push_back(count);
  }
  const auto words = [&](std::int64_t count) {
    return format_count(count) + " events, " + format_share(count, events) + " of all";
  };
  if (!heavy.empty()) {
    notes.push_back({"heavy_customer", (heavy.size() == 1 ? "One customer has " : "Some customers have ") +
                                           format_some(heavy, words) + ": perhaps a robot or a shared login."});
  }
  if (crowded_ > 0) {
    notes.push_back(
        {"heavy_customer", (crowded_ == 1 ? "One customer has" : format_count(crowded_) + " customers have") +
                               " more than " + format_count(crowded_events) + " events on one day: perhaps a robot."});
  }
}

void Quality::note_clock(std::vector<Note>& notes, std::int64_t events) const {
  // Dates without a time become midnight in the zone of whoever wrote them: one time of day in UTC, or two that lie an
  // hour apart where summer time is kept.
  constexpr std::size_t hour = 4;
  std::size_t best = 0;
  const auto both = [&](std::size_t i) { return quarters_[i] + quarters_[(i + hour) % quarters_a_day]; };
  for (std::size_t i = 1; i < quarters_a_day; ++i) {
    if (both(i) > both(best)) best = i;
  }
  if (events == 0 || 2 * both(best) <= events) return;
  std::string when;
  for (const auto place : {best, (best + hour) % quarters_a_day}) {
    if (quarters_[place] > 0) when += (when.empty() ? "" : " or ") + format_quarter(place);
  }
  notes.push_back({"clock", format_share(both(best), events) + " of events are at exactly " + when +
                                " UTC: perhaps dates without a time of day."});
}

}  // namespace peregrine::overview
