// The summary of a MemoryPart, for tests: exactly what is in it.
#pragma once

#include <algorithm>

#include "model/memory_part.hpp"
#include "model/part_summary.hpp"

namespace peregrine {

inline PartSummary summary_of(const MemoryPart& part) {
  PartSummary summary;
  summary.events = part.events();
  summary.labels.assign(part.labels.begin(), part.labels.end());
  summary.values = part.value.exists();
  for (const auto& column : part.columns()) summary.columns.insert(std::string(column.name));
  if (summary.events == 0) return summary;
  const auto [oldest, newest] = std::minmax_element(part.time, part.time + part.events());
  summary.oldest = Time{*oldest};
  summary.newest = Time{*newest};
  return summary;
}

}  // namespace peregrine
