// A StageWalk finds the stage intervals of journeys: when a customer came into a stage of a framework, how long the
// stay lasted and how it ended. It is bound once to a framework and a part, and read by any number of threads.
//
// The rules. An interval opens at an event whose role (or name) belongs to a stage; if several stages list it, the
// first at or after the present stage is meant, else the nearest before it. Events of the same stage extend it. It is
// half-open and ends when another stage opens (moved on, or went back) or, as lost, `idle` after its last event: an
// event exactly `idle` later begins a new one. The present stage outlasts the loss. Intervals of one journey do not
// overlap. The second and later `buy` reads as `repeat_buy`; the first `use` is also an `activate` when the journey has
// none. After the first buy (the handoff) stages of the buyer phase open no more, unless `reenter`; one that is open
// may still be extended. In a `monotone` framework nothing opens before the present stage. Where a framework ends with
// the buy (all its stages are of the buyer phase and none lists it) the first buy ends the open interval as moved on,
// out of the framework. Events at or after the end of the range are not seen; what is open then is lost if `idle` has
// passed by the horizon.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/elapsed.hpp"
#include "model/framework.hpp"
#include "model/journey.hpp"
#include "model/survey_scores.hpp"

namespace peregrine {

enum class StageEnd : std::uint8_t { moved_on, went_back, lost, open };

/// One stay in a stage.
struct StageInterval {
  std::uint32_t stage = 0;  // place in the framework
  std::uint32_t next = 0;   // stage that opened at its end; the number of stages when it left the framework by a buy
  StageEnd ended = StageEnd::open;
  std::int64_t begin = 0;  // µs UTC, of the event that opened it
  std::int64_t end = 0;    // first moment after it; the horizon when it is open
  std::uint64_t first_row = 0;
  std::uint64_t end_row = 0;  // rows first_row up to end_row lie in it, with or without a role

  /// True when an event ended it, the one in row `end_row`: by opening another stage, or by leading out.
  bool ended_by_event() const { return ended == StageEnd::moved_on || ended == StageEnd::went_back; }
};

class StageWalk {
 public:
  static constexpr std::size_t most_stages = 64;
  static constexpr std::uint64_t no_row = ~std::uint64_t{0};

  struct Options {
    Duration idle = days(90);
    bool reenter = false;
  };
  struct Walked {
    std::uint64_t end_row = 0;         // rows up to here lie before the end of the range
    std::uint64_t first_buy = no_row;  // the handoff
  };

  /// What it reads of a part.
  static ColumnRequest columns() {
    auto request = SurveyScores::columns();
    request.time = true;
    return request;
  }

  /// The part must outlive the walk.
  StageWalk(const Framework& framework, const Scope& scope, const Part& part, const Options& options);

  /// Calls `visit(const StageInterval&)` for each interval of the journey in those rows, in order of time.
  template <class Visit>
  Walked walk(std::uint64_t begin, std::uint64_t end, Visit&& visit) const {
    return event_.narrow != nullptr ? run(event_.narrow, begin, end, visit) : run(event_.wide, begin, end, visit);
  }

  /// True when the first buy leads out of the framework.
  static bool ends_with_buy(const Framework& framework);
  bool ends_with_buy() const { return ends_with_buy_; }
  /// The moment up to which things are known: the newest event, or the end of the range if that is earlier.
  std::int64_t horizon() const { return horizon_; }

 private:
  using Mask = std::uint64_t;                   // of stages
  static constexpr std::uint8_t nothing = 255;  // in a table: events of this code open and extend no stage
  static constexpr std::uint8_t special = 254;  // in a table: see candidates()
  static constexpr std::uint8_t nowhere = 253;  // as present stage: no interval is open

  /// A rule that must look at the event itself.
  struct Condition {
    Mask stage = 0;
    EntryRule rule;
  };
  /// Stages that events of one code enter.
  struct Entry {
    Mask always = 0;
    std::uint32_t first_condition = 0;
    std::uint32_t end_condition = 0;
    bool enters() const { return always != 0 || first_condition != end_condition; }
  };
  enum CodeIs : std::uint8_t { is_buy = 1, is_use = 2, is_activate = 4 };

  /// What is behind the walker. Which table is read depends on whether there was a first buy, and a first use.
  struct Place {
    const std::uint8_t* table = nullptr;
    std::uint8_t present = nowhere;
    std::uint8_t stage = 0;  // the present stage, or the last one
    bool bought = false;
    bool used = false;
    std::int64_t opened = 0;
    std::int64_t last = 0;
    std::uint64_t first_row = 0;
    std::uint64_t first_buy = no_row;
  };
  struct Rows {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  /// True when `idle` lies between two events in order of time.
  bool is_idle(std::int64_t last, std::int64_t time) const {
    return static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(last) >= static_cast<std::uint64_t>(idle_);
  }
  Entry entry_for(Role role, std::string_view event, Survey survey, const SurveyScores& scores);
  void fill_tables();
  std::uint8_t table_value(std::uint32_t code, bool bought, bool used, Mask openable) const;
  const std::uint8_t* table_for(const Place& place) const;
  Mask candidates(const Entry& entry, std::uint32_t code, std::uint64_t row) const;
  Mask candidates(Place& place, std::uint32_t code, std::uint64_t row, const Rows& rows) const;
  bool has_activate(const Rows& rows) const;
  std::uint64_t row_before(std::int64_t moment, std::uint64_t row, std::uint64_t first) const;

