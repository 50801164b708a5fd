// Values of Arrow's arrays as cells.
#pragma once

#include <string>
#include <vector>

#include "ingest/cell.hpp"

namespace arrow {
class Array;
class DataType;
}  // namespace arrow

namespace peregrine::ingest {

/// `cells` has a place for every row, each nothing so far. Texts stay in the array.
void fill_cells(const arrow::Array& array, std::vector<Cell>& cells);

/// Why an array of this type, which is not nested, cannot hold what events say; empty when it can.
std::string unusable(const arrow::DataType& type);

}  // namespace peregrine::ingest
