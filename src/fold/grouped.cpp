#include "fold/grouped.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/error.hpp"
#include "model/calendar.hpp"

namespace peregrine {

namespace {

constexpr std::string_view property_prefix = "property.";
constexpr std::string_view other_group = "other";
constexpr std::string_view no_key = "(none)";

std::string text_of(const ColumnView& column, std::size_t row) {
  switch (column.type) {
    case ColumnType::text: return std::string(column.text(row));
    case ColumnType::number: return json::format(json::value(column.numbers[row]));
    case ColumnType::boolean: return column.boolean(row) ? "true" : "false";
    case ColumnType::time: return format_time({column.integers[row]});
    case ColumnType::money: return json::format(json::value(amount_of(column.integers[row])));
  }
  return {};
}

/// Gives each distinct key a place; text columns by their codes, so that no text is hashed twice.
class KeyList {
 public:
  std::uint32_t place(const ColumnView& column, std::size_t row) {
    if (column.type != ColumnType::text) return place(text_of(column, row));
    place_of_code_.resize(column.names.size(), unknown);
    auto& place_of_this = place_of_code_[column.codes[row]];
    if (place_of_this == unknown) place_of_this = place(column.text(row));
    return place_of_this;
  }
  std::uint32_t place(std::string_view name) {
    if (const auto found = places_.find(std::string(name)); found != places_.end()) return found->second;
    const auto place = static_cast<std::uint32_t>(names_.size());
    places_.emplace(name, place);
    names_.emplace_back(name);
    return place;
  }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  static constexpr std::uint32_t unknown = 0xffff'ffff;
  std::unordered_map<std::string, std::uint32_t> places_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> place_of_code_;  // of the one column that keys are read from
};

std::optional<std::size_t> first_in_range(const Part& part, std::uint64_t begin, std::uint64_t end,
                                          const Scope& scope) {
  for (auto row = begin; row < end; ++row) {
    if (scope.contains(part.time[row])) return row;
  }
  return std::nullopt;
}

/// The last row of [begin, end) that has a value.
std::optional<std::size_t> last_said(const ColumnView& column, std::size_t begin, std::size_t end) {
  for (auto row = end; row > begin; --row) {
    if (column.has(row - 1)) return row - 1;
  }
  return std::nullopt;
}

std::optional<std::size_t> first_said(const ColumnView& column, std::size_t begin, std::size_t end) {
  for (auto row = begin; row < end; ++row) {
    if (column.has(row)) return row;
  }
  return std::nullopt;
}

/// Rows up to here lie before the end of the range.
std::uint64_t end_of_range(const Part& part, std::uint64_t begin, std::uint64_t end, const Scope& scope) {
  return static_cast<std::uint64_t>(std::lower_bound(part.time + begin, part.time + end, scope.to.micros) - part.time);
}

}  // namespace

GroupKey GroupKey::parse(std::string_view text, std::string_view where) {
  GroupKey key;
  key.text_ = text;
  key.where_ = where;
  static constexpr std::pair<std::string_view, From> fixed[] = {{"event", From::event},
                                                                {"touchpoint", From::touchpoint},
                                                                {"role", From::role},
                                                                {"kind", From::kind},
                                                                {"known", From::known},
                                                                {"cohort.day", From::cohort_day},
                                                                {"cohort.week", From::cohort_week},
                                                                {"cohort.month", From::cohort_month}};
  for (const auto& [name, from] : fixed) {
    if (name == text) {
      key.from_ = from;
      return key;
    }
  }
  static constexpr std::pair<std::string_view, From> prefixes[] = {
      {"now.", From::trait_now}, {"then.", From::trait_then}, {"first.", From::first_said}, {"last.", From::last_said}};
  for (const auto& [prefix, from] : prefixes) {
    if (!text.starts_with(prefix)) continue;
    key.from_ = from;
    text.remove_prefix(prefix.size());
    break;
  }
  if (key.from_ == From::column && text.starts_with("trait.")) key.from_ = From::trait_then;
  if (text.starts_with(property_prefix)) text.remove_prefix(property_prefix.size());
  if (text.empty()) throw Error(ErrorKind::invalid, std::string(where), "names no column", "such as channel");
  key.column_ = text;
  return key;
}

ColumnRequest GroupKey::columns() const {
  ColumnRequest request{.event = reads_labels()};
  if (!column_.empty()) request.properties.push_back(column_);
  return request;
}

void GroupKey::check(const KnownNames& known) const {
  if (column_.empty() || known.find_column(column_) != nullptr) return;
  auto names = known.column_names();
  names.insert(names.end(),
               {"event", "touchpoint", "role", "kind", "known", "cohort.day", "cohort.week", "cohort.month"});
  throw Error(ErrorKind::invalid, where_, "there is no column \"" + column_ + "\"", propose(column_, names));
}

GroupKey::Keys GroupKey::keys(const Part& part, const Scope& scope, const Anchors& anchors) const {
  Keys out;
  KeyList list;
  const Part& whole = part.whole == nullptr ? part : *part.whole;
  const auto column = column_.empty() ? ColumnView{} : whole.property(column_);
  const auto said_at = [&](std::uint64_t row, std::size_t journey) -> std::optional<std::size_t> {
    const auto begin = whole.first[journey];
    const auto end = whole.first[journey + 1];
    switch (from_) {
      case From::trait_then: return last_said(column, begin, row + 1);
      case From::trait_now: return last_said(column, begin, end);
      case From::first_said: return first_said(column, begin, end_of_range(whole, begin, end, scope));
      case From::last_said: return last_said(column, begin, end_of_range(whole, begin, end, scope));
      default: return column.has(row) ? std::optional<std::size_t>(row) : std::nullopt;
    }
  };
  const auto place_at = [&](std::uint64_t row, std::size_t journey) {
    const auto label = [&]() -> const Label& { return whole.labels[whole.event[row]]; };
    switch (from_) {
      case From::event: return list.place(label().event);
      case From::touchpoint: return list.place(label().touchpoint);
      case From::role: return list.place(label().role == Role::none ? no_key : name_of(label().role));
      case From::kind: return list.place(label().kind == Kind::none ? no_key : name_of(label().kind));
      case From::known: return list.place(part.known(journey) ? "true" : "false");
      case From::cohort_day: return list.place(format_bucket(whole.time[row], Bucket::day, scope.zone));
      case From::cohort_week: return list.place(format_bucket(whole.time[row], Bucket::week, scope.zone));
      case From::cohort_month: return list.place(format_bucket(whole.time[row], Bucket::month, scope.zone));
      default: break;
    }
    const auto said = said_at(row, journey);
    return said ? list.place(column, *said) : list.place(no_key);
  };
  std::vector<std::uint64_t> rows;
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    rows.clear();
    if (part.first[journey] < part.first[journey + 1]) anchors(part.first[journey], part.first[journey + 1], rows);
    for (const auto row : rows) {
      const auto place = row == RunningFold::no_row ? list.place(no_key)
                         : part.whole == nullptr    ? place_at(row, journey)
                                                    : place_at(part.rows_of_whole[row], journey);
      const auto begin = out.places.begin() + static_cast<std::ptrdiff_t>(out.first.back());
      if (std::find(begin, out.places.end(), place) == out.places.end()) out.places.push_back(place);
    }
    out.first.push_back(out.places.size());
  }
  out.names = list.take();
  return out;
}

