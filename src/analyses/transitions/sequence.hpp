// A Sequence is a journey as `transitions` sees it: names in order of time, each a place in the list of names of its
// part. Sequences finds those of a batch. It is bound to a part, which must outlive it, and read by any thread.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analyses/transitions/params.hpp"
#include "model/journey.hpp"
#include "model/stage_walk.hpp"

namespace peregrine::transitions {

template <class Place>
struct Sequence {
  const Place* places = nullptr;
  const std::int64_t* times = nullptr;
  std::size_t size = 0;  // at least 1

  /// Calls `visit(step, place, time)` for the steps from the first, at most `most`; returns how many there were.
  template <class Visit>
  std::size_t for_each_step(std::size_t most, bool collapse, Visit&& visit) const {
    std::size_t step = 0;
    for (std::size_t i = 0; i < size && step < most; ++i) {
      if (collapse && i > 0 && places[i] == places[i - 1]) continue;
      visit(step++, static_cast<std::uint32_t>(places[i]), times[i]);
    }
    return step;
  }
};

class Sequences {
 public:
  /// Where sequences are put that are not columns of the part. Of one thread.
  struct Room {
    std::vector<std::uint32_t> places;
    std::vector<std::int64_t> times;
  };

  Sequences(const Params& params, const Scope& scope, const Part& part);

  /// By place.
  std::span<const std::string_view> names() const { return names_; }

  /// Calls `visit(places, count)` with the places of all events of the batch, when these are a column of the part and
  /// all are in the range; else returns false.
  template <class Visit>
  bool for_all(const JourneyBatch& batch, Visit&& visit) const {
    if (!open_ || walk_ || !place_of_code_.empty() || batch.journeys != nullptr || batch.size == 0) return false;
    const auto count = batch.end[batch.size - 1] - batch.begin[0];
    if (event_.narrow != nullptr) {
      visit(event_.narrow + batch.begin[0], count);
    } else {
      visit(event_.wide + batch.begin[0], count);
    }
    return true;
  }

  /// Calls `visit(Sequence<...>)` for each journey of the batch that has something in the range.
  template <class Visit>
  void for_each(const JourneyBatch& batch, Room& room, Visit&& visit) const {
    for (std::size_t i = 0; i < batch.size; ++i) {
      if (walk_) {
        if (walk_stages(batch.begin[i], batch.end[i], room)) visit(sequence_in(room));
        continue;
      }
      // A journey is in order of time, so what is in the range is one run of rows.
      const auto* first = time_ + batch.begin[i];
      const auto* end = time_ + batch.end[i];
      if (!open_) {
        if (first != end && *first < scope_.from.micros) first = std::lower_bound(first, end, scope_.from.micros);
        if (first != end && *(end - 1) >= scope_.to.micros) end = std::lower_bound(first, end, scope_.to.micros);
      }
      if (first == end) continue;
      const auto row = static_cast<std::size_t>(first - time_);
      const auto size = static_cast<std::size_t>(end - first);
      if (!place_of_code_.empty()) {
        room.places.clear();
        for (auto at = row; at < row + size; ++at) room.places.push_back(place_of_code_[event_[at]]);
        visit(Sequence<std::uint32_t>{room.places.data(), first, size});
      } else if (event_.narrow != nullptr) {
        visit(Sequence<std::uint16_t>{event_.narrow + row, first, size});
      } else {
        visit(Sequence<std::uint32_t>{event_.wide + row, first, size});
      }
    }
  }

 private:
  bool walk_stages(std::uint64_t begin, std::uint64_t end, Room& room) const;
  static Sequence<std::uint32_t> sequence_in(const Room& room) {
    return {room.places.data(), room.times.data(), room.places.size()};
  }

  Scope scope_;
  bool open_;  // the range has no ends
  const std::int64_t* time_ = nullptr;
  EventCodes event_;
  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> place_of_code_;  // at level touchpoint; at level event a place is a code
  std::optional<StageWalk> walk_;             // at level stage
};

}  // namespace peregrine::transitions
