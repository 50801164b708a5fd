// What the first values of a column say of it, for guessing what it is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ingest/cell.hpp"
#include "model/column.hpp"

namespace peregrine::ingest {

std::string text_of(const Cell& cell);

/// The type that all values have; text when they have none or differ. `texts_are_texts`, whatever they look like.
ColumnType type_of(const std::vector<Cell>& values, bool texts_are_texts = false);

/// How often the values of a column come again.
struct Repeats {
  std::size_t values = 0;
  std::size_t distinct = 0;
  bool has_letters = false;
  bool has_spaces = false;
};

Repeats repeats_of(const std::vector<Cell>& values);

bool has_fractions(const std::vector<Cell>& values);

}  // namespace peregrine::ingest
