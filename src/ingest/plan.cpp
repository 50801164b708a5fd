#include "ingest/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "ingest/column_names.hpp"
#include "ingest/reason.hpp"
#include "ingest/sample_values.hpp"
#include "model/names.hpp"

namespace peregrine::ingest {

namespace {

constexpr int nothing = -1;

/// Decides for one file; `why_` and `taken_` grow as columns find what they become.
class Planner {
 public:
  Planner(const Sample& sample, const ColumnRoles& roles, const std::string& file, const std::string& default_zone,
          const KnownColumns& known)
      : sample_(sample),
        roles_(roles),
        known_(known),
        file_(file),
        becomes_(sample.size()),
        why_(sample.size(), Why::property),
        notes_(sample.size()) {
    planned_.plan.zone = Zone::find(roles.timezone.value_or(default_zone), file + ": time zone");
  }

  PlannedFile plan() {
    take_given();
    take_shaped();
    take_named();
    guess_missing();
    require_all();
    decide_times();
    fill_columns();
    return std::move(planned_);
  }

 private:
  struct Given {
    std::string_view role;
    const std::optional<std::string>& column;
  };

  [[noreturn]] void refuse(std::string what, std::string expected) const {
    throw Error(ErrorKind::invalid, file_, std::move(what), std::move(expected));
  }

  std::string list_columns() const {
    std::string list = "columns are: ";
    for (std::size_t i = 0; i < sample_.size(); ++i) list += (i == 0 ? "" : ", ") + sample_[i].name;
    return list;
  }

  int column_named(std::string_view name) const {
    for (std::size_t i = 0; i < sample_.size(); ++i) {
      if (sample_[i].name == name) return static_cast<int>(i);
    }
    return nothing;
  }

  int column_of(std::string_view role) const {
    const auto found = std::find(becomes_.begin(), becomes_.end(), role);
    return found == becomes_.end() ? nothing : static_cast<int>(found - becomes_.begin());
  }

  void take(int column, std::string_view role, Why why) {
    becomes_[static_cast<std::size_t>(column)] = role;
    why_[static_cast<std::size_t>(column)] = sample_[static_cast<std::size_t>(column)].given ? Why::given : why;
  }

  void take_given() {
    for (const auto& given :
         {Given{"customer", roles_.customer}, Given{"anonymous", roles_.anonymous}, Given{"account", roles_.account},
          Given{"time", roles_.time}, Given{"event", roles_.event}, Given{"value", roles_.value},
          Given{"sequence", roles_.sequence}, Given{"currency", roles_.currency}}) {
      if (given.column && !(given.role == "currency" && take_constant_currency(*given.column))) {
        take_given(given.role, *given.column);
      }
    }
  }

  void take_given(std::string_view role, const std::string& name) {
    const auto column = column_named(name);
    if (column == nothing) {
      std::vector<std::string_view> names;
      for (const auto& each : sample_) names.push_back(each.name);
      const auto near = nearest(name, names);
      const auto hint = near.empty() ? std::string() : "did you mean \"" + std::string(near) + "\"? ";
      refuse("has no column " + quote_briefly(name) + " to be the " + std::string(role), hint + list_columns());
    }
    const auto& unusable = sample_[static_cast<std::size_t>(column)].unusable;
    if (!unusable.empty()) refuse("column " + quote_briefly(name) + " cannot be the " + std::string(role), unusable);
    const auto& before = becomes_[static_cast<std::size_t>(column)];
    if (!before.empty()) {
      refuse("column " + quote_briefly(name) + " is given as " + before + " and as " + std::string(role),
             "one of the two");
    }
    take(column, role, Why::given);
  }

  bool take_constant_currency(const std::string& name) {
    const bool is_code =
        name.size() == 3 && std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (column_named(name) != nothing || !is_code) return false;
    planned_.plan.constant_currency = name;
    return true;
  }

