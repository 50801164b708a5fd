#include "model/selection.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.hpp"
#include "base/money.hpp"
#include "model/selection_grammar.hpp"

namespace peregrine {

namespace {

using Node = Selection::Node;
using Op = Node::Op;
using Mask = std::vector<std::uint8_t>;

constexpr std::string_view property_prefix = "property.";
constexpr std::string_view then_prefix = "then.";
constexpr std::string_view now_prefix = "now.";
constexpr std::string_view trait_prefix = "trait.";

/// What a name in an expression stands for.
struct Subject {
  enum class From : std::uint8_t { event, touchpoint, role, kind, time, value, column, trait_then, trait_now };
  From from;
  std::string column;  // the event column, for the last three
};

Subject subject_of(std::string_view name) {
  using From = Subject::From;
  if (name == "event") return {From::event, {}};
  if (name == "touchpoint") return {From::touchpoint, {}};
  if (name == "role") return {From::role, {}};
  if (name == "kind") return {From::kind, {}};
  if (name == "time") return {From::time, {}};
  if (name == "value") return {From::value, {}};
  if (name.starts_with(property_prefix)) return {From::column, std::string(name.substr(property_prefix.size()))};
  if (name.starts_with(now_prefix)) return {From::trait_now, std::string(name.substr(now_prefix.size()))};
  if (name.starts_with(then_prefix)) return {From::trait_then, std::string(name.substr(then_prefix.size()))};
  if (name.starts_with(trait_prefix)) return {From::trait_then, std::string(name)};
  return {From::column, std::string(name)};
}

bool orders(Op op, int sign) {
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

bool text_holds(const Node& node, std::string_view text) {
  return holds(node, [&](const Node::Literal& literal) -> std::optional<int> {
    const auto* wanted = std::get_if<std::string>(&literal);
    if (wanted == nullptr) return std::nullopt;
    return sign_of(text, std::string_view(*wanted));
  });
}

bool number_holds(const Node& node, double number) {
  return holds(node, [&](const Node::Literal& literal) -> std::optional<int> {
    const auto* wanted = std::get_if<double>(&literal);
    if (wanted == nullptr || std::isnan(number)) return std::nullopt;
    return sign_of(number, *wanted);
  });
}

bool boolean_holds(const Node& node, bool value) {
  return holds(node, [&](const Node::Literal& literal) -> std::optional<int> {
    const auto* wanted = std::get_if<bool>(&literal);
    if (wanted == nullptr) return std::nullopt;
    return sign_of(value, *wanted);
  });
}

bool money_holds(const Node& node, std::int64_t value) {
  return holds(node, [&](const Node::Literal& literal) -> std::optional<int> {
    const auto* number = std::get_if<double>(&literal);
    if (number == nullptr) return std::nullopt;
    const auto wanted = money_of(*number);
    if (!wanted) return *number > 0 ? -1 : 1;  // beyond all amounts
    return sign_of(value, *wanted);
  });
}

std::optional<std::int64_t> time_literal(const Node::Literal& literal) {
  const auto* text = std::get_if<std::string>(&literal);
  if (text == nullptr) return std::nullopt;
  const auto time = parse_time(*text);
  return time ? std::optional(time->micros) : std::nullopt;
}

bool time_holds(const Node& node, std::int64_t value) {
  return holds(node, [&](const Node::Literal& literal) -> std::optional<int> {
    const auto wanted = time_literal(literal);
    if (!wanted) return std::nullopt;
    return sign_of(value, *wanted);
  });
}

/// Fills a mask of `rows` from a predicate of the row.
template <class Test>
Mask by_row(std::size_t rows, Test&& test) {
  Mask mask(rows);
  for (std::size_t row = 0; row < rows; ++row) mask[row] = test(row) ? 1 : 0;
  return mask;
}

/// A predicate of an event's name is decided once a code, then looked up.
template <class Test>
Mask by_label(const Part& part, Test&& test) {
  std::vector<std::uint8_t> wanted(part.labels.size());
  for (std::size_t code = 0; code < wanted.size(); ++code) wanted[code] = test(part.labels[code]) ? 1 : 0;
  return by_row(part.events(), [&](std::size_t row) { return wanted[part.event[row]] != 0; });
}

Mask by_column(const Node& node, const ColumnView& column, std::size_t rows) {
  const bool null_holds = node.op == Op::is_null;
  if (!column.exists()) return Mask(rows, null_holds ? 1 : 0);
  const auto with = [&](auto&& test) {
    return by_row(rows, [&](std::size_t row) { return column.has(row) ? test(row) : null_holds; });
  };
  switch (column.type) {
    case ColumnType::text: {
      std::vector<std::uint8_t> wanted(column.names.size());
      for (std::size_t code = 0; code < wanted.size(); ++code)
        wanted[code] = text_holds(node, column.names[code]) ? 1 : 0;
      return with([&](std::size_t row) { return wanted[column.codes[row]] != 0; });
    }
    case ColumnType::number: return with([&](std::size_t row) { return number_holds(node, column.numbers[row]); });
    case ColumnType::boolean: return with([&](std::size_t row) { return boolean_holds(node, column.boolean(row)); });
    case ColumnType::time: return with([&](std::size_t row) { return time_holds(node, column.integers[row]); });
    case ColumnType::money: return with([&](std::size_t row) { return money_holds(node, column.integers[row]); });
  }
  return {};
}

/// A trait holds from the event that says it. `now`: the last word of the journey holds everywhere.
Mask by_trait(const Node& node, const Part& part, const ColumnView& column, bool now) {
  const auto said = by_column(node, column, part.events());
  const std::uint8_t silent = node.op == Op::is_null ? 1 : 0;
  Mask mask(part.events());
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    std::uint8_t present = silent;
    for (auto row = part.first[journey]; row < part.first[journey + 1]; ++row) {
      if (column.has(row)) present = said[row];
      mask[row] = present;
    }
    if (now)
      std::fill(mask.begin() + static_cast<std::ptrdiff_t>(part.first[journey]),
                mask.begin() + static_cast<std::ptrdiff_t>(part.first[journey + 1]), present);
  }
  return mask;
}

Mask compare(const Node& node, const Part& part) {
  using From = Subject::From;
  const auto subject = subject_of(node.name);
  switch (subject.from) {
    case From::event: return by_label(part, [&](const Label& label) { return text_holds(node, label.event); });
    case From::touchpoint:
      return by_label(part, [&](const Label& label) { return text_holds(node, label.touchpoint); });
    case From::role:
      return by_label(part, [&](const Label& label) {
        return label.role == Role::none ? node.op == Op::is_null : text_holds(node, name_of(label.role));
      });
    case From::kind:
      return by_label(part, [&](const Label& label) {
        return label.kind == Kind::none ? node.op == Op::is_null : text_holds(node, name_of(label.kind));
      });
    case From::time: return by_row(part.events(), [&](std::size_t row) { return time_holds(node, part.time[row]); });
    case From::value: return by_column(node, part.value, part.events());
    case From::column: return by_column(node, part.property(subject.column), part.events());
    case From::trait_then: return by_trait(node, part, part.property(subject.column), false);
    case From::trait_now: return by_trait(node, part, part.property(subject.column), true);
  }
  return {};
}

Mask evaluate(const Node& node, const Part& part) {
  if (node.op != Op::all && node.op != Op::any && node.op != Op::none_of) return compare(node, part);
  Mask mask = evaluate(*node.children.front(), part);
  for (std::size_t child = 1; child < node.children.size(); ++child) {
    const Mask other = evaluate(*node.children[child], part);
    if (node.op == Op::all) {
      for (std::size_t row = 0; row < mask.size(); ++row) mask[row] &= other[row];
    } else {
      for (std::size_t row = 0; row < mask.size(); ++row) mask[row] |= other[row];
    }
  }
  if (node.op == Op::none_of) {
    for (auto& byte : mask) byte ^= 1;
  }
  return mask;
}

void visit_comparisons(const Node& node, const std::function<void(const Node&)>& visit) {
  if (node.children.empty()) visit(node);
  for (const auto& child : node.children) visit_comparisons(*child, visit);
}

void check_names(const Node& node, std::span<const std::string_view> known, std::string_view place,
                 std::string_view what) {
  for (const auto& literal : node.literals) {
    const auto* name = std::get_if<std::string>(&literal);
    if (name != nullptr && std::find(known.begin(), known.end(), *name) == known.end()) {
      throw Error(ErrorKind::invalid, std::string(place), "there is no " + std::string(what) + " \"" + *name + "\"",
                  propose(*name, known));
    }
  }
}

void check_times(const Node& node, std::string_view place) {
  for (const auto& literal : node.literals) {
    if (!time_literal(literal)) {
      throw Error(ErrorKind::invalid, std::string(place), "time is compared with what is no time",
                  "expected like time >= \"2026-02-28\"");
    }
  }
}

void check_amounts(const Node& node, std::string_view place) {
  for (const auto& literal : node.literals) {
    if (!std::holds_alternative<double>(literal)) {
      throw Error(ErrorKind::invalid, std::string(place), "value is compared with what is no number",
                  "expected like value > 100");
    }
  }
}

}  // namespace

Selection Selection::parse(std::string_view text, std::string_view where) {
  Selection selection;
  selection.text_ = text;
  selection.where_ = where;
  selection.root_ = parse_selection(text, where);
  return selection;
}

void Selection::check(const Known& known) const {
  visit_comparisons(*root_, [&](const Node& node) {
    using From = Subject::From;
    const auto place = where_ + ":" + std::to_string(node.column);
    const auto subject = subject_of(node.name);
    switch (subject.from) {
      case From::event: return check_names(node, known.events, place, "event");
      case From::role: return check_names(node, enum_names(Role{}), place, "role");
      case From::kind: return check_names(node, enum_names(Kind{}), place, "kind");
      case From::time: return check_times(node, place);
      case From::value: return check_amounts(node, place);
      case From::touchpoint: return;
      case From::column:
      case From::trait_then:
      case From::trait_now: {
        if (std::find(known.columns.begin(), known.columns.end(), subject.column) != known.columns.end()) return;
        std::vector<std::string_view> names(known.columns.begin(), known.columns.end());
        names.insert(names.end(), {"event", "touchpoint", "role", "kind", "time", "value"});
        throw Error(ErrorKind::invalid, place, "there is no column \"" + subject.column + "\"",
                    propose(subject.column, names));
      }
    }
  });
}

ColumnRequest Selection::columns() const {
  ColumnRequest request{.time = false, .event = false};
  visit_comparisons(*root_, [&](const Node& node) {
    using From = Subject::From;
    auto subject = subject_of(node.name);
    switch (subject.from) {
      case From::event:
      case From::touchpoint:
      case From::role:
      case From::kind: request.event = true; break;
      case From::time: request.time = true; break;
      case From::value: request.value = true; break;
      case From::column:
      case From::trait_then:
      case From::trait_now: request.properties.push_back(std::move(subject.column)); break;
    }
  });
  return request;
}

std::vector<std::uint8_t> Selection::mask(const Part& part) const {
  return evaluate(*root_, part);
}

}  // namespace peregrine
