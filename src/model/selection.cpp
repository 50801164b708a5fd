#include "model/selection.hpp"

#include <algorithm>
#include <array>

#include "model/framework.hpp"
#include "model/selection_comparison.hpp"
#include "model/selection_grammar.hpp"
#include "model/selection_span.hpp"
#include "model/stage_walk.hpp"

namespace peregrine {

namespace {

using namespace selection;
using Mask = std::vector<std::uint8_t>;

/// Fills a mask of `rows` from a predicate of the row.
template <class Test>
Mask by_row(std::size_t rows, Test&& test) {
  Mask mask(rows);
  for (std::size_t row = 0; row < rows; ++row) mask[row] = test(row) ? 1 : 0;
  return mask;
}

/// A trait holds from the event that says it. `now`: the last word of the journey holds everywhere.
Mask carried(Mask said, const Part& part, const ColumnView& column, std::uint8_t silent, bool now) {
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    std::uint8_t present = silent;
    for (auto row = part.first[journey]; row < part.first[journey + 1]; ++row) {
      if (column.has(row)) present = said[row];
      said[row] = present;
    }
    if (now) {
      std::fill(said.begin() + static_cast<std::ptrdiff_t>(part.first[journey]),
                said.begin() + static_cast<std::ptrdiff_t>(part.first[journey + 1]), present);
    }
  }
  return said;
}

/// One past the last row before `to`.
std::uint64_t end_before(const Part& part, Time to, std::uint64_t begin, std::uint64_t end) {
  if (to == Time::latest() || begin == end || part.time[end - 1] < to.micros) return end;
  return static_cast<std::uint64_t>(std::lower_bound(part.time + begin, part.time + end, to.micros) - part.time);
}

constexpr std::uint8_t no_stage = 255;

/// The stage that a customer is in at each event, as a place in the framework. Before the end of the range it is what
/// the analysis `stages` finds, which sees nothing later; from there on, where a funnel may still end, all is seen.
std::vector<std::uint8_t> stages_of(const Part& part, const Framework& framework, const Scope& scope) {
  std::vector<std::uint8_t> stages(part.events(), no_stage);
  if (stages.empty()) return stages;
  const auto fill = [&](std::uint64_t first, std::uint64_t end, std::uint32_t stage) {
    std::fill(stages.begin() + static_cast<std::ptrdiff_t>(first), stages.begin() + static_cast<std::ptrdiff_t>(end),
              static_cast<std::uint8_t>(stage));
  };
  const auto fill_stay = [&](const StageInterval& stay) { fill(stay.first_row, stay.end_row, stay.stage); };
  const StageWalk before_end(framework, {.to = scope.to, .newest = scope.newest}, part, {});
  const StageWalk whole(framework, {.newest = scope.newest}, part, {});
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    const auto first = part.first[journey];
    const auto end = part.first[journey + 1];
    const auto end_of_range = end_before(part, scope.to, first, end);
    if (end_of_range < end) whole.walk(first, end, fill_stay);
    fill(first, end_of_range, no_stage);
    before_end.walk(first, end_of_range, fill_stay);
  }
  return stages;
}

/// Evaluates an expression over one whole part.
class Evaluation {
 public:
  Evaluation(const Part& part, const Scope& scope, const Framework* framework)
      : part_(part), scope_(scope), framework_(framework) {}