  /// What the shape of the file says holds unless a person said otherwise.
  void take_shaped() {
    for (std::size_t i = 0; i < sample_.size(); ++i) {
      const auto& role = sample_[i].becomes;
      if (role.empty() || !becomes_[i].empty() || column_of(role) != nothing || is_defined(role)) continue;
      if (role == "currency" && !planned_.plan.constant_currency.empty()) continue;
      take(static_cast<int>(i), role, Why::by_shape);
    }
  }

  /// A mapping file has a column of the very name.
  bool is_defined(std::string_view role) const {
    return std::any_of(sample_.begin(), sample_.end(), [&](const SampleColumn& column) {
      return column.given && fold_name(column.name) == fold_name(role);
    });
  }

  void take_named() {
    for (const std::string_view role : {"customer", "anonymous", "account", "time", "event"}) take_named(role);
    for (const auto role : fixed_columns()) {
      if (role != "currency" || planned_.plan.constant_currency.empty()) take_named(role);
    }
  }

  /// Where rows of a known shape stand beside others, the others have a column of their own for the role.
  void take_named(std::string_view role) {
    const auto column = column_of(role);
    if (column != nothing && why_[static_cast<std::size_t>(column)] != Why::by_shape) return;
    const bool only_plain = column != nothing || is_identifying(role);
    for (const auto usual : usual_names(role)) {
      for (std::size_t i = 0; i < sample_.size(); ++i) {
        const bool fits = sample_[i].plain || !only_plain || (sample_[i].given && column == nothing);
        if (is_free(i) && fits && fold_name(sample_[i].name) == usual) {
          return take(static_cast<int>(i), role, Why::by_name);
        }
      }
    }
  }

  bool is_free(std::size_t i) const {
    return becomes_[i].empty() && sample_[i].unusable.empty() && sample_[i].becomes.empty();
  }

  /// Who, when and what: a known shape says these itself, so that no other name in its rows means them.
  static bool is_identifying(std::string_view role) {
    return role == "customer" || role == "anonymous" || role == "account" || role == "time" || role == "event";
  }

  /// A column is guessed only when it is the only one that could be it.
  template <class Claim>
  void guess(std::string_view role, const Claim& claim) {
    std::vector<int> candidates;
    for (std::size_t i = 0; i < sample_.size(); ++i) {
      if (is_free(i) && sample_[i].plain && trait_of(sample_[i].name).empty() && claim(sample_[i])) {
        candidates.push_back(static_cast<int>(i));
      }
    }
    if (candidates.size() == 1) take(candidates.front(), role, Why::guessed);
    for (const auto candidate : candidates)
      candidates_[role].push_back(sample_[static_cast<std::size_t>(candidate)].name);
  }

  void guess_missing() {
    if (column_of("time") == nothing) {
      guess("time",
            [&](const SampleColumn& column) { return guess_time_form(column.values, roles_.day_first).share >= 0.9; });
    }
    if (column_of("event") == nothing) {
      guess("event", [](const SampleColumn& column) {
        const auto repeats = repeats_of(column.values);
        return repeats.has_letters && repeats.distinct >= 2 && repeats.distinct <= 200 &&
               repeats.distinct * 2 <= repeats.values &&
               (repeats.distinct <= 12 || repeats.distinct * 10 <= repeats.values) &&
               type_of(column.values) == ColumnType::text && !names_a_description(column.name);
      });
    }
    if (column_of("customer") == nothing && column_of("anonymous") == nothing) {
      guess("customer", [](const SampleColumn& column) {
        const auto repeats = repeats_of(column.values);
        const auto type = type_of(column.values);
        return !repeats.has_spaces && repeats.distinct * 50 >= repeats.values && repeats.distinct >= 2 &&
               repeats.distinct < repeats.values && type != ColumnType::time && type != ColumnType::boolean &&
               !has_fractions(column.values) && !names_a_description(column.name);
      });
    }
  }

  void require(std::string_view role, std::string_view says, std::string_view flag) {
    if (column_of(role) != nothing) return;
    std::string hint = "give " + std::string(flag) + " COL; ";
    if (const auto found = candidates_.find(role); found != candidates_.end() && !found->second.empty()) {
      hint += "it could be ";
      for (std::size_t i = 0; i < found->second.size(); ++i) hint += (i == 0 ? "" : " or ") + found->second[i];
      hint += "; ";
    }
    refuse("no column says " + std::string(says), hint + list_columns());
  }

