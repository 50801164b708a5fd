#include "engine/extent.hpp"

#include <algorithm>

namespace peregrine::engine {

void Extent::enter(const Part& part) {
  part_ = &part;
  const bool has_codes = part.event.narrow != nullptr || part.event.wide != nullptr;
  counts_guesses_ = has_codes && has_guesses(part.labels);
}

void Extent::observe(const JourneyBatch& batch) noexcept {
  for (std::size_t i = 0; i < batch.size; ++i) {
    const auto* begin = part_->time + batch.begin[i];
    const auto* end = part_->time + batch.end[i];
    const auto* from = std::lower_bound(begin, end, scope_.from.micros);
    const auto* to = std::lower_bound(from, end, scope_.to.micros);
    events_ += to - from;
    journeys_ += to > from ? 1 : 0;
    if (!counts_guesses_) continue;
    for (auto row = from - part_->time; row < to - part_->time; ++row) {
      guessed_ += part_->labels[part_->event[static_cast<std::size_t>(row)]].guessed ? 1 : 0;
    }
  }
}

void Extent::merge(const RunningFold& other) {
  const auto& same = dynamic_cast<const Extent&>(other);
  events_ += same.events_;
  journeys_ += same.journeys_;
  guessed_ += same.guessed_;
}

json::object Extent::finish(Meta&) const {
  return {{"events", events_}, {"journeys", journeys_}, {"guessed", guessed_}};
}

void Extent::save(Writer& out) {
  Saver saver(out);
  saver(events_, journeys_, guessed_);
}

void Extent::load(Reader& in) {
  Loader loader(in);
  loader(events_, journeys_, guessed_);
}

}  // namespace peregrine::engine