  Mask evaluate(const Node& node) {
    if (node.is_journey_term()) return happening(node);
    if (!node.joins()) return comparison(node);
    Mask mask = evaluate(*node.children.front());
    for (std::size_t child = 1; child < node.children.size(); ++child) {
      const Mask other = evaluate(*node.children[child]);
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

 private:
  /// Rows of a journey that journey terms see end here.
  std::uint64_t end_of(std::size_t journey) const {
    return end_before(part_, scope_.to, part_.first[journey], part_.first[journey + 1]);
  }

  /// A mask of one answer for each journey.
  template <class Test>
  Mask by_journey(Test&& test) const {
    Mask mask(part_.events());
    for (std::size_t journey = 0; journey < part_.journeys(); ++journey) {
      if (!test(part_.first[journey], end_of(journey))) continue;
      std::fill(mask.begin() + static_cast<std::ptrdiff_t>(part_.first[journey]),
                mask.begin() + static_cast<std::ptrdiff_t>(part_.first[journey + 1]), std::uint8_t{1});
    }
    return mask;
  }

  Mask happening(const Node& node) {
    std::vector<Mask> masks;
    for (const auto& child : node.children) masks.push_back(evaluate(*child));
    const SpanCounter counter(node, std::move(masks), part_.time, scope_.zone);
    Node number = node;  // how count is compared
    number.op = node.compared;
    return by_journey([&](std::uint64_t begin, std::uint64_t end) {
      const auto count = counter.count(begin, end);
      if (!count) return false;
      if (node.op == Op::count) return number_holds(number, static_cast<double>(*count));
      return (*count > 0) == (node.op == Op::did);
    });
  }

  Mask comparison(const Node& node) {
    const auto subject = subject_of(node.name);
    if (subject.at == Subject::At::event) return at_event(node, subject);
    Node said = node;
    said.op = Op::not_null;
    const auto present = at_event(said, subject);
    const auto holding = at_event(node, subject);
    return by_journey([&](std::uint64_t begin, std::uint64_t end) {
      if (subject.at == Subject::At::first) {
        for (auto row = begin; row < end; ++row) {
          if (present[row] != 0) return holding[row] != 0;
        }
      } else {
        for (auto row = end; row-- > begin;) {
          if (present[row] != 0) return holding[row] != 0;
        }
      }
      return node.op == Op::is_null;
    });
  }

  Mask at_event(const Node& node, const Subject& subject) {
    using From = Subject::From;
    const TextTest text_holds(node);
    const bool null_holds = node.op == Op::is_null;
    switch (subject.from) {
      case From::event:
      case From::touchpoint:
      case From::role:
      case From::kind: return by_label(LabelTest(node, subject.from));
      case From::time: {
        const auto holds_at = IntegerTest::of_time(node, scope_.zone);
        return by_row(part_.events(), [&](std::size_t row) { return holds_at(part_.time[row]); });
      }
      case From::value: return by_column(node, part_.value);
      case From::stage: return by_stage(text_holds, null_holds);
      case From::persona: break;  // check refuses it
      case From::column: return by_column(node, part_.property(subject.column));
      case From::trait_then:
      case From::trait_now: {
        const auto column = part_.property(subject.column);
        return carried(by_column(node, column), part_, column, null_holds ? 1 : 0, subject.from == From::trait_now);
      }
    }
    return Mask(part_.events());
  }

  /// A predicate of an event's name is decided once a code, then looked up.
  template <class Test>
  Mask by_label(Test&& test) const {
    std::vector<std::uint8_t> wanted(part_.labels.size());
    for (std::size_t code = 0; code < wanted.size(); ++code) wanted[code] = test(part_.labels[code]) ? 1 : 0;
    return by_row(part_.events(), [&](std::size_t row) { return wanted[part_.event[row]] != 0; });
  }

  template <class Test>
  Mask by_stage(Test&& text_holds, bool null_holds) {
    if (!stages_) stages_ = stages_of(part_, *framework_, scope_);
    std::array<bool, 256> wanted{};
    wanted[no_stage] = null_holds;
    for (std::size_t stage = 0; stage < framework_->stages.size(); ++stage) {
      wanted[stage] = text_holds(framework_->stages[stage].name);
    }
    return by_row(part_.events(), [&](std::size_t row) { return wanted[(*stages_)[row]]; });
  }

  Mask by_column(const Node& node, const ColumnView& column) const {
    const auto rows = part_.events();
    const bool null_holds = node.op == Op::is_null;
    if (!column.exists()) return Mask(rows, null_holds ? 1 : 0);
    const auto with = [&](auto&& test) {
      return by_row(rows, [&](std::size_t row) { return column.has(row) ? test(row) : null_holds; });
    };
    switch (column.type) {
      case ColumnType::text: {
        const TextTest text_holds(node);
        std::vector<std::uint8_t> wanted(column.names.size());
        for (std::size_t code = 0; code < wanted.size(); ++code) wanted[code] = text_holds(column.names[code]) ? 1 : 0;
        return with([&](std::size_t row) { return wanted[column.codes[row]] != 0; });
      }
      case ColumnType::number: return with([&](std::size_t row) { return number_holds(node, column.numbers[row]); });
      case ColumnType::boolean: return with([&](std::size_t row) { return boolean_holds(node, column.boolean(row)); });
      case ColumnType::time: {
        const auto holds_at = IntegerTest::of_time(node, scope_.zone);
        return with([&](std::size_t row) { return holds_at(column.integers[row]); });
      }
      case ColumnType::money: {
        const auto holds_at = IntegerTest::of_money(node);
        return with([&](std::size_t row) { return holds_at(column.integers[row]); });
      }
    }
    return {};
  }

  const Part& part_;
  const Scope& scope_;
  const Framework* framework_;
  std::optional<std::vector<std::uint8_t>> stages_;  // of every row, once a term has asked
};

template <class Visit>
void visit_comparisons(const Node& node, const Visit& visit) {
  if (!node.joins() && !node.is_journey_term()) visit(node);
  for (const auto& child : node.children) visit_comparisons(*child, visit);
}

bool has_journey_term(const Node& node) {
  return node.is_journey_term() || (!node.joins() && subject_of(node.name).at != Subject::At::event) ||
         std::any_of(node.children.begin(), node.children.end(),
                     [](const auto& child) { return has_journey_term(*child); });
}

}  // namespace

Selection Selection::parse(std::string_view text, std::string_view where) {
  Selection selection;
  selection.text_ = text;
  selection.where_ = where;
  selection.root_ = parse_selection(text, where);
  return selection;
}

bool Selection::names_stages() const {
  bool named = false;
  visit_comparisons(*root_, [&](const Node& node) { named |= subject_of(node.name).from == Subject::From::stage; });
  return named;
}

bool Selection::is_same(const Selection& other) const {
  const auto name_of_framework = [](const Selection& each) {
    return each.framework_ ? std::string_view(each.framework_->name) : std::string_view();
  };
  return text_ == other.text_ && scope_.to == other.scope_.to && scope_.newest == other.scope_.newest &&
         scope_.zone.name() == other.scope_.zone.name() && name_of_framework(*this) == name_of_framework(other);
}

ColumnRequest Selection::columns() const {
  ColumnRequest request{.time = has_journey_term(*root_), .event = false};
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
      case From::stage: request.add(StageWalk::columns()); break;
      case From::persona: break;
      case From::column:
      case From::trait_then:
      case From::trait_now: request.add({.time = false, .event = false, .properties = {subject.column}}); break;
    }
  });
  return request;
}

std::vector<std::uint8_t> Selection::mask(const Part& part) const {
  if (part.whole == nullptr) return Evaluation(part, scope_, framework_.get()).evaluate(*root_);
  const auto whole = mask(*part.whole);
  Mask kept(part.rows_of_whole.size());
  for (std::size_t row = 0; row < kept.size(); ++row) kept[row] = whole[part.rows_of_whole[row]];
  return kept;
}

}  // namespace peregrine