GroupAt GroupAt::parse(std::string_view text, std::size_t anchors, std::string_view where) {
  if (anchors == 0) {
    throw Error(ErrorKind::invalid, std::string(where), "is not for this analysis",
                "it is for funnels; others read groups at a journey's first event in range");
  }
  if (text == "first") return {.is = Is::first};
  if (text == "last") return {.is = Is::last};
  if (text == "every") return {.is = Is::every};
  std::size_t step = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), step);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || step < 1 || step > anchors) {
    throw Error(ErrorKind::invalid, std::string(where),
                "must be first, last, every or a step from 1 to " + std::to_string(anchors),
                "got \"" + std::string(text) + "\"");
  }
  return {.is = Is::step, .step = step - 1};
}

std::string GroupAt::words() const {
  switch (is) {
    case Is::first_in_range: return "at their first event in range";
    case Is::first: return "at the event of the first step";
    case Is::last: return "at the event of the last step that they reached";
    case Is::step: return "at the event of step " + std::to_string(step + 1);
    case Is::every: return "at the events of all steps, and stand in the group of each value there";
  }
  return {};
}

namespace {

struct Grouping {
  GroupKey key;
  GroupAt at;
  Scope scope;

  /// The keys of a part that `fold`, the one that is grouped, has entered.
  GroupKey::Keys keys(const Part& part, RunningFold& fold) const {
    return key.keys(part, scope, [&](std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& rows) {
      if (at.is == GroupAt::Is::first_in_range) {
        if (const auto row = first_in_range(part, begin, end, scope)) rows.push_back(*row);
        return;
      }
      fold.find_anchors(begin, end, rows);
      if (!rows.empty()) choose(rows);
    });
  }

