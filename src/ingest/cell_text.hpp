// Cells as people and stores have them: as text, and as JSON.
#pragma once

#include <array>
#include <string_view>

#include "base/json.hpp"
#include "ingest/cell.hpp"

namespace peregrine::ingest {

/// A cell as text; the view lives until the next call on this object.
class CellText {
 public:
  std::string_view of(const Cell& cell) { return cell.kind == Cell::Kind::text ? cell.text : written(cell); }

 private:
  std::string_view written(const Cell& cell);

  std::array<char, 64> digits_;
};

/// A cell as JSON, for rows that are shown so.
json::value json_of(const Cell& cell);

}  // namespace peregrine::ingest
