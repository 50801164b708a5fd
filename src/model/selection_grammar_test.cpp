// The grammar of `where` on texts that a person may have mistyped: what is written from a tree reads back as that tree,
// and whatever is cut from a text gives a Selection or an Error in the usual form.
#include "model/selection_grammar.hpp"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <random>

#include "base/refusal.hpp"
#include "model/framework.hpp"
#include "model/selection_fixture.hpp"

namespace peregrine {
namespace {

using Node = Selection::Node;
using Op = Node::Op;

std::string text_of(const Node& node);

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + "\"";
}

std::string text_of(const Node::Literal& literal) {
  if (const auto* text = std::get_if<std::string>(&literal)) return in_quotes(*text);
  if (const auto* truth = std::get_if<bool>(&literal)) return *truth ? "true" : "false";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), std::get<double>(literal)).ptr;
  return {digits.data(), end};
}

std::string tail_of(Op op, const std::vector<Node::Literal>& literals) {
  switch (op) {
    case Op::is_null: return " is null";
    case Op::not_null: return " is not null";
    case Op::like: return " like " + text_of(literals.front());
    case Op::not_like: return " not like " + text_of(literals.front());
    case Op::in:
    case Op::not_in: {
      std::string list;
      for (const auto& literal : literals) list += (list.empty() ? "" : ", ") + text_of(literal);
      return (op == Op::in ? " in (" : " not in (") + list + ")";
    }
    case Op::equal: return " = " + text_of(literals.front());
    case Op::unequal: return " != " + text_of(literals.front());
    case Op::less: return " < " + text_of(literals.front());
    case Op::at_most: return " <= " + text_of(literals.front());
    case Op::more: return " > " + text_of(literals.front());
    default: return " >= " + text_of(literals.front());
  }
}

std::string span_of(const Node& node) {
  using Is = Node::Span::Is;
  const auto& span = node.span;
  std::size_t child = 1;
  const auto end_of = [&](const Node::End& end) {
    return end.time ? in_quotes(*end.time) : "did(" + text_of(*node.children[child++]) + ")";
  };
  const auto within = span.within ? " within " + format_duration(*span.within) : "";
  switch (span.is) {
    case Is::journey: return "";
    case Is::before: return within + " before " + end_of(span.ends[0]);
    case Is::after: return within + " after " + end_of(span.ends[0]);
    case Is::between: {
      const auto from = end_of(span.ends[0]);
      return " between " + from + " and " + end_of(span.ends[1]);
    }
  }
  return "";
}

/// An expression that reads back as the same tree: everything in brackets, every name in backticks.
std::string text_of(const Node& node) {
  if (node.op == Op::none_of) return "not (" + text_of(*node.children.front()) + ")";
  if (node.joins()) {
    std::string text;
    for (const auto& child : node.children) {
      text += (text.empty() ? "" : node.op == Op::all ? " and " : " or ") + ("(" + text_of(*child) + ")");
    }
    return text;
  }
  if (node.op == Op::did || node.op == Op::never || node.op == Op::count) {
    const std::string word = node.op == Op::did ? "did" : node.op == Op::never ? "never" : "count";
    return word + "(" + text_of(*node.children.front()) + ")" + span_of(node) +
           (node.op == Op::count ? tail_of(node.compared, node.literals) : "");
  }
  return "`" + node.name + "`" + tail_of(node.op, node.literals);
}

/// Everything of a tree but the columns in the text.
bool are_same(const Node& a, const Node& b) {
  const auto same_end = [](const Node::End& one, const Node::End& other) { return one.time == other.time; };
  const auto same_child = [](const auto& one, const auto& other) { return are_same(*one, *other); };
  return a.op == b.op && a.name == b.name && a.literals == b.literals && a.compared == b.compared &&
         a.span.is == b.span.is && a.span.within == b.span.within &&
         std::equal(a.span.ends.begin(), a.span.ends.end(), b.span.ends.begin(), b.span.ends.end(), same_end) &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(), same_child);
}

const std::vector<std::string>& valid_selections() {
  static const std::vector<std::string> texts{R"(event = "Order Completed")",
                                              R"(event != "Page Viewed" and value > 100)",
                                              R"(value >= -1.5e2 or value<=+7)",
                                              R"(plan in ("pro", "free") and not gift = true)",
                                              R"(plan not in ("x") or score < 9)",
                                              R"(not (plan is null or score is not null))",
                                              R"(event like "Order%" and event not like "%Viewed")",
                                              R"(trait.country = "NL" and now.trait.country = "BE")",
                                              R"(then.trait.country != "NL")",
                                              R"(property.plan = "a \"quoted\" \\ text")",
                                              R"(`in-store` = "yes" and `a name with spaces` is null)",
                                              R"(property.`event` = "inner")",
                                              R"(time >= "2026-01-02" and time < "2026-01-04T12:00:00Z")",
                                              R"(role = "buy" or kind in ("product", "sales"))",
                                              R"(touchpoint = "Checkout" and stage = "Onboarding")",
                                              R"(did("Order Completed"))",
                                              R"(never("Page Viewed", "Something Else"))",
                                              R"(count("Order Completed") >= 2)",
                                              R"(count("Order Completed" where value > 100) in (1, 2, 3))",
                                              R"(count(value > 1) not in (0))",
                                              R"(did("Order Completed") within 7 days before did("Something Else"))",
                                              R"(did("A" where plan = "pro") within 1h30m after did("B", "C"))",
                                              R"(never("A") before did("B" where not gift = true))",
                                              R"(never("A") between did("B") and did("C"))",
                                              R"(did("A") between "2026-01-01" and "2026-02-01T00:00:00+01:00")",
                                              R"(count("A") between did("B") and "2026-02-01" = 3)",
                                              R"(first.channel = "email" and last.trait.country is not null)",
                                              R"(did(event = "A" and did("B")))",
                                              "plan = \"é ü 日本\" or naïve = 1",
                                              R"(a = 1 and b = 2 or c = 3 and (d = 4 or e = 5) and not not f = 6)"};
  return texts;
}