 private:
  /// Leaves of the events of an entry those that are asked for.
  void choose(std::vector<std::uint64_t>& rows) const {
    using Is = GroupAt::Is;
    const auto is_there = [](std::uint64_t row) { return row != RunningFold::no_row; };
    switch (at.is) {
      case Is::first: rows = {*std::find_if(rows.begin(), rows.end(), is_there)}; break;
      case Is::last: rows = {*std::find_if(rows.rbegin(), rows.rend(), is_there)}; break;
      case Is::step: rows = {at.step < rows.size() ? rows[at.step] : RunningFold::no_row}; break;
      case Is::every: std::erase(rows, RunningFold::no_row); break;
      case Is::first_in_range: break;
    }
  }
};

/// Second pass: a fold for each group that was kept.
class GroupedFold final : public RunningFold {
 public:
  GroupedFold(std::shared_ptr<const Grouping> grouping, std::shared_ptr<const std::vector<std::string>> groups,
              std::unique_ptr<RunningFold> inner)
      : grouping_(std::move(grouping)), groups_(std::move(groups)), neutral_(std::move(inner)) {
    for (std::size_t group = 0; group < groups_->size(); ++group) folds_.push_back(neutral_->empty());
    for (std::uint32_t group = 0; group < groups_->size(); ++group) place_.emplace((*groups_)[group], group);
  }

  std::unique_ptr<RunningFold> empty() const override {
    return std::make_unique<GroupedFold>(grouping_, groups_, neutral_->empty());
  }

  void enter(const Part& part) override {
    neutral_->enter(part);
    for (auto& fold : folds_) fold->enter_beside(*neutral_);
    auto keys = grouping_->keys(part, *neutral_);
    std::vector<std::uint32_t> group_of_key;
    for (const auto& name : keys.names) {
      const auto found = place_.find(name);
      group_of_key.push_back(found == place_.end() ? place_.at(std::string(other_group)) : found->second);
    }
    for (auto& place : keys.places) place = group_of_key[place];
    groups_of_ = std::make_shared<const GroupKey::Keys>(std::move(keys));
    members_.resize(folds_.size());
  }
  void enter_beside(const RunningFold& other) override {
    const auto& same = dynamic_cast<const GroupedFold&>(other);
    neutral_->enter_beside(*same.neutral_);
    for (auto& fold : folds_) fold->enter_beside(*same.neutral_);
    groups_of_ = same.groups_of_;
    members_.resize(folds_.size());
  }

  void observe(const JourneyBatch& batch) noexcept override {
    touched_.clear();
    for (std::size_t i = 0; i < batch.size; ++i) {
      const auto journey = batch.journey(i);
      for (const auto group : groups_of_->of(journey)) {
        auto& members = members_[group];
        if (!members.journeys.empty() && members.journeys.back() == journey) continue;  // twice in "other"
        if (members.begin.empty()) touched_.push_back(group);
        members.begin.push_back(batch.begin[i]);
        members.end.push_back(batch.end[i]);
        members.journeys.push_back(journey);
      }
    }
    for (const auto group : touched_) {
      auto& members = members_[group];
      folds_[group]->observe({.size = members.begin.size(),
                              .begin = members.begin.data(),
                              .end = members.end.data(),
                              .journeys = members.journeys.data()});
      members.begin.clear();
      members.end.clear();
      members.journeys.clear();
    }
  }
  void leave() override {
    for (auto& fold : folds_) fold->leave();
    neutral_->leave();
    groups_of_.reset();
  }

  void merge(const RunningFold& other) override {
    const auto& same = dynamic_cast<const GroupedFold&>(other);
    for (std::size_t group = 0; group < folds_.size(); ++group) folds_[group]->merge(*same.folds_[group]);
  }
  /// What follows is made from all groups together, so that it is the same for each and groups can be compared.
  std::unique_ptr<RunningFold> next() const override {
    const auto all = neutral_->empty();
    for (const auto& fold : folds_) all->merge(*fold);
    auto next = all->next();
    return next ? std::make_unique<GroupedFold>(grouping_, groups_, std::move(next)) : nullptr;
  }
  json::object finish(Meta& meta) const override {
    json::array groups;
    for (std::size_t group = 0; group < folds_.size(); ++group) {
      Meta inner;
      auto result = folds_[group]->finish(inner);
      meta.policy = std::move(inner.policy);
      for (const auto& [pointer, reason] : inner.undefined) {
        meta.undefined.emplace("/groups/" + std::to_string(group) + "/result" + pointer, reason);
      }
      groups.push_back(json::object{{"group", (*groups_)[group]}, {"result", std::move(result)}});
    }
    meta.policy.push_back({"by", "journeys are grouped by " + grouping_->key.text() + " " + grouping_->at.words()});
    return {{"groups", std::move(groups)}};
  }

