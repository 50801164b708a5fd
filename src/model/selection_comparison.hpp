// How a comparison of a `where` expression is decided: for a text, a number, a time, an amount, or what a name's label
// says. What is absent is decided by who asks.
#pragma once

#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "model/like_pattern.hpp"
#include "model/selection.hpp"
#include "model/selection_subject.hpp"

namespace peregrine::selection {

using Node = Selection::Node;
using Op = Node::Op;

inline bool orders(Op op, int sign) {
  switch (op) {
    case Op::equal: return sign == 0;
    case Op::unequal: return sign != 0;
    case Op::less: return sign < 0;
    case Op::at_most: return sign <= 0;
    case Op::more: return sign > 0;
    case Op::at_least: return sign >= 0;
    default: return false;
  }
}

template <class T>
int sign_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

/// True when a present value fulfils a comparison; `compare(literal)` gives the sign, or nothing for another type.
template <class Compare>
bool holds(const Node& node, Compare&& compare) {
  if (node.op == Op::not_null) return true;
  if (node.op == Op::is_null) return false;
  const auto equals = [&](const Node::Literal& literal) {
    const std::optional<int> sign = compare(literal);
    return sign && *sign == 0;
  };
  if (node.op == Op::in) return std::any_of(node.literals.begin(), node.literals.end(), equals);
  if (node.op == Op::not_in) return std::none_of(node.literals.begin(), node.literals.end(), equals);
  const std::optional<int> sign = compare(node.literals.front());
  return sign ? orders(node.op, *sign) : node.op == Op::unequal;
}

/// A comparison of texts.
class TextTest {
 public:
  explicit TextTest(const Node& node) : node_(node) {
    if (node.op == Op::like || node.op == Op::not_like) pattern_.emplace(std::get<std::string>(node.literals.front()));
  }
  bool operator()(std::string_view text) const {
    if (pattern_) return pattern_->matches(text) == (node_.op == Op::like);
    return holds(node_, [&](const Node::Literal& literal) -> std::optional<int> {
      const auto* wanted = std::get_if<std::string>(&literal);
      if (wanted == nullptr) return std::nullopt;
      return sign_of(text, std::string_view(*wanted));
    });
  }

 private:
  const Node& node_;
  std::optional<LikePattern> pattern_;
};

inline bool number_holds(const Node& node, double number) {
  return holds(node, [&](const Node::Literal& literal) -> std::optional<int> {
    const auto* wanted = std::get_if<double>(&literal);
    if (wanted == nullptr || std::isnan(number)) return std::nullopt;
    return sign_of(number, *wanted);
  });
}

inline bool boolean_holds(const Node& node, bool value) {
  return holds(node, [&](const Node::Literal& literal) -> std::optional<int> {
    const auto* wanted = std::get_if<bool>(&literal);
    if (wanted == nullptr) return std::nullopt;
    return sign_of(value, *wanted);
  });
}

/// A comparison of times or amounts, whose literals are read once. All is compared doubled, so that a literal between
/// two millionths has a place of its own: the odd number between theirs.
class IntegerTest {
 public:
  static IntegerTest of_money(const Node& node) {
    return IntegerTest(node, [](const Node::Literal& literal) -> std::optional<Wanted> {
      const auto* number = std::get_if<double>(&literal);
      if (number == nullptr) return std::nullopt;
      const auto nearest = money_of(*number);
      if (!nearest) return *number > 0 ? beyond : -beyond;
      return Wanted{*nearest} * 2 + sign_of(*number, amount_of(*nearest));
    });
  }
  static IntegerTest of_time(const Node& node, const Zone& zone) {
    return IntegerTest(node, [&](const Node::Literal& literal) -> std::optional<Wanted> {
      const auto* text = std::get_if<std::string>(&literal);
      const auto time = text == nullptr ? std::nullopt : parse_time(*text);
      if (!time) return std::nullopt;
      return Wanted{time->zoned ? time->micros : zone.to_utc(time->micros)} * 2;
    });
  }
  bool operator()(std::int64_t value) const {
    return holds(node_, [&](const Node::Literal& literal) -> std::optional<int> {
      const auto& wanted = wanted_[static_cast<std::size_t>(&literal - node_.literals.data())];
      if (!wanted) return std::nullopt;
      return sign_of(Wanted{value} * 2, *wanted);
    });
  }

 private:
  using Wanted = MoneySum;
  static constexpr Wanted beyond = Wanted{1} << 100;  // all amounts

  template <class Read>
  IntegerTest(const Node& node, Read&& read) : node_(node) {
    for (const auto& literal : node.literals) wanted_.push_back(read(literal));
  }

  const Node& node_;
  std::vector<std::optional<Wanted>> wanted_;
};

/// A comparison of what the label of an event's name says.
class LabelTest {
 public:
  LabelTest(const Node& node, Subject::From from) : text_(node), from_(from), null_holds_(node.op == Op::is_null) {}

  static bool is_for(Subject::From from) { return from <= Subject::From::kind; }
  bool operator()(const Label& label) const {
    switch (from_) {
      case Subject::From::event: return text_(label.event);
      case Subject::From::touchpoint: return text_(label.touchpoint);
      case Subject::From::role: return label.role == Role::none ? null_holds_ : text_(name_of(label.role));
      default: return label.kind == Kind::none ? null_holds_ : text_(name_of(label.kind));
    }
  }

 private:
  TextTest text_;
  Subject::From from_;
  bool null_holds_;
};

}  // namespace peregrine::selection