std::shared_ptr<const Node> tree_of(std::string_view text) {
  return parse_selection(text, "where");
}

/// Names that the data of these tests could have.
const KnownNames& known_names() {
  static constexpr std::array<std::string_view, 6> events{
      "Order Completed", "Page Viewed", "Something Else", "A", "B", "C"};
  static constexpr std::array<KnownColumn, 14> columns{{{"plan"},
                                                        {"trait.country"},
                                                        {"in-store"},
                                                        {"a name with spaces"},
                                                        {"event"},
                                                        {"channel"},
                                                        {"score", ColumnType::number},
                                                        {"gift", ColumnType::boolean},
                                                        {"naïve", ColumnType::number},
                                                        {"a", ColumnType::number},
                                                        {"b", ColumnType::number},
                                                        {"c", ColumnType::number},
                                                        {"d", ColumnType::number},
                                                        {"e", ColumnType::number}}};
  static const KnownNames known{events, columns};
  return known;
}

std::shared_ptr<const Framework> framework() {
  static const auto shared = std::make_shared<const Framework>(shipped_frameworks().front());
  return shared;
}

/// True when the text was read, whether or not its names are there. An Error names the place, and a column if it can.
bool is_read(const std::string& text) {
  static const auto part = one_journey();
  bool read = false;
  try {
    auto selection = Selection::parse(text, "where");
    read = true;
    selection.set_framework(framework());
    selection.check(known_names());
    EXPECT_EQ(selection.mask(part).size(), part.events());
  } catch (const Error& error) {
    const std::string_view place = error.where();
    const auto column = place.substr(std::min<std::size_t>(place.size(), 5));
    EXPECT_EQ(error.kind(), ErrorKind::invalid) << text;
    EXPECT_TRUE(place.starts_with("where") && (column.empty() || column.starts_with(":"))) << text << "\n" << place;
    EXPECT_EQ(column.find_first_not_of("0123456789", 1), std::string_view::npos) << text << "\n" << place;
    EXPECT_TRUE(std::string_view(error.what()).starts_with(std::string(place) + ": ")) << text << "\n" << error.what();
    EXPECT_LE(column.empty() ? 0 : std::stoul(std::string(column.substr(1))), text.size() + 1) << text;
  }
  return read;
}

TEST(SelectionGrammar, what_is_written_from_a_tree_reads_back_as_that_tree) {
  for (const auto& text : valid_selections()) {
    const auto tree = tree_of(text);
    const auto written = text_of(*tree);
    ASSERT_NO_THROW(tree_of(written)) << written;
    EXPECT_TRUE(are_same(*tree_of(written), *tree)) << text << "\n" << written;
    EXPECT_EQ(text_of(*tree_of(written)), written);
  }
}

TEST(SelectionGrammar, trees_that_differ_are_told_apart) {
  const auto& texts = valid_selections();
  for (std::size_t a = 0; a < texts.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) EXPECT_FALSE(are_same(*tree_of(texts[a]), *tree_of(texts[b])));
  }
}

TEST(SelectionGrammar, every_beginning_of_a_text_is_a_selection_or_an_error) {
  for (const auto& text : valid_selections()) {
    for (std::size_t length = 0; length <= text.size(); ++length) is_read(text.substr(0, length));
  }
}

TEST(SelectionGrammar, a_text_that_lacks_any_one_letter_is_a_selection_or_an_error) {
  for (const auto& text : valid_selections()) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      auto shorter = text;
      shorter.erase(at, 1);
      is_read(shorter);
    }
  }
}

TEST(SelectionGrammar, the_texts_of_these_tests_are_read) {
  EXPECT_GE(valid_selections().size(), 30u);
  for (const auto& text : valid_selections()) EXPECT_TRUE(is_read(text)) << text;
}

/// Pieces of valid texts in any order: cut, doubled, swapped, with letters that stand nowhere.
TEST(SelectionGrammar, of_texts_mixed_from_valid_ones_what_is_read_is_written_the_same) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto& texts = valid_selections();
  const auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  int read = 0;
  for (int round = 0; round < 20'000 && !HasFailure(); ++round) {
    auto text = texts[any(texts.size())];
    for (auto changes = any(4); changes-- > 0;) {
      const auto& other = texts[any(texts.size())];
      const auto at = any(text.size() + 1);
      switch (any(4)) {
        case 0: text.insert(at, other.substr(any(other.size()), any(12))); break;
        case 1: text.erase(at, any(6)); break;
        case 2: text.insert(at, 1, static_cast<char>(any(256))); break;
        default: text = any(2) == 0 ? "(" + text + ") and " + other : "not " + text + " or " + other; break;
      }
    }
    if (!is_read(text)) continue;
    ++read;
    const auto tree = tree_of(text);
    const auto written = text_of(*tree);
    ASSERT_NO_THROW(tree_of(written)) << text << "\n" << written;
    ASSERT_TRUE(are_same(*tree_of(written), *tree)) << text << "\n" << written;
  }
  EXPECT_GT(read, 1'000);
}

}  // namespace
}  // namespace peregrine
