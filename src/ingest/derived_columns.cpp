#include "ingest/derived_columns.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/money.hpp"
#include "ingest/column_names.hpp"
#include "model/names.hpp"

namespace peregrine::ingest {

namespace {

Cell cell_of(const Constant& constant) {
  Cell cell;
  cell.text = constant.text;
  if (constant.value.is_string()) {
    cell.kind = Cell::Kind::text;
  } else if (constant.value.is_bool()) {
    cell.kind = Cell::Kind::boolean;
    cell.integer = constant.value.get_bool() ? 1 : 0;
  } else if (constant.value.is_int64()) {
    cell.kind = Cell::Kind::integer;
    cell.integer = constant.value.get_int64();
  } else if (const auto exact = parse_money(constant.text)) {
    cell.kind = Cell::Kind::money;
    cell.integer = *exact;
  } else {
    cell.kind = Cell::Kind::number;
    cell.number = constant.value.get_double();
  }
  return cell;
}

template <class List>
std::vector<std::string_view> views_of(const List& names) {
  return {names.begin(), names.end()};
}

}  // namespace

DerivedColumns::DerivedColumns(MappingFile mapping, const Sample& sample)
    : mapping_(std::move(mapping)),
      own_(sample.size()),
      plain_(std::any_of(sample.begin(), sample.end(), [](const SampleColumn& column) { return column.plain; })),
      typed_(!sample.empty() && sample.front().typed) {
  for (const auto& column : sample) {
    names_.push_back(column.name);
    unusable_.push_back(column.unusable);
    styles_.push_back(guess_amount_style(column.values));
  }
  for (const auto& definition : mapping_.columns) names_.push_back(definition.column.text);
  styles_.resize(names_.size(), AmountStyle::point);
  define_all();
  order_definitions();
  for (const auto& rows : mapping_.leave_out) {
    leave_out_.push_back({bound(rows.when), rows.because});
    leave_out_.back().when.require_condition();
  }
  if (mapping_.join) {
    for (const auto& key : mapping_.join->by) keys_.push_back(bound(key));
  }
  choose_results(sample);
  force_types();
}

void DerivedColumns::define_all() {
  for (std::size_t i = 0; i < mapping_.columns.size(); ++i) {
    const auto& definition = mapping_.columns[i];
    Defined defined;
    defined.slot = own_ + i;
    for (const auto& choice : definition.choices) defined.options.push_back(option(choice));
    const auto& first = defined.options.front();
    defined.renames = defined.options.size() == 1 && !first.when && first.take && first.take->is_name() &&
                      first.take->slots().front() < own_;
    if (defined.renames) styles_[defined.slot] = styles_[first.take->slots().front()];
    defined_.push_back(std::move(defined));
  }
}

DerivedColumns::Option DerivedColumns::option(const Choice& choice) {
  Option option;
  if (choice.when) {
    option.when = bound(*choice.when);
    option.when->require_condition();
  }
  if (choice.take) option.take = bound(*choice.take);
  if (choice.is) option.constant = cell_of(*choice.is);
  return option;
}

/// A text that is the whole name of a column means that column, whatever letters it has.
Expression DerivedColumns::bound(const Written& written) {
  const bool whole = std::find(names_.begin(), names_.end(), written.text) != names_.end();
  auto expression = whole ? Expression::of_name(written) : Expression::parse(written);
  expression.bind([&](const std::string& name, const std::string& place) { return slot_of(name, place); });
  return expression;
}

std::size_t DerivedColumns::slot_of(const std::string& name, const std::string& place) const {
  const auto found = static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  if (found < own_ && !unusable_[found].empty()) {
    throw Error(ErrorKind::invalid, place, "column " + quote_briefly(name) + " cannot be used", unusable_[found]);
  }
  if (found < names_.size()) return found;
  throw Error(ErrorKind::invalid, place, "has no column " + quote_briefly(name), [&] {
    const auto hint = propose(name, views_of(names_));
    return hint.empty() ? "a column of the file or of the mapping" : hint;
  }());
}

void DerivedColumns::refuse_column(const Written& name, std::string_view what, bool results) const {
  std::vector<std::string_view> known;
  if (results) {
    for (const auto& result : results_) known.push_back(result.facts.name);
  } else {
    for (std::size_t i = 0; i < own_; ++i) known.push_back(names_[i]);
  }
  const auto hint = propose(name.text, known);
  throw Error(ErrorKind::invalid, name.place(), std::string(what) + " " + quote_briefly(name.text),
              hint.empty() ? "a column that is there" : hint);
}

void DerivedColumns::order_definitions() {
  std::vector<int> states(defined_.size());  // 0 new, 1 under way, 2 done
  std::vector<std::size_t> way;
  for (std::size_t i = 0; i < defined_.size(); ++i) visit(i, states, way);
}

void DerivedColumns::visit(std::size_t definition, std::vector<int>& states, std::vector<std::size_t>& way) {
  if (states[definition] == 2) return;
  way.push_back(definition);
  if (states[definition] == 1) {
    std::string circle;
    for (auto i = std::find(way.begin(), way.end(), definition); i != way.end(); ++i) {
      circle += (circle.empty() ? "" : ", ") + mapping_.columns[*i].column.text;
    }
    const auto& column = mapping_.columns[definition].column;
    throw Error(ErrorKind::invalid, column.place() + ": columns." + column.text, "is made of itself: " + circle,
                "columns of the file in the end");
  }
  states[definition] = 1;
  const auto need = [&](const std::optional<Expression>& expression) {
    if (!expression) return;
    for (const auto slot : expression->slots()) {
      if (slot >= own_) visit(slot - own_, states, way);
    }
  };
  for (const auto& option : defined_[definition].options) {
    need(option.when);
    need(option.take);
  }
  states[definition] = 2;
  way.pop_back();
  order_.push_back(definition);
}

/// Columns of the file stay in their places; what is made of several comes after them.
void DerivedColumns::choose_results(const Sample& sample) {
  for (const auto& ignored : mapping_.ignore) {
    const auto own = names_.begin() + static_cast<std::ptrdiff_t>(own_);
    if (std::find(names_.begin(), own, ignored.text) == own) refuse_column(ignored, "has no column to ignore,", false);
  }
  std::vector<bool> placed(defined_.size());
  for (std::size_t column = 0; column < own_; ++column) {
    bool consumed = false;
    for (std::size_t i = 0; i < defined_.size(); ++i) {
      const bool renamed = defined_[i].renames && defined_[i].options.front().take->slots().front() == column;
      const bool redefined = names_[own_ + i] == names_[column];
      if (!renamed && !redefined) continue;
      consumed |= renamed || reads(defined_[i], column);
      if (!placed[i]) add_result(i);
      placed[i] = true;
    }
    const bool ignored = std::any_of(mapping_.ignore.begin(), mapping_.ignore.end(),
                                     [&](const Written& name) { return name.text == names_[column]; });
    const bool hidden = std::find(names_.begin() + static_cast<std::ptrdiff_t>(own_), names_.end(), names_[column]) !=
                        names_.end();  // another column took its name
    if (consumed) continue;
    if (ignored || hidden || (mapping_.join && !is_joined(sample[column]))) {
      unused_.push_back({names_[column], "", ColumnType::text, Why::ignored,
                         ignored  ? "as the mapping says"
                         : hidden ? "the mapping gives its name to another column"
                                  : "the mapping does not name it, and rows are joined"});
      continue;
    }
    Result result;
    result.slot = column;
    result.facts = {.name = sample[column].name,
                    .unusable = sample[column].unusable,
                    .becomes = sample[column].becomes,
                    .plain = sample[column].plain,
                    .typed = sample[column].typed};
    results_.push_back(std::move(result));
  }
  for (std::size_t i = 0; i < defined_.size(); ++i) {
    if (!placed[i]) add_result(i);
  }
  if (!mapping_.join) return;
  for (const auto& [column, rule] : mapping_.join->columns) {
    if (rule == JoinRule::count) add_count(column);
  }
}

/// Of a column of the file that is not defined anew: the mapping names it, or it means something by itself.
bool DerivedColumns::is_joined(const SampleColumn& column) const {
  const auto names_it = [&](const auto& each) { return each.column.text == column.name; };
  const auto& joined = mapping_.join->columns;
  return !column.becomes.empty() || names_a_role(column.name) || std::any_of(joined.begin(), joined.end(), names_it) ||
         std::any_of(mapping_.types.begin(), mapping_.types.end(), names_it);
}

void DerivedColumns::add_count(const Written& column) {
  if (result_named(column.text)) {
    throw Error(ErrorKind::invalid, column.place(), "counts rows, but " + quote_briefly(column.text) + " is a column",
                "a name of its own");
  }
  Result counted;
  counted.facts.name = column.text;
  counted.facts.given = true;
  counted.facts.definition = "rows that are joined";
  results_.push_back(std::move(counted));
}

void DerivedColumns::add_result(std::size_t definition) {
  const auto& defined = defined_[definition];
  const auto& written = mapping_.columns[definition];
  Result result;
  result.slot = defined.slot;
  result.facts.name = written.column.text;
  result.facts.plain = plain_;
  result.facts.typed = typed_;
  result.facts.given = true;
  result.facts.source = columns_read_by(defined);
  if (!defined.renames || !written.rename.empty()) result.facts.definition = words_of(written);
  results_.push_back(std::move(result));
}

bool DerivedColumns::reads(const Defined& defined, std::size_t slot) {
  const auto in = [&](const std::optional<Expression>& expression) {
    return expression &&
           std::find(expression->slots().begin(), expression->slots().end(), slot) != expression->slots().end();
  };
  return std::any_of(defined.options.begin(), defined.options.end(),
                     [&](const Option& option) { return in(option.when) || in(option.take); });
}

std::string DerivedColumns::columns_read_by(const Defined& defined) const {
  std::vector<std::size_t> slots;
  for (const auto& option : defined.options) {
    for (const auto* expression : {&option.when, &option.take}) {
      if (!*expression) continue;
      for (const auto slot : (*expression)->slots()) {
        if (std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.push_back(slot);
      }
    }
  }
  std::string text;
  for (const auto slot : slots) text += (text.empty() ? "" : ", ") + names_[slot];
  return text;
}

std::string DerivedColumns::words_of(const Definition& definition) const {
  std::string words;
  for (const auto& choice : definition.choices) {
    const auto what = choice.take ? choice.take->text : choice.is->text;
    if (!words.empty()) words += choice.when ? "; " : "; else ";
    if (definition.choices.size() == 1 && !choice.take) words += "always ";
    words += what;
    if (choice.when) words += " when " + choice.when->text;
  }
  if (!definition.rename.empty()) words += ", renamed";
  return words;
}

std::optional<std::size_t> DerivedColumns::result_named(std::string_view name) const {
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (results_[i].facts.name == name) return i;
  }
  return std::nullopt;
}

void DerivedColumns::force_types() {
  for (const auto& forced : mapping_.types) {
    const auto result = result_named(forced.column.text);
    if (!result) refuse_column(forced.column, "says the type of a column that does not come out,", true);
    results_[*result].facts.type = forced.type;
  }
}

void DerivedColumns::choose_rules(const Plan& plan) {
  constexpr auto must_agree =
      std::to_array<Target>({Target::customer, Target::anonymous, Target::account, Target::event, Target::currency});
  rules_.assign(results_.size(), JoinRule::first);
  reads_number_.assign(results_.size(), false);
  std::vector<bool> given(results_.size());
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const auto target = plan.columns[i].target;
    if (std::find(must_agree.begin(), must_agree.end(), target) != must_agree.end()) rules_[i] = JoinRule::same;
    if (!results_[i].slot) rules_[i] = JoinRule::sum;
  }
  for (const auto& joined : mapping_.join->columns) {
    if (joined.rule == JoinRule::count) continue;
    const auto result = result_for(joined.column.text, plan);
    if (!result) refuse_column(joined.column, "joins a column that does not come out,", true);
    expect_rule_fits(joined, plan.columns[*result].target);
    rules_[*result] = joined.rule;
    given[*result] = true;
  }
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const auto target = plan.columns[i].target;
    const auto rule = rules_[i];
    reads_number_[i] = target != Target::value && results_[i].slot &&
                       (rule == JoinRule::sum || rule == JoinRule::least || rule == JoinRule::most);
    if (given[i] || (target != Target::time && target != Target::value)) continue;
    const bool time = target == Target::time;
    throw Error(ErrorKind::invalid, mapping_.join->by.front().place() + ": join",
                "does not say how the " + results_[i].facts.name + "s of rows become one",
                time ? results_[i].facts.name + ": earliest, latest, first or same"
                     : results_[i].facts.name + ": sum, or first where every row repeats the total");
  }
}

/// By its name, or by what it becomes.
std::optional<std::size_t> DerivedColumns::result_for(std::string_view name, const Plan& plan) const {
  if (const auto named = result_named(name)) return named;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (plan.columns[i].becomes == name) return i;
  }
  return std::nullopt;
}

void DerivedColumns::expect_rule_fits(const JoinedColumn& joined, Target target) {
  const bool of_times = joined.rule == JoinRule::earliest || joined.rule == JoinRule::latest;
  const bool of_numbers =
      joined.rule == JoinRule::sum || joined.rule == JoinRule::least || joined.rule == JoinRule::most;
  const bool time = target == Target::time;
  if (time ? !of_numbers : !of_times) return;
  throw Error(ErrorKind::invalid, joined.column.place(),
              "cannot be joined so: " + std::string(peregrine::name_of(joined.rule)),
              time ? "earliest, latest, first, last or same" : "earliest and latest are for the time of events");
}

std::vector<MappedColumn> DerivedColumns::unused() const {
  return unused_;
}

}  // namespace peregrine::ingest
