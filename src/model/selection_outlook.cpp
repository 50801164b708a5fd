// What a `where` may be for the events of a part of which only a summary is known.
#include <algorithm>

#include "model/part_summary.hpp"
#include "model/selection_comparison.hpp"

namespace peregrine {

namespace {

using namespace selection;

/// Whether an expression may hold for some event of the part, and whether it may fail for some. Both are true where
/// nothing is known.
struct Outlook {
  bool holds = true;
  bool fails = true;
};

class Foresight {
 public:
  Foresight(const PartSummary& part, const Zone& zone) : part_(part), zone_(zone) {}

  Outlook of(const Node& node) const {
    if (node.is_journey_term()) return of_happening(node);
    return node.joins() ? of_joined(node) : of_comparison(node);
  }

 private:
  Outlook of_joined(const Node& node) const {
    Outlook every{.holds = true, .fails = false};
    Outlook any{.holds = false, .fails = true};
    for (const auto& child : node.children) {
      const auto outlook = of(*child);
      every = {.holds = every.holds && outlook.holds, .fails = every.fails || outlook.fails};
      any = {.holds = any.holds || outlook.holds, .fails = any.fails && outlook.fails};
    }
    if (node.op == Op::all) return every;
    return node.op == Op::any ? any : Outlook{.holds = any.fails, .fails = any.holds};
  }

  /// Without an event at an end of its span a journey term does not hold; without one that is looked for, `did` does
  /// not. Only part of the journey may be looked at, so all else may be.
  Outlook of_happening(const Node& node) const {
    Outlook outlook;
    for (std::size_t end = 1; end < node.children.size(); ++end) outlook.holds &= of(*node.children[end]).holds;
    if (node.op == Op::did) outlook.holds &= of(*node.children.front()).holds;
    return outlook;
  }

  /// What a journey's first or last event says is said by one of its events; nothing is said by none of them.
  Outlook of_comparison(const Node& node) const {
    const auto subject = subject_of(node.name);
    auto outlook = at_event(node, subject);
    if (subject.at != Subject::At::event) {
      outlook.holds |= node.op == Op::is_null;
      outlook.fails = true;
    }
    return outlook;
  }

  Outlook at_event(const Node& node, const Subject& subject) const {
    using From = Subject::From;
    const bool null_holds = node.op == Op::is_null;
    const auto nothing_said = Outlook{.holds = null_holds, .fails = !null_holds};
    switch (subject.from) {
      case From::event:
      case From::touchpoint:
      case From::role:
      case From::kind: return of_labels(LabelTest(node, subject.from));
      case From::time: return of_times(node);
      case From::value: return part_.values ? Outlook{} : nothing_said;
      case From::column:
      case From::trait_then:
      case From::trait_now: return part_.columns.contains(subject.column) ? Outlook{} : nothing_said;
      case From::stage:
      case From::persona: break;
    }
    return {};
  }

  Outlook of_labels(const LabelTest& test) const {
    Outlook outlook{.holds = false, .fails = false};
    for (const auto& label : part_.labels) {
      const bool holds = test(label);
      outlook.holds |= holds;
      outlook.fails |= !holds;
    }
    return outlook;
  }

  /// Before and after are decided by the first and the last time; others only for a part of one time.
  Outlook of_times(const Node& node) const {
    const auto holds = IntegerTest::of_time(node, zone_);
    const bool first = holds(part_.oldest.micros), last = holds(part_.newest.micros);
    const bool one_way =
        node.op == Op::less || node.op == Op::at_most || node.op == Op::more || node.op == Op::at_least;
    if (one_way || part_.oldest == part_.newest) return {.holds = first || last, .fails = !first || !last};
    return {};
  }

  const PartSummary& part_;
  const Zone& zone_;
};

}  // namespace

bool Selection::may_keep(const PartSummary& part) const {
  return part.events > 0 && Foresight(part, scope_.zone).of(*root_).holds;
}

}  // namespace peregrine