  void save(Writer& out) override {
    out.put<std::uint64_t>(groups_->size());
    for (std::size_t group = 0; group < groups_->size(); ++group) {
      out.put(std::string_view((*groups_)[group]));
      folds_[group]->save(out);
    }
  }
  void load(Reader& in) override {
    if (in.size(sizeof(std::uint64_t)) != groups_->size()) in.fail("has other groups");
    for (std::size_t group = 0; group < groups_->size(); ++group) {
      if (in.text() != (*groups_)[group]) in.fail("has other groups");
      folds_[group]->load(in);
    }
  }

 private:
  struct Members {
    std::vector<std::uint64_t> begin;
    std::vector<std::uint64_t> end;
    std::vector<std::uint64_t> journeys;
  };

  std::shared_ptr<const Grouping> grouping_;                // shared by the folds of all threads; never changes
  std::shared_ptr<const std::vector<std::string>> groups_;  // likewise
  std::unique_ptr<RunningFold> neutral_;                    // never observes: holds what the groups share of a part
  std::vector<std::unique_ptr<RunningFold>> folds_;
  std::unordered_map<std::string, std::uint32_t> place_;
  std::shared_ptr<const GroupKey::Keys> groups_of_;  // of the part's journeys, as groups; shared with folds beside
  std::vector<Members> members_;
  std::vector<std::uint32_t> touched_;
};

/// First pass: how many journeys have each key.
class GroupCount final : public RunningFold {
 public:
  GroupCount(std::shared_ptr<const Grouping> grouping, std::unique_ptr<RunningFold> inner)
      : grouping_(std::move(grouping)), inner_(std::move(inner)) {}

  std::unique_ptr<RunningFold> empty() const override {
    return std::make_unique<GroupCount>(grouping_, inner_->empty());
  }
  void enter(const Part& part) override {
    const bool anchored = grouping_->at.is != GroupAt::Is::first_in_range;
    if (anchored) inner_->enter(part);
    keys_ = std::make_shared<const GroupKey::Keys>(grouping_->keys(part, *inner_));
    if (anchored) inner_->leave();
    counted_.assign(keys_->names.size(), 0);
  }
  void enter_beside(const RunningFold& other) override {
    keys_ = dynamic_cast<const GroupCount&>(other).keys_;
    counted_.assign(keys_->names.size(), 0);
  }
  void observe(const JourneyBatch& batch) noexcept override {
    for (std::size_t i = 0; i < batch.size; ++i) {
      for (const auto key : keys_->of(batch.journey(i))) ++counted_[key];
    }
  }
  void leave() override {
    for (std::size_t key = 0; key < counted_.size(); ++key) {
      if (counted_[key] > 0) journeys_[keys_->names[key]] += counted_[key];
    }
    keys_.reset();
  }
  void merge(const RunningFold& other) override {
    for (const auto& [name, count] : dynamic_cast<const GroupCount&>(other).journeys_) journeys_[name] += count;
  }

  std::unique_ptr<RunningFold> next() const override {
    std::vector<std::pair<std::string, std::int64_t>> ranked(journeys_.begin(), journeys_.end());
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    const bool cut = ranked.size() > max_groups;
    if (cut) ranked.resize(max_groups);
    auto groups = std::make_shared<std::vector<std::string>>();
    for (const auto& [name, count] : ranked) groups->push_back(name);
    // A key that is called "other" itself stands in one group with the rest.
    const bool named = std::find(groups->begin(), groups->end(), other_group) != groups->end();
    if (cut && !named) groups->emplace_back(other_group);
    return std::make_unique<GroupedFold>(grouping_, std::move(groups), inner_->empty());
  }
  json::object finish(Meta&) const override { return {}; }

  void save(Writer& out) override {
    Saver saver(out);
    saver(journeys_);
  }
  void load(Reader& in) override {
    Loader loader(in);
    loader(journeys_);
  }

 private:
  std::shared_ptr<const Grouping> grouping_;  // shared by the folds of all threads; never changes
  std::unique_ptr<RunningFold> inner_;
  std::shared_ptr<const GroupKey::Keys> keys_;  // of the part; shared with folds beside
  std::vector<std::int64_t> counted_;
  std::map<std::string, std::int64_t> journeys_;
};

}  // namespace

std::unique_ptr<RunningFold> group_by(GroupKey key, GroupAt at, const Scope& scope,
                                      std::unique_ptr<RunningFold> inner) {
  auto grouping = std::make_shared<const Grouping>(Grouping{std::move(key), at, scope});
  return std::make_unique<GroupCount>(std::move(grouping), std::move(inner));
}

}  // namespace peregrine