  void require_all() {
    if (column_of("anonymous") == nothing) require("customer", "who", "--customer");
    require("time", "when", "--time");
    require("event", "what happened", "--event");
  }

  /// The column whose form is to be found out: not one by shape where plain rows have their own.
  std::size_t time_column() const {
    auto column = static_cast<std::size_t>(column_of("time"));
    for (std::size_t i = column; i < becomes_.size(); ++i) {
      if (becomes_[i] == "time" && why_[i] != Why::by_shape) column = i;
    }
    return column;
  }

  void decide_times() {
    const auto column = time_column();
    const auto& values = sample_[column].values;
    if (roles_.time_format) return take_time_format(column);
    const auto guess = guess_time_form(values, roles_.day_first);
    if (guess.undecided) {
      refuse("cannot tell day from month in " + sample_[column].name + ", such as " + quote_briefly(guess.example),
             "give --day-first true or --day-first false");
    }
    const auto some = std::find_if(values.begin(), values.end(), [](const Cell& cell) { return !cell.is_none(); });
    if (!guess.form && some != values.end()) {
      refuse("column " + quote_briefly(sample_[column].name) +
                 " holds no times that can be read: " + quote_briefly(text_of(*some)),
             "like 2026-02-28T13:05, 28/02/2026 13:05 or 1772283900");
    }
    planned_.plan.time_form = guess.form.value_or(TimeForm::text);
    planned_.mapping.times = words_of(planned_.plan.time_form);
    planned_.mapping.timezone = planned_.plan.zone.name();
    notes_[column] = std::string(words_of(planned_.plan.time_form)) + ", in " + planned_.plan.zone.name() +
                     " where no zone is named";
    if (planned_.plan.time_form >= TimeForm::seconds) notes_[column] = words_of(planned_.plan.time_form);
  }

  void take_time_format(std::size_t column) {
    auto& plan = planned_.plan;
    plan.time_form = TimeForm::pattern;
    plan.time_pattern = TimePattern::parse(*roles_.time_format, file_ + ": time format");
    const auto& values = sample_[column].values;
    const auto reads = [&](const Cell& cell) {
      return cell.is_time() || plan.time_pattern->read(trimmed(text_of(cell)));
    };
    const auto some = std::find_if(values.begin(), values.end(), [](const Cell& cell) { return !cell.is_none(); });
    if (some != values.end() && std::none_of(values.begin(), values.end(), reads)) {
      refuse("column " + quote_briefly(sample_[column].name) + " holds no times written like " +
                 plan.time_pattern->text() + ": " + quote_briefly(text_of(*some)),
             "the pattern of its times");
    }
    planned_.mapping.times = "like " + plan.time_pattern->text();
    planned_.mapping.time_format = plan.time_pattern->text();
    planned_.mapping.timezone = plan.zone.name();
    notes_[column] = planned_.mapping.times + ", in " + plan.zone.name() + " where no zone is named";
  }

  static Target target_of(std::string_view role) {
    if (role == "customer") return Target::customer;
    if (role == "anonymous") return Target::anonymous;
    if (role == "account") return Target::account;
    if (role == "time") return Target::time;
    if (role == "event") return Target::event;
    if (role == "value") return Target::value;
    if (role == "currency") return Target::currency;
    if (role == "score") return Target::score;
    if (role == "survey") return Target::survey;
    if (role == "sequence") return Target::sequence;
    return Target::property;
  }

  static ColumnType type_of_target(Target target) {
    switch (target) {
      case Target::time: return ColumnType::time;
      case Target::value: return ColumnType::money;
      case Target::score:
      case Target::sequence: return ColumnType::number;
      default: return ColumnType::text;
    }
  }

