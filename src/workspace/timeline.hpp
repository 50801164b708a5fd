// One journey for people: its events in time order with stages, or a row that sums it up.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "model/framework.hpp"
#include "model/journey.hpp"
#include "model/stage_walk.hpp"

namespace peregrine {

class Timeline {
 public:
  /// `part` must have time, event, value, identities and the columns of `properties`, and outlive this. Of a part that
  /// a filter made, stages are those of the whole journeys.
  Timeline(const Part& part, const Framework& framework, const Scope& scope, const Zone& zone,
           std::vector<std::string> properties);

  /// {customer, known, stages[{stage, phase, from, to, ended}], events[{time, event, touchpoint, role, kind, stage,
  /// value, properties}]}; `to` is null while a stay goes on. Of a part that is whole.
  json::object journey(std::size_t journey) const;
  /// {customer, known, stage, events, value, first, last}; `stage` is the present one, null when there is none. The
  /// others are of the events of the part: those that `where` keeps, in the range or not.
  json::object row(std::size_t journey) const;

  /// The columns a Timeline reads.
  static ColumnRequest columns(std::vector<std::string> properties);

 private:
  std::vector<StageInterval> intervals(std::size_t journey) const;
  json::object event(std::uint64_t row, const std::vector<StageInterval>& intervals) const;

  const Part& part_;
  const Part& whole_;
  const Framework& framework_;
  Zone zone_;
  StageWalk walk_;
  std::vector<std::pair<std::string, ColumnView>> properties_;
};

}  // namespace peregrine
