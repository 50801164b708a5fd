// What a Selection says is checked here against the names and types of the data, before anything is read.
#include <algorithm>

#include "base/error.hpp"
#include "model/framework.hpp"
#include "model/selection.hpp"
#include "model/selection_subject.hpp"

namespace peregrine {

namespace {

using Node = Selection::Node;
using Op = Node::Op;
using From = Subject::From;

bool is_time(const Node::Literal& literal) {
  const auto* text = std::get_if<std::string>(&literal);
  return text != nullptr && parse_time(*text).has_value();
}

bool is_of(ColumnType type, const Node::Literal& literal) {
  switch (type) {
    case ColumnType::text: return std::holds_alternative<std::string>(literal);
    case ColumnType::number:
    case ColumnType::money: return std::holds_alternative<double>(literal);
    case ColumnType::boolean: return std::holds_alternative<bool>(literal);
    case ColumnType::time: return is_time(literal);
  }
  return false;
}

std::string_view words_for(ColumnType type) {
  switch (type) {
    case ColumnType::text: return "no text";
    case ColumnType::number:
    case ColumnType::money: return "no number";
    case ColumnType::boolean: return "neither true nor false";
    case ColumnType::time: return "no time";
  }
  return {};
}

std::string_view example_for(ColumnType type) {
  switch (type) {
    case ColumnType::text: return " = \"…\"";
    case ColumnType::number:
    case ColumnType::money: return " > 100";
    case ColumnType::boolean: return " = true";
    case ColumnType::time: return " >= \"2026-02-28\"";
  }
  return {};
}

/// One comparison, checked.
class Check {
 public:
  Check(const KnownNames& known, const Framework* framework, std::string_view where)
      : known_(known), framework_(framework), where_(where) {}

  void comparison(const Node& node) const {
    const auto subject = subject_of(node.name);
    switch (subject.from) {
      case From::event: return names(node, known_.events, "event");
      case From::role: return names(node, enum_names(Role{}), "role");
      case From::kind: return names(node, enum_names(Kind{}), "kind");
      case From::touchpoint: return literals(node, ColumnType::text);
      case From::time: return literals(node, ColumnType::time);
      case From::value: return literals(node, ColumnType::money);
      case From::stage: return names(node, stages(node), "stage");
      case From::persona:
        throw Error(ErrorKind::invalid, place(node), "there are no personas yet",
                    "a trait or a property can say it, such as trait.persona = \"…\"");
      case From::column:
      case From::trait_then:
      case From::trait_now: return column(node, subject.column);
    }
  }

  void happening(const Node& node) const {
    for (const auto& literal : node.literals) {
      if (!is_of(ColumnType::number, literal)) {
        throw Error(ErrorKind::invalid, place(node), "count is compared with what is no number",
                    "expected like count(\"…\") >= 2");
      }
    }
    const Node::End* earlier = nullptr;
    for (const auto& end : node.span.ends) {
      if (!end.time) continue;
      if (!is_time(*end.time)) {
        throw Error(ErrorKind::invalid, place(end.column), "is no time: \"" + *end.time + "\"",
                    "expected like 2026-02-28 or 2026-02-28T13:05");
      }
      if (earlier != nullptr && parse_time(*end.time)->micros <= parse_time(*earlier->time)->micros) {
        throw Error(ErrorKind::invalid, place(end.column), "must be later than " + *earlier->time, "got " + *end.time);
      }
      earlier = &end;
    }
  }

 private:
  std::string place(std::size_t column) const { return where_ + ":" + std::to_string(column); }
  std::string place(const Node& node) const { return place(node.column); }

  std::vector<std::string_view> stages(const Node& node) const {
    if (framework_ == nullptr) throw Error(ErrorKind::invalid, place(node), "stages are not known here");
    std::vector<std::string_view> names;
    for (const auto& stage : framework_->stages) names.push_back(stage.name);
    return names;
  }

  void column(const Node& node, const std::string& name) const {
    if (const auto* column = known_.find_column(name)) return literals(node, column->type);
    auto names = known_.column_names();
    names.insert(names.end(), {"event", "touchpoint", "role", "kind", "time", "value", "stage"});
    throw Error(ErrorKind::invalid, place(node), "there is no column \"" + name + "\"", propose(name, names));
  }

  void names(const Node& node, std::span<const std::string_view> known, std::string_view what) const {
    literals(node, ColumnType::text);
    if (node.op == Op::like || node.op == Op::not_like) return;
    for (const auto& literal : node.literals) {
      const auto& name = std::get<std::string>(literal);
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw Error(ErrorKind::invalid, place(node), "there is no " + std::string(what) + " \"" + name + "\"",
                    propose(name, known));
      }
    }
  }

  void literals(const Node& node, ColumnType type) const {
    const bool is_like = node.op == Op::like || node.op == Op::not_like;
    for (const auto& literal : node.literals) {
      if (is_like ? type == ColumnType::text : is_of(type, literal)) continue;
      std::string expected = "expected like " + node.name + std::string(example_for(type));
      for (const auto& other : known_.columns) {  // `plan:number` holds what is no text of `plan`
        if (other.name.starts_with(node.name + ":") && is_of(other.type, literal)) {
          expected += ", or ask " + std::string(other.name);
        }
      }
      throw Error(ErrorKind::invalid, place(node),
                  is_like ? "like is for text, and " + node.name + " is none"
                          : node.name + " is compared with what is " + std::string(words_for(type)),
                  std::move(expected));
    }
  }

  const KnownNames& known_;
  const Framework* framework_;
  std::string where_;
};

void visit(const Node& node, const Check& check) {
  if (node.is_journey_term()) check.happening(node);
  if (!node.joins() && !node.is_journey_term()) check.comparison(node);
  for (const auto& child : node.children) visit(*child, check);
}

}  // namespace

void Selection::check(const KnownNames& known) const {
  visit(*root_, Check(known, framework_.get(), where_));
}

}  // namespace peregrine
