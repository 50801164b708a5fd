// A Number is what mapping files calculate with: exact in millionths, or a floating number where decimals do not reach.
#pragma once

#include <cstdint>
#include <optional>

#include "ingest/amount.hpp"
#include "ingest/cell.hpp"

namespace peregrine::ingest {

struct Number {
  bool exact = true;
  std::int64_t millionths = 0;
  double real = 0;

  double as_real() const { return exact ? static_cast<double>(millionths) / 1e6 : real; }
  Cell cell() const;
};

/// The number in a cell; nothing when the cell is nothing. `readable` becomes false for what is no number.
std::optional<Number> number_of(const Cell& cell, AmountStyle style, bool& readable);

/// Nothing when the result is out of range, or of a division by zero.
std::optional<Number> sum_of(const Number& a, const Number& b);
std::optional<Number> difference_of(const Number& a, const Number& b);
std::optional<Number> product_of(const Number& a, const Number& b);
std::optional<Number> quotient_of(const Number& a, const Number& b);

/// Less than, equal to or more than 0, as a is to b.
int order_of(const Number& a, const Number& b);

}  // namespace peregrine::ingest
