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
// term       = "not" term | "(" expression ")" | happening | comparison
// comparison = name ( "is" "null" | "is" "not" "null" | tail | ("like" | "not" "like") text )
// tail       = "in" list | "not" "in" list | operator literal
// happening  = ("did" | "never") looked span | "count" looked span tail
// looked     = "(" ( text ("," text)* ( "where" expression )? | expression ) ")"
// span       = nothing | ( "within" length )? ("before" | "after") "did" looked | "between" end "and" end
// end        = "did" looked | text
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
struct Like : Word<TAO_PEGTL_ISTRING("like")> {};
struct Keyword : p::sor<And, Or, Not, In, Is, Null> {};
struct Did : Word<TAO_PEGTL_ISTRING("did")> {};
struct Never : Word<TAO_PEGTL_ISTRING("never")> {};
struct Count : Word<TAO_PEGTL_ISTRING("count")> {};
struct Where : Word<TAO_PEGTL_ISTRING("where")> {};
struct Within : Word<TAO_PEGTL_ISTRING("within")> {};
struct Before : Word<TAO_PEGTL_ISTRING("before")> {};
struct After : Word<TAO_PEGTL_ISTRING("after")> {};
struct Between : Word<TAO_PEGTL_ISTRING("between")> {};

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
struct NotInList : p::seq<Not, p::must<In, List>> {};
struct Compared : p::seq<Operator, Space, p::must<Literal>> {};
struct LikeText : p::seq<Like, p::must<QuotedText, Space>> {};
struct NotLikeText : p::seq<Not, Like, p::must<QuotedText, Space>> {};
struct Tail : p::sor<NotNull, IsNull, NotLikeText, LikeText, NotInList, InList, Compared> {};
struct Comparison : p::seq<Name, Space, p::must<Tail>> {};

struct Expression;
struct Deeper : p::success {};
struct Shallower : p::success {};
struct Grouped : p::if_must<p::seq<p::one<'('>, Space>, Deeper, Expression, p::one<')'>, Space, Shallower> {};
struct Term;
struct Negated : p::if_must<Not, Deeper, Term, Shallower> {};
struct OpenAll : p::success {};

struct EventNames : p::list_must<p::seq<QuotedText, Space>, p::seq<p::one<','>, Space>> {};
struct NamedEvents : p::if_must<p::at<p::one<'"'>>, EventNames, p::opt<p::if_must<Where, Expression>>> {};
struct What : p::seq<OpenAll, p::sor<NamedEvents, Expression>> {};
struct Looked : p::if_must<p::seq<p::one<'('>, Space>, Deeper, What, p::one<')'>, Space, Shallower> {};
struct Length : p::seq<Digits, Space, p::plus<p::alpha>, p::star<Digits, p::plus<p::alpha>>> {};
struct WithinLength : p::if_must<Within, Length, Space> {};
struct IsBefore : p::seq<Before> {};
struct IsAfter : p::seq<After> {};
struct BeforeOrAfter : p::seq<p::sor<IsBefore, IsAfter>, p::must<Did, Looked>> {};
struct EventEnd : p::if_must<Did, Looked> {};
struct TimeEnd : p::seq<QuotedText, Space> {};
struct End : p::sor<EventEnd, TimeEnd> {};
struct IsBetween : p::seq<Between> {};
struct Span
    : p::sor<p::if_must<WithinLength, BeforeOrAfter>, BeforeOrAfter, p::if_must<IsBetween, End, And, End>, p::success> {
};
template <class Kind>
struct Begins : p::at<Kind, p::one<'('>> {};
struct DidWord : p::seq<Did> {};
struct NeverWord : p::seq<Never> {};
struct CountWord : p::seq<Count> {};
struct Happened : p::if_must<p::sor<Begins<Did>, Begins<Never>>, p::sor<DidWord, NeverWord>, Looked, Span> {};
struct Counted : p::if_must<Begins<Count>, CountWord, Looked, Span, p::sor<NotInList, InList, Compared>> {};
struct Term : p::sor<Negated, Grouped, Happened, Counted, Comparison> {};
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

  /// A did, never or count under way, and how many nodes there were when it began.
  struct Happening {
    Node node;
    std::size_t begin = 0;
  };
  std::vector<Happening> happenings{};

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

  void begin_happening(Node::Op op, std::size_t column) {
    happenings.push_back({Node{.op = op, .column = column}, nodes.size()});
  }
  Node::Span& span() { return happenings.back().node.span; }
  void finish_happening() {
    auto [node, begin] = std::move(happenings.back());
    happenings.pop_back();
    node.children.assign(nodes.begin() + static_cast<std::ptrdiff_t>(begin), nodes.end());
    nodes.resize(begin);
    nodes.push_back(std::make_shared<Node>(std::move(node)));
  }
};

