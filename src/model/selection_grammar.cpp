#include "model/selection_grammar.hpp"

#include <charconv>

#include <tao/pegtl.hpp>

#include "base/error.hpp"

namespace peregrine {

namespace {

namespace p = tao::pegtl;
constexpr std::size_t max_depth = 64;
using Node = Selection::Node;

// expression = and-chain ("or" and-chain)*        and-chain = term ("and" term)*
// term       = "not" term | "(" expression ")" | comparison
// comparison = name ( "is" "null" | "is" "not" "null" | "in" list | "not" "in" list | operator literal )
struct Space : p::star<p::space> {};
struct WordEnd : p::not_at<p::sor<p::alnum, p::one<'_', '.', '$', ':', '-'>, p::range<'\x80', '\xff'>>> {};
template <class Text>
struct Word : p::seq<Text, WordEnd, Space> {};
struct And : Word<TAO_PEGTL_ISTRING("and")> {};
struct Or : Word<TAO_PEGTL_ISTRING("or")> {};
struct Not : Word<TAO_PEGTL_ISTRING("not")> {};
struct In : Word<TAO_PEGTL_ISTRING("in")> {};
struct Is : Word<TAO_PEGTL_ISTRING("is")> {};
struct Null : Word<TAO_PEGTL_ISTRING("null")> {};
struct Keyword : p::sor<And, Or, Not, In, Is, Null> {};

struct NamePart : p::plus<p::sor<p::alnum, p::one<'_', '$', ':', '-'>, p::range<'\x80', '\xff'>>> {};
struct QuotedName : p::seq<p::one<'`'>, p::plus<p::not_one<'`'>>, p::one<'`'>> {};
struct NameText : p::list<p::sor<QuotedName, NamePart>, p::one<'.'>> {};
struct Name : p::seq<p::not_at<Keyword>, NameText> {};

struct Escaped : p::seq<p::one<'\\'>, p::one<'"', '\\'>> {};
struct Text : p::until<p::one<'"'>, p::sor<Escaped, p::any>> {};
struct QuotedText : p::if_must<p::one<'"'>, Text> {};
struct Digits : p::plus<p::digit> {};
struct Number : p::seq<p::opt<p::one<'-', '+'>>, Digits, p::opt<p::one<'.'>, Digits>,
                       p::opt<p::one<'e', 'E'>, p::opt<p::one<'-', '+'>>, Digits>, WordEnd> {};
struct True : p::seq<TAO_PEGTL_ISTRING("true"), WordEnd> {};
struct False : p::seq<TAO_PEGTL_ISTRING("false"), WordEnd> {};
struct Literal : p::seq<p::sor<QuotedText, True, False, Number>, Space> {};
struct List
    : p::if_must<p::seq<p::one<'('>, Space>, p::list_must<Literal, p::seq<p::one<','>, Space>>, p::one<')'>, Space> {};

struct Operator
    : p::sor<TAO_PEGTL_STRING("!="), TAO_PEGTL_STRING("<="), TAO_PEGTL_STRING(">="), p::one<'=', '<', '>'>> {};
struct NotNull : p::seq<Is, Not, p::must<Null>> {};
struct IsNull : p::seq<Is, p::must<Null>> {};
struct InList : p::seq<In, p::must<List>> {};
struct NotInList : p::seq<Not, p::must<In>, p::must<List>> {};
struct Compared : p::seq<Operator, Space, p::must<Literal>> {};
struct Tail : p::sor<NotNull, IsNull, NotInList, InList, Compared> {};
struct Comparison : p::seq<Name, Space, p::must<Tail>> {};

struct Expression;
struct Deeper : p::success {};
struct Shallower : p::success {};
struct Grouped : p::if_must<p::seq<p::one<'('>, Space>, Deeper, Expression, p::one<')'>, Space, Shallower> {};
struct Term;
struct Negated : p::if_must<Not, Deeper, Term, Shallower> {};
struct Term : p::sor<Negated, Grouped, Comparison> {};
struct OpenAll : p::success {};
struct AllChain : p::seq<OpenAll, p::list_must<Term, And>> {};
struct OpenAny : p::success {};
struct Expression : p::seq<OpenAny, p::list_must<AllChain, Or>> {};
struct Grammar : p::must<Space, Expression, p::eof> {};

/// What the actions build: finished nodes, where each open chain began, and the comparison under way.
struct Builder {
  std::string_view where;
  std::size_t depth = 0;  // of brackets and `not`s: each is a few frames of the parser's stack
  std::vector<std::shared_ptr<const Node>> nodes{};
  std::vector<std::size_t> chains{};
  Node comparison{};

