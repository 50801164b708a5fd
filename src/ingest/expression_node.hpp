// The tree of an expression: what stands in it, and what it is made of. Only for expression.cpp and
// expression_text.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/expression.hpp"
#include "model/like_pattern.hpp"

namespace peregrine::ingest {

struct Expression::Node {
  enum class Op : std::uint8_t {
    literal,
    name,
    add,
    subtract,
    multiply,
    divide,
    negative,
    equal,
    unequal,
    less,
    at_most,
    more,
    at_least,
    in,
    like,
    is_null,
    all,
    any,
    none_of,
  };

  Op op = Op::literal;
  std::vector<Node> children;
  Cell literal;
  std::string text;      // of a literal or a name
  std::size_t at = 0;    // where in the expression
  std::size_t slot = 0;  // of a name
  std::string words;     // as it stands in the expression
  std::optional<LikePattern> pattern;

  bool is_condition() const { return op >= Op::equal; }
  bool is_arithmetic() const { return op >= Op::add && op <= Op::negative; }
  bool is_text() const { return op == Op::literal && literal.kind == Cell::Kind::text; }
  Cell literal_cell() const {
    auto cell = literal;
    cell.text = text;
    return cell;
  }
};

/// Reads the text of an expression. Throws `invalid` at the letter where it stops making sense.
Expression::Node read_expression(const Written& written);

}  // namespace peregrine::ingest
