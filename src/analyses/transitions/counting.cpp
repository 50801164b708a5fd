#include "analyses/transitions/counting.hpp"

#include "base/elapsed.hpp"

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

namespace {

std::vector<StepCounts> steps_of(const Choice& choice) {
  std::vector<StepCounts> steps(choice.steps.size());
  std::uint32_t passages = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].nodes.resize(choice.steps[i].names.size());
    steps[i].first_passage = passages;
    if (i + 1 == steps.size()) break;
    steps[i].targets = static_cast<std::uint32_t>(choice.steps[i + 1].names.size() + 1);
    passages = steps[i].passage(static_cast<std::uint32_t>(steps[i].nodes.size()), 0);
  }
  return steps;
}

}  // namespace

Counting::Counting(const Params& params, const Choice& choice)
    : collapse_(params.collapse),
      chosen_(choice.variants),
      edges_(choice.many_times.size(), choice.many_times),
      starts_(choice.names.names.size()),
      ends_(choice.names.names.size()),
      variants_(params.variants > 0 ? chosen_.size() + 1 : 0),
      steps_(steps_of(choice)),
      passages_(steps_.empty() ? 0 : steps_.back().first_passage) {
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    longest_chosen_ = std::max(longest_chosen_, chosen_.sequence(i).size());
  }
}

void Counting::observe(const Sequences& sequences, const Places& places, const JourneyBatch& batch) {
  sequences.for_each(batch, room_, [&](const auto& sequence) { count(sequence, places); });
}

template <class Place>
void Counting::count(const Sequence<Place>& sequence, const Places& places) {
  ++journeys_;
  const auto* names = places.names.data();
  const auto many = static_cast<std::uint32_t>(starts_.size());
  ++starts_[names[sequence.places[0]]];
  ++ends_[names[sequence.places[sequence.size - 1]]];
  edges_.add_journey([&](auto&& add) {
    auto source = names[sequence.places[0]];
    for (std::size_t i = 1; i < sequence.size; ++i) {
      const auto target = names[sequence.places[i]];
      add(source * many + target, passed(sequence.times[i - 1], sequence.times[i]));
      source = target;
    }
  });
  if (!steps_.empty()) count_steps(sequence, places);
  if (!variants_.empty()) count_variant(sequence, places);
}

template <class Place>
void Counting::count_steps(const Sequence<Place>& sequence, const Places& places) {
  passages_.add_journey([&](auto&& add) {
    std::uint32_t source = 0;
    std::int64_t since = 0;
    const auto taken =
        sequence.for_each_step(steps_.size(), collapse_, [&](std::size_t step, std::uint32_t place, std::int64_t time) {
          const auto target = places.steps[step][place];
          ++steps_[step].nodes[target];
          if (step > 0) add(steps_[step - 1].passage(source, target), passed(since, time));
          source = target;
          since = time;
        });
    if (taken == steps_.size()) return;
    const auto& last = steps_[taken - 1];
    add(last.passage(source, last.targets - 1), 0);
  });
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
  for (std::size_t step = 0; step < steps_.size(); ++step) add(steps_[step].nodes, other.steps_[step].nodes);
  passages_.merge(other.passages_);
}

void Counting::settle() {
  edges_.settle();
  passages_.settle();
}

}  // namespace peregrine::transitions