  /// Replaces the nodes since the last open chain by one node of `op`; a chain of one stays what it is.
  void close(Node::Op op) {
    const auto begin = chains.back();
    chains.pop_back();
    if (nodes.size() - begin == 1 && op != Node::Op::none_of) return;
    auto node = std::make_shared<Node>();
    node->op = op;
    node->children.assign(nodes.begin() + static_cast<std::ptrdiff_t>(begin), nodes.end());
    nodes.resize(begin);
    nodes.push_back(std::move(node));
  }
  void finish_comparison(Node::Op op) {
    comparison.op = op;
    nodes.push_back(std::make_shared<Node>(std::move(comparison)));
    comparison = {};
  }
};

template <class Rule>
struct Action : p::nothing<Rule> {};

#define PEREGRINE_ON(rule)                                \
  template <>                                             \
  struct Action<rule> {                                   \
    template <class Input>                                \
    static void apply(const Input& in, Builder& builder); \
  };                                                      \
  template <class Input>                                  \
  void Action<rule>::apply([[maybe_unused]] const Input& in, Builder& builder)

PEREGRINE_ON(Deeper) {
  if (++builder.depth > max_depth) {
    throw Error(ErrorKind::invalid, std::string(builder.where) + ":" + std::to_string(in.position().byte + 1),
                "is nested too deep", "at most " + std::to_string(max_depth) + " brackets and nots");
  }
}
PEREGRINE_ON(Shallower) {
  --builder.depth;
}
PEREGRINE_ON(OpenAny) {
  builder.chains.push_back(builder.nodes.size());
}
PEREGRINE_ON(OpenAll) {
  builder.chains.push_back(builder.nodes.size());
}
PEREGRINE_ON(AllChain) {
  builder.close(Node::Op::all);
}
PEREGRINE_ON(Expression) {
  builder.close(Node::Op::any);
}
PEREGRINE_ON(Negated) {
  builder.chains.push_back(builder.nodes.size() - 1);
  builder.close(Node::Op::none_of);
}
PEREGRINE_ON(Name) {
  builder.comparison = {};
  builder.comparison.column = in.position().byte + 1;
  for (const char letter : in.string_view()) {
    if (letter != '`') builder.comparison.name += letter;
  }
}
PEREGRINE_ON(Text) {
  std::string text;
  const auto body = in.string_view().substr(0, in.string_view().size() - 1);
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && i + 1 < body.size() && (body[i + 1] == '"' || body[i + 1] == '\\')) ++i;
    text += body[i];
  }
  builder.comparison.literals.emplace_back(std::move(text));
}
PEREGRINE_ON(Number) {
  auto text = in.string_view();
  if (text.front() == '+') text.remove_prefix(1);
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  builder.comparison.literals.emplace_back(number);
}
PEREGRINE_ON(True) {
  builder.comparison.literals.emplace_back(true);
}
PEREGRINE_ON(False) {
  builder.comparison.literals.emplace_back(false);
}
PEREGRINE_ON(Operator) {
  const auto text = in.string_view();
  builder.comparison.op = text == "="    ? Node::Op::equal
                          : text == "!=" ? Node::Op::unequal
                          : text == "<"  ? Node::Op::less
                          : text == "<=" ? Node::Op::at_most
                          : text == ">"  ? Node::Op::more
                                         : Node::Op::at_least;
}
PEREGRINE_ON(Compared) {
  builder.finish_comparison(builder.comparison.op);
}
PEREGRINE_ON(InList) {
  builder.finish_comparison(Node::Op::in);
}
PEREGRINE_ON(NotInList) {
  builder.finish_comparison(Node::Op::not_in);
}
PEREGRINE_ON(IsNull) {
  builder.finish_comparison(Node::Op::is_null);
}
PEREGRINE_ON(NotNull) {
  builder.finish_comparison(Node::Op::not_null);
}

#undef PEREGRINE_ON

/// At most `bytes` of a text, not ending within a letter.
std::string_view beginning(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

std::shared_ptr<const Selection::Node> parse_selection(std::string_view text, std::string_view where) {
  constexpr std::size_t longest = 16 * 1024;
  if (text.size() > longest) {
    throw Error(ErrorKind::invalid, std::string(where), "is too long", "at most 16 KiB");
  }
  p::memory_input input(text.data(), text.size(), std::string(where));
  Builder builder{.where = where};
  try {
    p::parse<Grammar, Action>(input, builder);
  } catch (const p::parse_error& failure) {
    const auto at = failure.positions().empty() ? 0 : std::min(failure.positions().front().byte, text.size());
    const auto rest = text.substr(at);
    throw Error(ErrorKind::invalid, std::string(where) + ":" + std::to_string(at + 1),
                rest.empty() ? "ends too early" : "cannot be read from \"" + std::string(beginning(rest, 30)) + "\" on",
                R"(expected like event = "Order Completed" and value > 100)");
  }
  return builder.nodes.front();
}

}  // namespace peregrine
