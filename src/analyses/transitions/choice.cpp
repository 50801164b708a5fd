#include "analyses/transitions/choice.hpp"

#include "base/bytes.hpp"
#include "base/elapsed.hpp"

namespace peregrine::transitions {

namespace {

constexpr std::string_view rest = "other";
// The sample of times: so many transitions of a part, where names are so few that each pair has its bits.
constexpr std::size_t sampled_transitions = 32'768;
constexpr std::size_t most_sampled_names = 64;

}  // namespace

ChosenNames ChosenNames::of(const std::map<std::string, std::int64_t>& counted, std::size_t count,
                            std::string_view taken) {
  std::vector<std::pair<std::string, std::int64_t>> ranked(counted.begin(), counted.end());
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  ChosenNames chosen;
  chosen.left_out =
      static_cast<std::int64_t>(std::erase_if(ranked, [&](const auto& each) { return each.first == taken; }));
  if (ranked.size() > count) {
    chosen.left_out += static_cast<std::int64_t>(ranked.size() - count);
    ranked.resize(count);
  }
  for (auto& [name, many] : ranked) chosen.names.push_back(std::move(name));
  if (chosen.left_out > 0) {
    chosen.left_out += static_cast<std::int64_t>(std::erase(chosen.names, rest));
    chosen.names.emplace_back(rest);
  }
  return chosen;
}

std::vector<std::uint32_t> ChosenNames::places(std::span<const std::string_view> part_names) const {
  std::unordered_map<std::string_view, std::uint32_t> place_of;
  for (std::uint32_t i = 0; i < names.size(); ++i) place_of.emplace(names[i], i);
  // Without "other" every name that a journey has was chosen: what is not found is in the dictionary alone.
  const auto otherwise = static_cast<std::uint32_t>(names.empty() ? 0 : names.size() - 1);
  std::vector<std::uint32_t> places;
  places.reserve(part_names.size());
  for (const auto name : part_names) {
    const auto found = place_of.find(name);
    places.push_back(found == place_of.end() ? otherwise : found->second);
  }
  return places;
}

Hash128 Choice::hash() const {
  Writer out;
  Saver saver(out);
  const auto put = [&](const ChosenNames& chosen) {
    for (const auto& name : chosen.names) saver(name);
    saver(chosen.left_out);
  };
  put(names);
  for (const auto& step : steps) put(step);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    for (const auto name : variants.sequence(i)) saver(variants.names()[name]);
    out.put(variants.journeys(i));
  }
  return hash128(out.bytes());
}

Choosing::Choosing(const Params& params, std::size_t variant_room)
    : most_names_(static_cast<std::size_t>(params.names)),
      most_variants_(static_cast<std::size_t>(params.variants)),
      depth_(static_cast<std::size_t>(params.depth)),
      top_(static_cast<std::size_t>(params.top)),
      collapse_(params.collapse),
      steps_(depth_),
      variants_(variant_room),
      steps_here_(depth_) {}

void Choosing::observe(const Sequences& sequences, const JourneyBatch& batch) {
  const auto names = sequences.names();
  if (events_here_.empty()) {
    events_here_.resize(names.size() * lanes);
    for (auto& step : steps_here_) step.resize(names.size());
    variant_name_.assign(names.size(), NameList::none);
    if (names.size() <= most_sampled_names) {
      to_sample_ = sampled_transitions;
      times_here_.resize(names.size() * names.size());
    }
  }
  const bool counted =
      sequences.for_all(batch, [&](const auto* places, std::size_t count) { count_events(places, count); });
  if (counted && depth_ == 0 && most_variants_ == 0 && to_sample_ == 0) return;
  sequences.for_each(batch, room_, [&](const auto& sequence) {
    if (!counted) count_events(sequence.places, sequence.size);
    count(sequence, names);
  });
}

template <class Place>
void Choosing::count_events(const Place* places, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) ++events_here_[places[i] * lanes + i % lanes];
}

