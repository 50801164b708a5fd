#include "ingest/expression.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/cell_text.hpp"
#include "ingest/expression_node.hpp"
#include "ingest/number.hpp"

namespace peregrine::ingest {

namespace {

using Node = Expression::Node;
using Op = Node::Op;

void bind_names(Node& node, const std::function<void(Node&)>& each) {
  if (node.op == Op::name) each(node);
  for (auto& child : node.children) bind_names(child, each);
}

std::optional<Number> calculate(Op op, const Number& a, const Number& b) {
  switch (op) {
    case Op::add: return sum_of(a, b);
    case Op::multiply: return product_of(a, b);
    case Op::divide: return quotient_of(a, b);
    default: return difference_of(a, b);
  }
}

bool is_number(const Cell& cell) {
  return cell.kind == Cell::Kind::integer || cell.kind == Cell::Kind::number || cell.kind == Cell::Kind::money;
}

/// Works out one row.
class Evaluation {
 public:
  Evaluation(const Slots& slots, std::optional<Finding>& fault) : slots_(slots), fault_(fault) {}

  Cell value(const Node& node) {
    if (node.op == Op::name) return slots_.cells[node.slot];
    if (node.op == Op::literal) return node.literal_cell();
    if (node.is_arithmetic()) {
      const auto number = arithmetic(node);
      return number ? number->cell() : Cell();
    }
    Cell cell;
    cell.kind = Cell::Kind::boolean;
    cell.integer = holds(node) ? 1 : 0;
    return cell;
  }

  bool holds(const Node& node) {
    switch (node.op) {
      case Op::all:
        return std::all_of(node.children.begin(), node.children.end(), [&](auto& each) { return holds(each); });
      case Op::any:
        return std::any_of(node.children.begin(), node.children.end(), [&](auto& each) { return holds(each); });
      case Op::none_of: return !holds(node.children[0]);
      case Op::is_null: return is_nothing(value(node.children[0]));
      case Op::like: {
        const auto cell = value(node.children[0]);
        return !is_nothing(cell) && node.pattern->matches(left_text_.of(cell));
      }
      case Op::in: {
        const auto& left = node.children[0];
        const auto cell = value(left);
        return std::any_of(node.children.begin() + 1, node.children.end(),
                           [&](const Node& each) { return order(left, cell, each, each.literal_cell()) == 0; });
      }
      default: break;
    }
    const auto& left = node.children[0];
    const auto& right = node.children[1];
    const auto order = this->order(left, value(left), right, value(right));
    if (!order) return false;
    switch (node.op) {
      case Op::equal: return *order == 0;
      case Op::unequal: return *order != 0;
      case Op::less: return *order < 0;
      case Op::at_most: return *order <= 0;
      case Op::more: return *order > 0;
      default: return *order >= 0;
    }
  }

 private:
  static bool is_nothing(const Cell& cell) {
    return cell.is_none() || (cell.kind == Cell::Kind::text && trimmed(cell.text).empty());
  }

  AmountStyle style_of(const Node& node) const {
    return node.op == Op::name ? slots_.styles[node.slot] : AmountStyle::point;
  }

  std::optional<Number> number(const Node& node) {
    if (node.is_arithmetic()) return arithmetic(node);
    const auto cell = value(node);
    bool readable = true;
    const auto number = number_of(cell, style_of(node), readable);
    if (!readable && !fault_) {
      fault_ = Finding{Reason::number_unreadable, name_of(node),
                       name_of(node) + " is not a number: " + quote_briefly(left_text_.of(cell))};
    }
    return number;
  }

  std::optional<Number> arithmetic(const Node& node) {
    const auto left = number(node.children[0]);
    if (node.op == Op::negative) return left ? settled(node, calculate(Op::subtract, Number{}, *left)) : left;
    const auto right = number(node.children[1]);
    if (!left || !right) return std::nullopt;
    return settled(node, calculate(node.op, *left, *right));
  }

  std::optional<Number> settled(const Node& node, std::optional<Number> number) {
    if (!number && !fault_) {
      fault_ = Finding{Reason::number_out_of_range, "", node.words + " is out of range or divides by zero"};
    }
    return number;
  }

  std::string name_of(const Node& node) const { return node.op == Op::name ? slots_.names[node.slot] : node.words; }

  /// Less than, equal to or more than 0, as the value `a` of `left` is to the value `b` of `right`; nothing when the
  /// two cannot be compared.
  std::optional<int> order(const Node& left, const Cell& a, const Node& right, const Cell& b) {
    if (is_nothing(a) || is_nothing(b)) return std::nullopt;
    if (a.is_time() || b.is_time()) return order_of_times(a, b);
    const bool as_text = left.is_text() || right.is_text();
    if (is_number(a) || is_number(b) || (!as_text && are_plain_numbers(a, b))) {
      bool readable = true;
      const auto x = number_of(a, style_of(left), readable);
      const auto y = number_of(b, style_of(right), readable);
      if (x && y) return order_of(*x, *y);
      if (!as_text) return std::nullopt;
    }
    return left_text_.of(a).compare(right_text_.of(b));
  }

  static bool are_plain_numbers(const Cell& a, const Cell& b) {
    return a.kind == Cell::Kind::text && b.kind == Cell::Kind::text && read_plain_number(a.text) &&
           read_plain_number(b.text);
  }

  static std::optional<int> order_of_times(const Cell& a, const Cell& b) {
    const auto micros = [](const Cell& cell) -> std::optional<std::int64_t> {
      if (cell.is_time()) return cell.integer;
      const auto parsed = cell.kind == Cell::Kind::text ? parse_time(trimmed(cell.text)) : std::nullopt;
      return parsed ? std::optional(parsed->micros) : std::nullopt;
    };
    const auto x = micros(a);
    const auto y = micros(b);
    if (!x || !y) return std::nullopt;
    return *x < *y ? -1 : *x > *y ? 1 : 0;
  }

  const Slots& slots_;
  std::optional<Finding>& fault_;
  CellText left_text_, right_text_;
};

}  // namespace

Expression Expression::parse(const Written& written) {
  constexpr std::size_t longest = 16 * 1024;
  if (written.text.size() > longest) throw Error(ErrorKind::invalid, written.place(), "is too long", "at most 16 KiB");
  Expression expression;
  expression.written_ = written;
  expression.root_ = std::make_shared<Node>(read_expression(written));
  return expression;
}

Expression Expression::of_name(const Written& written) {
  Expression expression;
  expression.written_ = written;
  expression.root_ = std::make_shared<Node>();
  expression.root_->op = Op::name;
  expression.root_->text = expression.root_->words = written.text;
  return expression;
}

void Expression::require_condition() const {
  if (root_->is_condition()) return;
  throw Error(ErrorKind::invalid, written_.place(root_->at), quote_briefly(root_->words) + " is no condition",
              "like Quantity < 0");
}

void Expression::bind(const std::function<std::size_t(const std::string& name, const std::string& place)>& slot_of) {
  bind_names(*root_, [&](Node& node) {
    node.slot = slot_of(node.text, written_.place(node.at));
    if (std::find(slots_.begin(), slots_.end(), node.slot) == slots_.end()) slots_.push_back(node.slot);
  });
}

bool Expression::is_name() const {
  return root_->op == Op::name;
}

Cell Expression::value(const Slots& slots, std::optional<Finding>& fault) const {
  return Evaluation(slots, fault).value(*root_);
}

bool Expression::holds(const Slots& slots, std::optional<Finding>& fault) const {
  return Evaluation(slots, fault).holds(*root_);
}

}  // namespace peregrine::ingest
