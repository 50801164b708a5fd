// A Selection is one `where` expression: which events a question sees. It is parsed once, checked against the names
// that exist, and turned into one byte an event for each Part.
//
//   event = "Order Completed" and value > 100
//   channel in ("email", "sms") or not (trait.country = "NL")
//   property.plan is null and time >= "2026-02-01"
//
// Names: event touchpoint role kind time value, any event column, `property.NAME` for a column of that very name,
// `trait.NAME` or `then.trait.NAME` as of the event, `now.trait.NAME` as of the customer's last word. A comparison with
// what is not there is false.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/journey.hpp"

namespace peregrine {

class Selection {
 public:
  /// Throws `invalid` naming the column where the text stops making sense. `where` names the source in errors.
  static Selection parse(std::string_view text, std::string_view where);

  /// Names that may be asked for; what is not among them is an error with proposals.
  struct Known {
    std::span<const std::string_view> events;
    std::span<const std::string_view> columns;
  };
  void check(const Known& known) const;

  /// The columns that must be read to answer.
  ColumnRequest columns() const;

  /// One byte for each event of a Part: 1 where the expression holds. Costs one pass over the columns it names.
  std::vector<std::uint8_t> mask(const Part& part) const;

  const std::string& text() const { return text_; }

  struct Node;

 private:
  std::string text_;
  std::string where_;
  std::shared_ptr<const Node> root_;  // shared by copies of this Selection: the tree never changes
};

/// The tree of an expression.
struct Selection::Node {
  enum class Op : std::uint8_t {
    all,
    any,
    none_of,
    equal,
    unequal,
    less,
    at_most,
    more,
    at_least,
    in,
    not_in,
    is_null,
    not_null
  };
  using Literal = std::variant<std::string, double, bool>;

  Op op = Op::all;
  std::vector<std::shared_ptr<const Node>> children;  // all, any, none_of; shared like the root
  std::string name;                                   // the rest: the column asked for
  std::vector<Literal> literals;
  std::size_t column = 0;  // where in the text, from 1
};

}  // namespace peregrine
