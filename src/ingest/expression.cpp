#include "ingest/expression.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "ingest/batch_builder.hpp"

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
  std::string text;      // of a literal, a name or a pattern
  std::size_t at = 0;    // where in the expression
  std::size_t slot = 0;  // of a name
  std::string words;     // as it stands in the expression

  bool is_condition() const { return op >= Op::equal; }
  bool is_arithmetic() const { return op >= Op::add && op <= Op::negative; }
  bool is_text() const { return op == Op::literal && literal.kind == Cell::Kind::text; }
  Cell literal_cell() const {
    auto cell = literal;
    cell.text = text;
    return cell;
  }
};

namespace {

using Node = Expression::Node;
using Op = Node::Op;
constexpr std::string_view example = "expected like Quantity * UnitPrice or Country = \"NL\"";
constexpr std::size_t max_depth = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_letter(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == ':' ||
         c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
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
    fail(at_, rest.empty() ? "ends too early" : "cannot be read from " + quote_briefly(rest) + " on",
         std::string(example.substr(9)));
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
    auto pattern = literal();
    if (!pattern.is_text()) fail(pattern.at, "is no pattern", "a text such as \"C%\"");
    std::vector<Node> children;
    children.push_back(std::move(left));
    children.push_back(std::move(pattern));
    return made(Op::like, from, std::move(children));
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

void bind_names(Node& node, const std::function<void(Node&)>& each) {
  if (node.op == Op::name) each(node);
  for (auto& child : node.children) bind_names(child, each);
}

std::size_t decimals_of(std::string_view text, char point) {
  const auto at = text.rfind(point);
  if (at == std::string_view::npos) return 0;
  return static_cast<std::size_t>(std::count_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit));
}

std::optional<Number> exact(__int128 millionths) {
  if (millionths > INT64_MAX || millionths < INT64_MIN) return std::nullopt;
  return Number{true, static_cast<std::int64_t>(millionths), 0};
}

std::optional<Number> real(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  return Number{false, 0, value};
}

/// Half away from zero.
__int128 divided(__int128 a, __int128 b) {
  const bool minus = (a < 0) != (b < 0);
  const __int128 whole = (a < 0 ? -a : a) * 2 + (b < 0 ? -b : b);
  const __int128 result = whole / ((b < 0 ? -b : b) * 2);
  return minus ? -result : result;
}

std::optional<Number> calculate(Op op, const Number& a, const Number& b) {
  constexpr __int128 unit = money_unit;
  if (a.exact && b.exact) {
    switch (op) {
      case Op::add: return exact(static_cast<__int128>(a.millionths) + b.millionths);
      case Op::subtract: return exact(static_cast<__int128>(a.millionths) - b.millionths);
      case Op::multiply: return exact(divided(static_cast<__int128>(a.millionths) * b.millionths, unit));
      default:
        if (b.millionths == 0) return std::nullopt;
        return exact(divided(a.millionths * unit, b.millionths));
    }
  }
  switch (op) {
    case Op::add: return real(a.as_real() + b.as_real());
    case Op::subtract: return real(a.as_real() - b.as_real());
    case Op::multiply: return real(a.as_real() * b.as_real());
    default: return real(a.as_real() / b.as_real());
  }
}

bool is_number(const Cell& cell) {
  return cell.kind == Cell::Kind::integer || cell.kind == Cell::Kind::number || cell.kind == Cell::Kind::money;
}
bool is_time(const Cell& cell) {
  return cell.kind == Cell::Kind::utc || cell.kind == Cell::Kind::local || cell.kind == Cell::Kind::date;
}

int sign_of(double difference) {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}
int order_of(const Number& a, const Number& b) {
  if (a.exact && b.exact) return a.millionths < b.millionths ? -1 : a.millionths > b.millionths ? 1 : 0;
  return sign_of(a.as_real() - b.as_real());
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
        return !is_nothing(cell) && is_like(left_text_.of(cell), node.children[1].text);
      }
      case Op::in:
        return std::any_of(node.children.begin() + 1, node.children.end(),
                           [&](const Node& each) { return order(node.children[0], each) == 0; });
      default: break;
    }
    const auto order = this->order(node.children[0], node.children[1]);
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

  /// Less than, equal to or more than 0; nothing when the two cannot be compared.
  std::optional<int> order(const Node& left, const Node& right) {
    const auto a = value(left);
    const auto b = value(right);
    if (is_nothing(a) || is_nothing(b)) return std::nullopt;
    if (is_time(a) || is_time(b)) return order_of_times(a, b);
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
      if (is_time(cell)) return cell.integer;
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
  expression.text_ = written.text;
  expression.root_ = std::make_shared<Node>(ExpressionText(expression.written_).read());
  return expression;
}

Expression Expression::of_name(const Written& written) {
  Expression expression;
  expression.written_ = written;
  expression.text_ = written.text;
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

Cell Number::cell() const {
  Cell cell;
  cell.kind = exact ? Cell::Kind::money : Cell::Kind::number;
  cell.integer = millionths;
  cell.number = real;
  return cell;
}

std::optional<Number> number_of(const Cell& cell, AmountStyle style, bool& readable) {
  switch (cell.kind) {
    case Cell::Kind::none: return std::nullopt;
    case Cell::Kind::money: return Number{true, cell.integer, 0};
    case Cell::Kind::number: return real(cell.number);
    case Cell::Kind::integer: {
      const auto whole = exact(static_cast<__int128>(cell.integer) * money_unit);
      return whole ? whole : real(static_cast<double>(cell.integer));
    }
    case Cell::Kind::text: break;
    default: readable = false; return std::nullopt;
  }
  const auto text = trimmed(cell.text);
  if (text.empty()) return std::nullopt;
  const auto amount = read_amount(text, style);
  const bool fits = !amount.finding && decimals_of(text, style == AmountStyle::comma ? ',' : '.') <= 6 &&
                    text.find_first_of("eE") == std::string_view::npos;
  if (fits) return Number{true, amount.millionths, 0};
  if (const auto plain = read_plain_number(text)) return real(*plain);
  if (!amount.finding) return Number{true, amount.millionths, 0};
  readable = false;
  return std::nullopt;
}

std::optional<Number> sum_of(const Number& a, const Number& b) {
  return calculate(Op::add, a, b);
}

bool is_like(std::string_view text, std::string_view pattern) {
  const auto letter = [](std::string_view from, std::size_t at) {  // bytes of the letter there
    std::size_t size = 1;
    while (at + size < from.size() && (static_cast<unsigned char>(from[at + size]) & 0xC0) == 0x80) ++size;
    return size;
  };
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t run_pattern = std::string_view::npos;  // after the last %
  std::size_t run_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      run_pattern = ++p;
      run_text = t;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '_') {
      t += letter(text, t);
      ++p;
      continue;
    }
    const auto taken = p + 1 < pattern.size() && pattern[p] == '\\' ? p + 1 : p;
    if (taken < pattern.size() && pattern[taken] == text[t]) {
      p = taken + 1;
      ++t;
      continue;
    }
    if (run_pattern == std::string_view::npos) return false;
    p = run_pattern;
    t = ++run_text;
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace peregrine::ingest
