// MergeRules are what all merges of one import share.
#pragma once

#include <cstdint>
#include <vector>

#include "store/manifest.hpp"
#include "store/rows.hpp"

namespace peregrine::store {

struct MergeRules {
  std::vector<std::uint32_t> source_rank;  // by source: equal times are ordered by it, not by arrival
  std::vector<std::uint8_t> numbered;      // by source: 1 when its rows keep their places
  std::size_t first_new_source = 0;        // those from here on came with this import
  NameList event_names;
  const std::vector<ColumnName>* columns = nullptr;
  const std::vector<Ledger>* ledgers = nullptr;
};

}  // namespace peregrine::store
