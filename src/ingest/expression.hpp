// An Expression of a mapping file computes one cell from the cells of a row: `Quantity * UnitPrice`,
// `InvoiceNo like "C%" and Quantity < 0`. Names, quotes, lists and nothing are those of `where`.
//
//   either     = both ("or" both)*              both    = negation ("and" negation)*
//   negation   = "not" negation | comparison    sum     = product (("+" | "-") product)*
//   comparison = sum [operator sum | ["not"] "in" list | ["not"] "like" text | "is" ["not"] "null"]
//   product    = factor (("*" | "/") factor)*   factor  = "-" factor | literal | name | "(" either ")"
//   operator   = "=" | "!=" | "<" | "<=" | ">" | ">="
//
// A comparison with what is not there is false, arithmetic with it is nothing. Made once a file, then only read, by all
// threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ingest/amount.hpp"
#include "ingest/cell.hpp"
#include "ingest/reason.hpp"
#include "ingest/written.hpp"

namespace peregrine::ingest {

/// What an expression reads: cells by slot, and how amounts are written in each.
struct Slots {
  std::span<const Cell> cells;
  std::span<const AmountStyle> styles;
  std::span<const std::string> names;  // for words
};

class Expression {
 public:
  /// Throws `invalid` at the letter where the text stops making sense.
  static Expression parse(const Written& written);
  /// The expression that is one name, whatever letters it has.
  static Expression of_name(const Written& written);

  /// Throws `invalid` unless the expression says yes or no.
  void require_condition() const;

  /// Calls `slot_of(name, place)` for every name, which returns its slot or throws.
  void bind(const std::function<std::size_t(const std::string& name, const std::string& place)>& slot_of);
  /// The slots that are read, in order, each once. Only after bind.
  const std::vector<std::size_t>& slots() const { return slots_; }
  /// True for a lone name.
  bool is_name() const;

  /// The value; nothing and a `fault` when a number cannot be read or is out of range. Its text lives as long as the
  /// cells and this.
  Cell value(const Slots& slots, std::optional<Finding>& fault) const;
  /// Whether the condition holds.
  bool holds(const Slots& slots, std::optional<Finding>& fault) const;

  const std::string& text() const { return written_.text; }

  struct Node;

 private:
  Written written_;
  std::shared_ptr<Node> root_;  // shared by copies of this Expression: bind is called before there are any
  std::vector<std::size_t> slots_;
};

}  // namespace peregrine::ingest
