#include <algorithm>

#include "base/error.hpp"
#include "base/money.hpp"
#include "ingest/ascii.hpp"
#include "ingest/expression_node.hpp"

namespace peregrine::ingest {

namespace {

using Node = Expression::Node;
using Op = Node::Op;
constexpr const char* example = "like Quantity * UnitPrice or Country = \"NL\"";
constexpr std::size_t max_depth = 64;

bool is_name_letter(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == ':' ||
         c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

/// Reads the text of an expression from left to right.
class ExpressionText {
 public:
  explicit ExpressionText(const Written& written) : written_(written), text_(written.text) {}

  Node read() {
    auto node = either();
    if (at_ < text_.size()) fail_here();
    return node;
  }

 private:
  [[noreturn]] void fail(std::size_t at, std::string what, std::string expected) const {
    throw Error(ErrorKind::invalid, written_.place(at), std::move(what), std::move(expected));
  }
  [[noreturn]] void fail_here() const {
    const auto rest = text_.substr(std::min(at_, text_.size()));
    fail(at_, rest.empty() ? "ends too early" : "cannot be read from " + quote_briefly(rest) + " on", example);
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  bool sees_word(std::string_view word) const {
    if (text_.size() - at_ < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (lower(text_[at_ + i]) != word[i]) return false;
    }
    return at_ + word.size() == text_.size() || !is_name_letter(text_[at_ + word.size()]);
  }
  bool take_word(std::string_view word) {
    if (!sees_word(word)) return false;
    at_ += word.size();
    skip_space();
    return true;
  }
  bool take(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    skip_space();
    return true;
  }

  Node made(Op op, std::size_t from, std::vector<Node> children) const {
    Node node;
    node.op = op;
    node.at = from;
    node.children = std::move(children);
    auto words = text_.substr(from, at_ - from);
    while (!words.empty() && words.back() == ' ') words.remove_suffix(1);
    node.words = words;
    return node;
  }
  void expect_condition(const Node& node) const {
    if (!node.is_condition()) fail(node.at, quote_briefly(node.words) + " is no condition", "like Quantity < 0");
  }
  void expect_number(const Node& node) const {
    if (node.is_condition() ||
        (node.op == Op::literal && node.literal.kind != Cell::Kind::money && node.literal.kind != Cell::Kind::number)) {
      fail(node.at, quote_briefly(node.words) + " is no number", "a column or a number such as 1.5");
    }
  }
  void expect_value(const Node& node) const {
    if (node.is_condition()) {
      fail(node.at, quote_briefly(node.words) + " is a condition and cannot be compared", "a column, number or text");
    }
  }

  Node either() {
    skip_space();
    const auto from = at_;
    if (++depth_ > max_depth) fail(from, "is nested too deep", "at most 64 brackets and nots");
    auto node = chain(from, Op::any, "or", [&] { return both(); });
    --depth_;
    return node;
  }
  Node both() {
    return chain(at_, Op::all, "and", [&] { return negation(); });
  }
  template <class Next>
  Node chain(std::size_t from, Op op, std::string_view word, const Next& next) {
    std::vector<Node> links{next()};
    while (take_word(word)) links.push_back(next());
    if (links.size() == 1) return std::move(links.front());
    for (const auto& link : links) expect_condition(link);
    return made(op, from, std::move(links));
  }
  Node negation() {
    const auto from = at_;
    if (!take_word("not")) return comparison();
    if (++depth_ > max_depth) fail(from, "is nested too deep", "at most 64 brackets and nots");
    std::vector<Node> child{negation()};
    --depth_;
    expect_condition(child.front());
    return made(Op::none_of, from, std::move(child));
  }

  Node comparison() {
    const auto from = at_;
    auto left = sum();
    struct Sign {
      std::string_view text;
      Op op;
    };
    for (const auto& sign : {Sign{"!=", Op::unequal}, Sign{"<=", Op::at_most}, Sign{">=", Op::at_least},
                             Sign{"=", Op::equal}, Sign{"<", Op::less}, Sign{">", Op::more}}) {
      if (!take(sign.text)) continue;
      auto right = sum();
      expect_value(left);
      expect_value(right);
      return made(sign.op, from, {std::move(left), std::move(right)});
    }
    if (take_word("is")) {
      const bool negated = take_word("not");
      if (!take_word("null")) fail_here();
      expect_value(left);
      return negated_if(negated, made(Op::is_null, from, {std::move(left)}));
    }
    const bool negated = take_word("not");
    if (take_word("in")) return negated_if(negated, in_list(from, std::move(left)));
    if (take_word("like")) return negated_if(negated, like(from, std::move(left)));
    if (negated) fail_here();
    return left;
  }
  Node negated_if(bool negated, Node node) const {
    if (!negated) return node;
    const auto from = node.at;
    std::vector<Node> children;
    children.push_back(std::move(node));
    return made(Op::none_of, from, std::move(children));
  }
  Node in_list(std::size_t from, Node left) {
    expect_value(left);
    std::vector<Node> children{std::move(left)};
    if (!take("(")) fail_here();
    do {
      children.push_back(literal());
    } while (take(","));
    if (!take(")")) fail_here();
    return made(Op::in, from, std::move(children));
  }
  Node like(std::size_t from, Node left) {
    expect_value(left);
    const auto pattern = literal();
    if (!pattern.is_text()) fail(pattern.at, "is no pattern", "a text such as \"C%\"");
    std::vector<Node> children;
    children.push_back(std::move(left));
    auto node = made(Op::like, from, std::move(children));
    node.pattern.emplace(pattern.text);
    return node;
  }

  Node sum() {
    const auto from = at_;
    auto node = product();
    for (;;) {
      const auto op = take("+") ? Op::add : take("-") ? Op::subtract : Op::literal;
      if (op == Op::literal) return node;
      node = arithmetic(op, from, std::move(node), product());
    }
  }
  Node product() {
    const auto from = at_;
    auto node = factor();
    for (;;) {
      const auto op = take("*") ? Op::multiply : take("/") ? Op::divide : Op::literal;
      if (op == Op::literal) return node;
      node = arithmetic(op, from, std::move(node), factor());
    }
  }
  Node arithmetic(Op op, std::size_t from, Node left, Node right) const {
    expect_number(left);
    expect_number(right);
    std::vector<Node> children;
    children.push_back(std::move(left));
    children.push_back(std::move(right));
    return made(op, from, std::move(children));
  }

  Node factor() {
    const auto from = at_;
    if (at_ >= text_.size()) fail_here();
    if (take("(")) {
      auto node = either();
      if (!take(")")) fail_here();
      return node;
    }
    if (take("-")) {
      if (++depth_ > max_depth) fail(from, "is nested too deep", "at most 64 brackets and signs");
      std::vector<Node> child{factor()};
      --depth_;
      expect_number(child.front());
      return made(Op::negative, from, std::move(child));
    }
    if (text_[at_] == '"' || sees_number() || sees_word("true") || sees_word("false")) return literal();
    return name();
  }

  bool sees_number() const {
    auto i = at_;
    while (i < text_.size() && (is_digit(text_[i]) || text_[i] == '.')) ++i;
    return i > at_ && is_digit(text_[at_]) && (i == text_.size() || !is_name_letter(text_[i]));
  }

  Node literal() {
    const auto from = at_;
    Node node;
    if (at_ < text_.size() && text_[at_] == '"') {
      node.literal.kind = Cell::Kind::text;
      node.text = quoted();
    } else if (sees_word("true") || sees_word("false")) {
      node.literal.kind = Cell::Kind::boolean;
      node.literal.integer = take_word("true") ? 1 : 0;
      if (node.literal.integer == 0) take_word("false");
    } else {
      node.literal = number();
    }
    skip_space();
    auto whole = made(Op::literal, from, {});
    whole.literal = node.literal;
    whole.text = std::move(node.text);
    return whole;
  }
  std::string quoted() {
    const auto from = at_++;
    std::string text;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      const bool escaped =
          text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (escaped) ++at_;
      text += text_[at_];
    }
    if (at_ == text_.size()) fail(from, "is a text without an end", "a second \"");
    ++at_;
    return text;
  }
  Cell number() {
    const auto from = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    const auto digits = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    const auto written = text_.substr(from, at_ - from);
    Cell cell;
    if (const auto exact = parse_money(written); at_ > digits && exact) {
      cell.kind = Cell::Kind::money;
      cell.integer = *exact;
      return cell;
    }
    at_ = from;
    fail_here();
  }

  Node name() {
    const auto from = at_;
    for (const std::string_view word : {"and", "or", "not", "in", "is", "null", "like"}) {
      if (sees_word(word)) fail_here();
    }
    std::string text;
    while (at_ < text_.size()) {
      if (text_[at_] == '`') {
        const auto end = text_.find('`', at_ + 1);
        if (end == std::string_view::npos) fail(at_, "is a name without an end", "a second `");
        text += text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
      } else if (is_name_letter(text_[at_])) {
        text += text_[at_++];
      } else {
        break;
      }
    }
    if (text.empty()) fail_here();
    skip_space();
    auto node = made(Op::name, from, {});
    node.text = std::move(text);
    return node;
  }

  const Written& written_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

Expression::Node read_expression(const Written& written) {
  return ExpressionText(written).read();
}

}  // namespace peregrine::ingest
