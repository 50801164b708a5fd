#include "fold/grouped.hpp"

#include <algorithm>
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
  std::uint32_t place(std::string_view name) {
    if (const auto found = places_.find(std::string(name)); found != places_.end()) return found->second;
    const auto place = static_cast<std::uint32_t>(names_.size());
    places_.emplace(name, place);
    names_.emplace_back(name);
    return place;
  }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  std::unordered_map<std::string, std::uint32_t> places_;
  std::vector<std::string> names_;
};

std::optional<std::size_t> first_in_range(const Part& part, std::size_t journey, const Scope& scope) {
  for (auto row = part.first[journey]; row < part.first[journey + 1]; ++row) {
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
  if (text.starts_with("now.")) {
    key.from_ = From::trait_now;
    text.remove_prefix(4);
  } else if (text.starts_with("then.")) {
    text.remove_prefix(5);
  }
  if (text.starts_with(property_prefix)) text.remove_prefix(property_prefix.size());
  if (text.empty()) throw Error(ErrorKind::invalid, std::string(where), "names no column", "such as channel");
  key.column_ = text;
  return key;
}

ColumnRequest GroupKey::columns() const {
  ColumnRequest request{.event = from_ >= From::event && from_ <= From::kind};
  if (!column_.empty()) request.properties.push_back(column_);
  return request;
}

void GroupKey::check(std::span<const std::string_view> columns) const {
  if (column_.empty() || std::find(columns.begin(), columns.end(), column_) != columns.end()) return;
  std::vector<std::string_view> names(columns.begin(), columns.end());
  names.insert(names.end(),
               {"event", "touchpoint", "role", "kind", "known", "cohort.day", "cohort.week", "cohort.month"});
  throw Error(ErrorKind::invalid, where_, "there is no column \"" + column_ + "\"", propose(column_, names));
}

GroupKey::Keys GroupKey::keys(const Part& part, const Scope& scope, const Zone& zone) const {
  Keys out;
  out.of_journey.assign(part.journeys(), none);
  KeyList list;
  const auto column = column_.empty() ? ColumnView{} : part.property(column_);
  const bool is_trait = column_.starts_with("trait.");
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    const auto anchor = first_in_range(part, journey, scope);
    if (!anchor) continue;
    const auto& place = [&]() -> std::uint32_t {
      const auto label = [&]() -> const Label& { return part.labels[part.event[*anchor]]; };
      switch (from_) {
        case From::event: return list.place(label().event);
        case From::touchpoint: return list.place(label().touchpoint);
        case From::role: return list.place(label().role == Role::none ? no_key : name_of(label().role));
        case From::kind: return list.place(label().kind == Kind::none ? no_key : name_of(label().kind));
        case From::known: return list.place(part.known(journey) ? "true" : "false");
        case From::cohort_day: return list.place(format_bucket(part.time[*anchor], Bucket::day, zone));
        case From::cohort_week: return list.place(format_bucket(part.time[*anchor], Bucket::week, zone));
        case From::cohort_month: return list.place(format_bucket(part.time[*anchor], Bucket::month, zone));
        case From::column:
        case From::trait_now: break;
      }
      const auto said = from_ == From::trait_now ? last_said(column, part.first[journey], part.first[journey + 1])
                        : is_trait               ? last_said(column, part.first[journey], *anchor + 1)
                        : column.has(*anchor)    ? std::optional(*anchor)
                                                 : std::nullopt;
      return list.place(said ? text_of(column, *said) : std::string(no_key));
    }();
    out.of_journey[journey] = place;
  }
  out.names = list.take();
  return out;
}

namespace {

struct Grouping {
  GroupKey key;
  Scope scope;
  Zone zone;
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
    const auto keys = grouping_->key.keys(part, grouping_->scope, grouping_->zone);
    std::vector<std::uint32_t> group_of_key;
    for (const auto& name : keys.names) {
      const auto found = place_.find(name);
      group_of_key.push_back(found == place_.end() ? place_.at(std::string(other_group)) : found->second);
    }
    auto group_of = std::make_shared<std::vector<std::uint32_t>>(part.journeys(), GroupKey::none);
    for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
      const auto key = keys.of_journey[journey];
      if (key != GroupKey::none) (*group_of)[journey] = group_of_key[key];
    }
    group_of_ = std::move(group_of);
    members_.resize(folds_.size());
  }
  void enter_beside(const RunningFold& other) override {
    const auto& same = dynamic_cast<const GroupedFold&>(other);
    neutral_->enter_beside(*same.neutral_);
    for (auto& fold : folds_) fold->enter_beside(*same.neutral_);
    group_of_ = same.group_of_;
    members_.resize(folds_.size());
  }

  void observe(const JourneyBatch& batch) noexcept override {
    touched_.clear();
    for (std::size_t i = 0; i < batch.size; ++i) {
      const auto group = (*group_of_)[batch.journey(i)];
      if (group == GroupKey::none) continue;
      auto& members = members_[group];
      if (members.begin.empty()) touched_.push_back(group);
      members.begin.push_back(batch.begin[i]);
      members.end.push_back(batch.end[i]);
      members.journeys.push_back(batch.journey(i));
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
    group_of_.reset();
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
    meta.policy.push_back(
        {"by", "journeys are grouped by " + grouping_->key.text() + " at their first event in range"});
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
  std::shared_ptr<const std::vector<std::uint32_t>> group_of_;  // of the part's journeys; shared with folds beside
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
    keys_ = std::make_shared<const GroupKey::Keys>(grouping_->key.keys(part, grouping_->scope, grouping_->zone));
    counted_.assign(keys_->names.size(), 0);
  }
  void enter_beside(const RunningFold& other) override {
    keys_ = dynamic_cast<const GroupCount&>(other).keys_;
    counted_.assign(keys_->names.size(), 0);
  }
  void observe(const JourneyBatch& batch) noexcept override {
    for (std::size_t i = 0; i < batch.size; ++i) {
      const auto key = keys_->of_journey[batch.journey(i)];
      if (key != GroupKey::none) ++counted_[key];
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

std::unique_ptr<RunningFold> group_by(GroupKey key, const Scope& scope, const Zone& zone,
                                      std::unique_ptr<RunningFold> inner) {
  auto grouping = std::make_shared<const Grouping>(Grouping{std::move(key), scope, zone});
  return std::make_unique<GroupCount>(std::move(grouping), std::move(inner));
}

}  // namespace peregrine
