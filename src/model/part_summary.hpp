// A PartSummary is what is known of a part before its rows are read, so that a question may do without reading them.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "model/journey.hpp"

namespace peregrine {

struct PartSummary {
  std::size_t events = 0;
  Time oldest{};  // of all events
  Time newest{};
  std::vector<Label> labels;                   // of the names that occur, and perhaps of others
  bool values = false;                         // false: no event has a value
  std::set<std::string, std::less<>> columns;  // event columns of which some event has a value
};

}  // namespace peregrine