template <class Place>
void Choosing::count(const Sequence<Place>& sequence, std::span<const std::string_view> names) {
  if (depth_ > 0) {
    sequence.for_each_step(depth_, collapse_,
                           [&](std::size_t step, std::uint32_t place, std::int64_t) { ++steps_here_[step][place]; });
  }
  if (most_variants_ > 0) count_variant(sequence, names);
  if (to_sample_ > 0) sample_times(sequence, names.size());
}

template <class Place>
void Choosing::sample_times(const Sequence<Place>& sequence, std::size_t names) {
  const auto end = std::min(sequence.size, to_sample_ + 1);
  for (std::size_t i = 1; i < end; ++i) {
    times_here_[sequence.places[i - 1] * names + sequence.places[i]].add(
        passed(sequence.times[i - 1], sequence.times[i]));
  }
  to_sample_ -= end - 1;
}

template <class Place>
void Choosing::count_variant(const Sequence<Place>& sequence, std::span<const std::string_view> names) {
  sequence_.clear();
  const auto longest = variants_.longest();
  const auto enough = longest == Variants::any_length ? longest : longest + 1;
  const auto steps = sequence.for_each_step(enough, true, [&](std::size_t, std::uint32_t place, std::int64_t) {
    auto& name = variant_name_[place];
    if (name == NameList::none) name = variants_.names().place(names[place]);
    sequence_.push_back(name);
  });
  if (steps <= longest) variants_.add(sequence_, 1);
}

void Choosing::settle(const Sequences& sequences) {
  const auto names = sequences.names();
  const auto say = [&](const std::vector<std::int64_t>& here, Counts& counts) {
    const auto each = here.size() / std::max<std::size_t>(1, names.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (here[i] > 0) counts[std::string(names[i / each])] += here[i];
    }
  };
  say(events_here_, events_);
  for (std::size_t step = 0; step < depth_; ++step) say(steps_here_[step], steps_[step]);
  for (std::size_t at = 0; at < times_here_.size(); ++at) {
    if (!times_here_[at].any()) continue;
    times_[{std::string(names[at / names.size()]), std::string(names[at % names.size()])}].merge(times_here_[at]);
  }
  times_here_ = {};
  to_sample_ = 0;
  events_here_ = {};
  for (auto& step : steps_here_) step = {};
  variant_name_ = {};
}

void Choosing::merge(const Choosing& other) {
  const auto add = [](Counts& to, const Counts& from) {
    for (const auto& [name, many] : from) to[name] += many;
  };
  add(events_, other.events_);
  for (std::size_t step = 0; step < depth_; ++step) add(steps_[step], other.steps_[step]);
  variants_.merge(other.variants_);
  for (const auto& [pair, times] : other.times_) times_[pair].merge(times);
}

void Choosing::share(VariantBound& bound) {
  auto known = bound.load(std::memory_order_relaxed);
  variants_.keep_up_to(known);
  const auto found = variants_.longest();
  while (found < known && !bound.compare_exchange_weak(known, found, std::memory_order_relaxed)) {
  }
}

Choice Choosing::choose() const {
  const auto variants = variants_.trimmed();
  Choice choice{.names = ChosenNames::of(events_, most_names_),
                .steps = {},
                .variants = Variants(),
                .distinct_variants = static_cast<std::int64_t>(variants.size()),
                .longest_variant = variants.is_cut() ? static_cast<std::int64_t>(variants.longest()) : 0,
                .many_times = {}};
  for (const auto& source : choice.names.names) {
    for (const auto& target : choice.names.names) {
      const auto found = times_.find({source, target});
      choice.many_times.push_back(found != times_.end() && found->second.proven() ? 1 : 0);
    }
  }
  for (const auto& step : steps_) choice.steps.push_back(ChosenNames::of(step, top_, end_of_journey));
  for (const auto i : variants.most_frequent(most_variants_)) {
    std::vector<std::uint32_t> names;
    for (const auto name : variants.sequence(i)) names.push_back(choice.variants.names().place(variants.names()[name]));
    choice.variants.add(names, variants.journeys(i));
  }
  return choice;
}

}  // namespace peregrine::transitions