/// `7d`, `1h30m`, `7 days`, `1 hour`.
std::optional<Duration> read_length(std::string_view text) {
  if (const auto length = parse_duration(text)) return length;
  static constexpr std::pair<std::string_view, std::string_view> units[] = {
      {"second", "s"}, {"minute", "m"}, {"hour", "h"}, {"day", "d"}, {"week", "w"}};
  const auto number = text.substr(0, text.find_first_not_of("0123456789"));
  auto word = text.substr(text.find_last_of(" 0123456789\t\r\n") + 1);
  if (word.ends_with('s')) word.remove_suffix(1);
  for (const auto& [name, unit] : units) {
    if (name == word || unit == word) return parse_duration(std::string(number) + std::string(unit));
  }
  return std::nullopt;
}

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
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    throw Error(ErrorKind::invalid, std::string(builder.where) + ":" + std::to_string(in.position().byte + 1),
                "is beyond the numbers there are: " + in.string(), "at most 1.8e308, and no nearer to 0 than 4.9e-324");
  }
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

PEREGRINE_ON(LikeText) {
  builder.finish_comparison(Node::Op::like);
}
PEREGRINE_ON(NotLikeText) {
  builder.finish_comparison(Node::Op::not_like);
}
PEREGRINE_ON(DidWord) {
  builder.begin_happening(Node::Op::did, in.position().byte + 1);
}
PEREGRINE_ON(NeverWord) {
  builder.begin_happening(Node::Op::never, in.position().byte + 1);
}
PEREGRINE_ON(CountWord) {
  builder.begin_happening(Node::Op::count, in.position().byte + 1);
}
PEREGRINE_ON(EventNames) {
  builder.comparison.name = "event";
  builder.comparison.column = in.position().byte + 1;
  builder.finish_comparison(Node::Op::in);
}
PEREGRINE_ON(What) {
  builder.close(Node::Op::all);
}
PEREGRINE_ON(Length) {
  builder.span().within = read_length(in.string_view());
  if (!builder.span().within) {
    throw Error(ErrorKind::invalid, std::string(builder.where) + ":" + std::to_string(in.position().byte + 1),
                "is no length of time: \"" + in.string() + "\"", "such as 7 days or 1h30m");
  }
}
PEREGRINE_ON(IsBefore) {
  builder.span().is = Node::Span::Is::before;
}
PEREGRINE_ON(IsAfter) {
  builder.span().is = Node::Span::Is::after;
}
PEREGRINE_ON(BeforeOrAfter) {
  builder.span().ends.push_back({.time = std::nullopt, .column = in.position().byte + 1});
}
PEREGRINE_ON(IsBetween) {
  builder.span().is = Node::Span::Is::between;
}
PEREGRINE_ON(EventEnd) {
  builder.span().ends.push_back({.time = std::nullopt, .column = in.position().byte + 1});
}
PEREGRINE_ON(TimeEnd) {
  builder.span().ends.push_back(
      {.time = std::get<std::string>(builder.comparison.literals.back()), .column = in.position().byte + 1});
  builder.comparison = {};
}
PEREGRINE_ON(Happened) {
  builder.finish_happening();
}
PEREGRINE_ON(Counted) {
  auto& node = builder.happenings.back().node;
  node.compared = builder.nodes.back()->op;
  node.literals = builder.nodes.back()->literals;
  builder.nodes.pop_back();
  builder.finish_happening();
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
