// A Selection is one `where` expression: which events a question sees. It is parsed once, checked against the names
// that exist, told the question's range and framework, and turned into one byte an event for each Part.
//
//   event = "Order Completed" and value > 100
//   channel in ("email", "sms") or not (trait.country = "NL")
//   property.plan is null and time >= "2026-02-01" and event like "Order%"
//   did("Ad Clicked") within 7 days before did("Order Completed" where value > 100)
//   count("Order Completed") >= 2 and never("Support Ticket") between did("Signed Up") and did("Order Completed")
//   first.channel = "email" and stage = "Onboarding"
//
// Event terms look at one event. Names: event touchpoint role kind time value, `stage` the customer is in at the event,
// any event column, `property.NAME` for a column of that very name, `trait.NAME` or `then.trait.NAME` as of the event,
// `now.trait.NAME` as of the customer's last word. Journey terms (did, never, count, `first.NAME`, `last.NAME`) look at
// the journey before the end of the range, whatever else is hidden, and hold for all its events or for none. A
// comparison with what is not there is false, and `not` turns that into true.
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
#include "model/known_names.hpp"

namespace peregrine {

struct Framework;
struct PartSummary;

class Selection {
 public:
  /// Throws `invalid` naming the column where the text stops making sense. `where` names the source in errors.
  static Selection parse(std::string_view text, std::string_view where);

  /// True when a term asks for `stage`: then it must be told whose, before check and mask.
  bool names_stages() const;
  void set_framework(std::shared_ptr<const Framework> framework) { framework_ = std::move(framework); }
  /// The range and the zone that it is asked in; everything and UTC when not told.
  void set_scope(const Scope& scope) { scope_ = scope; }

  /// Names that may be asked for; what is not among them is an error with proposals, and so is a comparison with what
  /// the column never holds.
  void check(const KnownNames& known) const;

  /// The columns that must be read to answer.
  ColumnRequest columns() const;

  /// One byte for each event of a Part: 1 where the expression holds. Costs a pass or two over the columns it names. Of
  /// a part that a filter made, all but the events themselves is read from the whole.
  std::vector<std::uint8_t> mask(const Part& part) const;

  /// False when the expression holds for no event of any part that this is said of: the part need not be read. True
  /// when it may hold.
  bool may_keep(const PartSummary& part) const;

  const std::string& text() const { return text_; }
  /// True when both hold for the same events of every part.
  bool is_same(const Selection& other) const;

  struct Node;

 private:
  std::string text_;
  std::string where_;
  std::shared_ptr<const Node> root_;            // shared by copies of this Selection: the tree never changes
  std::shared_ptr<const Framework> framework_;  // shared with the question; null when no term names a stage
  Scope scope_;
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
    like,
    not_like,
    is_null,
    not_null,
    did,
    never,
    count
  };
  using Literal = std::variant<std::string, double, bool>;

  /// An end of a span: a time, or, when there is none, an event: the next of the node's children.
  struct End {
    std::optional<std::string> time;
    std::size_t column = 0;
  };
  /// Which of a journey's events did, never and count look at.
  struct Span {
    enum class Is : std::uint8_t { journey, before, after, between };
    Is is = Is::journey;
    std::optional<Duration> within;  // before, after
    std::vector<End> ends;           // one for before and after, which is an event; two for between
  };

  Op op = Op::all;
  // all, any, none_of: what they join. did, never, count: what is looked for, then the ends that are events. Shared
  // like the root.
  std::vector<std::shared_ptr<const Node>> children;
  std::string name;  // comparisons: the column asked for
  std::vector<Literal> literals;
  Span span;                // did, never, count
  Op compared = Op::equal;  // count: how the number is compared with the literals
  std::size_t column = 0;   // where in the text, from 1

  bool joins() const { return op <= Op::none_of; }
  bool is_journey_term() const { return op >= Op::did; }
};

}  // namespace peregrine