  void fill_columns() {
    planned_.mapping.file = file_;
    for (std::size_t i = 0; i < sample_.size(); ++i) {
      auto column = becomes_[i].empty() ? property(i) : role(i);
      planned_.mapping.columns.push_back({.column = sample_[i].given ? sample_[i].source : column.name,
                                          .becomes = column.becomes,
                                          .type = column.type,
                                          .why = why_[i],
                                          .note = note_of(i),
                                          .defined = sample_[i].given ? sample_[i].name : std::string()});
      if (sample_[i].given && sample_[i].definition.empty()) column.name = sample_[i].source;
      planned_.plan.columns.push_back(std::move(column));
    }
    if (const auto& currency = planned_.plan.constant_currency; !currency.empty()) {
      planned_.mapping.columns.push_back(
          {.becomes = "currency", .why = Why::given, .note = "always " + currency, .constant = currency});
    }
    name_text_columns();
  }

  std::string note_of(std::size_t i) const {
    const auto& definition = sample_[i].definition;
    return definition + (definition.empty() || notes_[i].empty() ? "" : ", ") + notes_[i];
  }

  PlannedColumn role(std::size_t i) {
    PlannedColumn column{sample_[i].name, target_of(becomes_[i]), becomes_[i], ColumnType::text, {}};
    column.type = type_of_target(column.target);
    if (sample_[i].type && *sample_[i].type != column.type) {
      refuse("column " + quote_briefly(column.name) + " becomes the " + becomes_[i] + ", whose type is not chosen",
             "types of properties only");
    }
    if (column.target == Target::value) {
      planned_.plan.amount_style = known_.amounts.value_or(guess_amount_style(sample_[i].values));
      planned_.mapping.amounts = planned_.plan.amount_style;
      if (planned_.plan.amount_style == AmountStyle::comma) notes_[i] = "with a decimal comma";
    }
    return column;
  }

  PlannedColumn property(std::size_t i) {
    const auto& name = sample_[i].name;
    PlannedColumn column{name, Target::property, name, ColumnType::text, {}};
    if (!sample_[i].unusable.empty()) {
      column.target = Target::ignored;
      column.becomes.clear();
      why_[i] = Why::ignored;
      notes_[i] = sample_[i].unusable;
      return column;
    }
    column.becomes = property_name(name);
    while (column_becoming(column.becomes)) column.becomes += "_";
    if (sample_[i].given) why_[i] = Why::given;
    if (const auto known = known_.types.find(column.becomes); known != known_.types.end()) {
      column.type = known->second;
      return column;
    }
    column.type = sample_[i].type.value_or(type_of(sample_[i].values, sample_[i].typed));
    if (column.type == ColumnType::number && !sample_[i].type && names_a_code(name)) {
      column.type = ColumnType::text;
      notes_[i] = "a code, not a quantity";
    }
    return column;
  }

  bool column_becoming(std::string_view name) const {
    const auto& columns = planned_.plan.columns;
    return std::any_of(columns.begin(), columns.end(),
                       [&](const PlannedColumn& column) { return column.becomes == name; });
  }

  /// Names for the values that are not of a column's type, apart from every other name.
  void name_text_columns() {
    std::set<std::string> names;
    for (const auto& column : planned_.plan.columns) names.insert(column.becomes);
    for (auto& column : planned_.plan.columns) {
      column.becomes_text = column.becomes + ":text";
      while (!names.insert(column.becomes_text).second) column.becomes_text += "_";
    }
  }

  const Sample& sample_;
  const ColumnRoles& roles_;
  const KnownColumns& known_;
  const std::string& file_;
  std::vector<std::string> becomes_;  // role by column; empty: none so far
  std::vector<Why> why_;
  std::vector<std::string> notes_;
  std::map<std::string_view, std::vector<std::string>> candidates_;
  PlannedFile planned_;
};

}  // namespace

int Plan::find(Target target) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].target == target) return static_cast<int>(i);
  }
  return nothing;
}

PlannedFile guess_plan(const Sample& sample, const ColumnRoles& roles, const std::string& file,
                       const std::string& default_zone, const KnownColumns& known) {
  return Planner(sample, roles, file, default_zone, known).plan();
}

}  // namespace peregrine::ingest
