#include "analyses/transitions/counting.hpp"

namespace peregrine::transitions {

namespace {

void add(std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

Counting::Places::Places(const Choice& choice, std::span<const std::string_view> part_names)
    : names(choice.names.places(part_names)) {
  for (const auto& step : choice.steps) steps.push_back(step.places(part_names));
  for (const auto name : part_names) variants.push_back(choice.variants.names().find(name));
}

Counting::Counting(const Params& params, const Choice& choice)
    : collapse_(params.collapse),
      chosen_(choice.variants),
      edges_(choice.names.names.size(), choice.many_times),
      starts_(choice.names.names.size()),
      ends_(choice.names.names.size()),
      variants_(params.variants > 0 ? chosen_.size() + 1 : 0),
      steps_(choice.steps.size()) {
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    longest_chosen_ = std::max(longest_chosen_, chosen_.sequence(i).size());
  }
  for (std::size_t step = 0; step < steps_.size(); ++step) {
    const auto places = choice.steps[step].names.size();
    steps_[step].nodes.resize(places);
    if (step + 1 < steps_.size()) steps_[step].passages.resize(places * (choice.steps[step + 1].names.size() + 1));
  }
}

void Counting::observe(const Sequences& sequences, const Places& places, const JourneyBatch& batch) {
  sequences.for_each(batch, room_, [&](const auto& sequence) { count(sequence, places); });
}

template <class Place>
void Counting::count(const Sequence<Place>& sequence, const Places& places) {
  ++journeys_;
  const auto* names = places.names.data();
  const auto place = [&](std::size_t i) { return std::size_t{names[sequence.places[i]]}; };
  ++starts_[place(0)];
  ++ends_[place(sequence.size - 1)];
  edges_.add_journey(sequence.size, place, sequence.times);
  if (!steps_.empty()) count_steps(sequence, places);
  if (!variants_.empty()) count_variant(sequence, places);
}

template <class Place>
void Counting::count_steps(const Sequence<Place>& sequence, const Places& places) {
  std::uint32_t source = 0;
  std::int64_t since = 0;
  const auto taken =
      sequence.for_each_step(steps_.size(), collapse_, [&](std::size_t step, std::uint32_t place, std::int64_t time) {
        const auto target = places.steps[step][place];
        ++steps_[step].nodes[target];
        if (step > 0) {
          auto& passage = steps_[step - 1].passages[source * (steps_[step].nodes.size() + 1) + target];
          ++passage.journeys;
          passage.times.add(time - since);
        }
        source = target;
        since = time;
      });
  if (taken == steps_.size()) return;
  const auto next = steps_[taken].nodes.size();
  ++steps_[taken - 1].passages[source * (next + 1) + next].journeys;
}

template <class Place>
void Counting::count_variant(const Sequence<Place>& sequence, const Places& places) {
  sequence_.clear();
  const auto length = sequence.for_each_step(
      longest_chosen_ + 1, true,
      [&](std::size_t, std::uint32_t place, std::int64_t) { sequence_.push_back(places.variants[place]); });
  const auto found = length <= longest_chosen_ ? chosen_.find(sequence_) : std::nullopt;
  ++variants_[found.value_or(chosen_.size())];
}

void Counting::merge(const Counting& other) {
  journeys_ += other.journeys_;
  edges_.merge(other.edges_);
  add(starts_, other.starts_);
  add(ends_, other.ends_);
  add(variants_, other.variants_);
  for (std::size_t step = 0; step < steps_.size(); ++step) {
    add(steps_[step].nodes, other.steps_[step].nodes);
    auto& passages = steps_[step].passages;
    for (std::size_t i = 0; i < passages.size(); ++i) {
      passages[i].journeys += other.steps_[step].passages[i].journeys;
      passages[i].times.merge(other.steps_[step].passages[i].times);
    }
  }
}

}  // namespace peregrine::transitions