  template <class Code, class Visit>
  Walked run(const Code* codes, std::uint64_t begin, std::uint64_t end, Visit& visit) const;
  template <class Visit>
  void step(Place& place, std::uint32_t code, std::uint64_t row, const Rows& rows, Visit& visit) const;
  template <class Visit>
  void close(Place& place, StageEnd how, std::uint32_t next, std::int64_t end, std::uint64_t end_row,
             Visit& visit) const;
  template <class Visit>
  void lose(Place& place, std::uint64_t row, Visit& visit) const;

  const Framework& framework_;
  std::int64_t idle_ = 0;
  std::int64_t horizon_ = 0;
  std::int64_t to_ = 0;
  bool reenter_ = false;
  bool ends_with_buy_ = false;
  bool use_may_activate_ = false;
  Mask all_ = 0;
  Mask customer_ = 0;

  const std::int64_t* time_ = nullptr;
  EventCodes event_;
  SurveyScores scores_;
  std::vector<Condition> conditions_;
  std::vector<std::uint8_t> is_;  // by code
  std::vector<Entry> entries_;    // by code
  std::vector<Entry> repeats_;    // by code: of a buy that is not the first
  Entry activation_;
  std::vector<std::uint8_t>
      tables_[6];  // by code; for no buy yet, bought, bought and out of the buyer phase; used or not
};

template <class Code, class Visit>
StageWalk::Walked StageWalk::run(const Code* codes, std::uint64_t begin, std::uint64_t end, Visit& visit) const {
  if (end > begin && time_[end - 1] >= to_) {
    end = static_cast<std::uint64_t>(std::lower_bound(time_ + begin, time_ + end, to_) - time_);
  }
  Place place;
  place.used = !use_may_activate_;
  place.table = table_for(place);
  const Rows rows{begin, end};
  for (auto row = begin; row < end; ++row) {
    const std::uint8_t stage = place.table[codes[row]];
    // One branch for both, since chance decides which it is: a fifth faster where every fifth event has no role.
    const bool extends = stage == place.present && !is_idle(place.last, time_[row]);
    place.last = extends ? time_[row] : place.last;
    if (extends || stage == nothing) continue;
    step(place, codes[row], row, rows, visit);
  }
  if (place.present != nowhere) {
    if (passed(place.last, horizon_) >= idle_) {
      lose(place, end, visit);
    } else {
      close(place, StageEnd::open, place.stage, horizon_, end, visit);
    }
  }
  return {end, place.first_buy};
}

template <class Visit>
void StageWalk::close(Place& place, StageEnd how, std::uint32_t next, std::int64_t end, std::uint64_t end_row,
                      Visit& visit) const {
  const StageInterval interval{.stage = place.stage,
                               .next = next,
                               .ended = how,
                               .begin = place.opened,
                               .end = end,
                               .first_row = place.first_row,
                               .end_row = end_row};
  place.present = nowhere;
  visit(interval);
}

/// Closes the open interval `idle` after its last event; `row` lies after that.
template <class Visit>
void StageWalk::lose(Place& place, std::uint64_t row, Visit& visit) const {
  const auto end = later(place.last, idle_);
  close(place, StageEnd::lost, place.stage, end, row_before(end, row, place.first_row), visit);
}

template <class Visit>
void StageWalk::step(Place& place, std::uint32_t code, std::uint64_t row, const Rows& rows, Visit& visit) const {
  const auto time = time_[row];
  if (place.present != nowhere && is_idle(place.last, time)) lose(place, row, visit);

  Mask openable = place.bought && !reenter_ ? customer_ : all_;
  if (framework_.monotone) openable &= all_ << place.stage;
  if (place.present != nowhere) openable |= Mask{1} << place.stage;
  const bool handoff = !place.bought && (is_[code] & is_buy) != 0;
  const Mask stages = candidates(place, code, row, rows) & openable;

  if (stages != 0) {
    const Mask onward = stages & (all_ << place.stage);
    const auto stage = static_cast<std::uint8_t>(onward != 0 ? std::countr_zero(onward) : std::bit_width(stages) - 1);
    if (place.present != stage) {
      if (place.present != nowhere) {
        close(place, stage > place.stage ? StageEnd::moved_on : StageEnd::went_back, stage, time, row, visit);
      }
      place.present = place.stage = stage;
      place.opened = time;
      place.first_row = row;
    }
    place.last = time;
  } else if (handoff && ends_with_buy_ && place.present != nowhere) {
    close(place, StageEnd::moved_on, static_cast<std::uint32_t>(framework_.stages.size()), time, row, visit);
  }
  if (handoff) {
    place.bought = true;
    place.first_buy = row;
  }
  place.table = table_for(place);
}

}  // namespace peregrine
