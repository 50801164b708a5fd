#include "fold/grouped.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/error.hpp"

namespace peregrine {

namespace {

constexpr std::string_view other_group = "other";

std::optional<std::size_t> first_in_range(const Part& part, std::uint64_t begin, std::uint64_t end,
                                          const Scope& scope) {
  for (auto row = begin; row < end; ++row) {
    if (scope.contains(part.time[row])) return row;
  }
  return std::nullopt;
}

}  // namespace

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

/// Some journeys of a batch.
class Members {
 public:
  /// Journey i of the batch; each once.
  void add(const JourneyBatch& batch, std::size_t i) {
    begin_.push_back(batch.begin[i]);
    end_.push_back(batch.end[i]);
    journeys_.push_back(batch.journey(i));
  }
  bool empty() const { return journeys_.empty(); }
  std::uint64_t last() const { return journeys_.back(); }
  void clear() {
    begin_.clear();
    end_.clear();
    journeys_.clear();
  }
  /// Valid until the next change.
  JourneyBatch batch() const {
    return {.size = begin_.size(), .begin = begin_.data(), .end = end_.data(), .journeys = journeys_.data()};
  }

 private:
  std::vector<std::uint64_t> begin_;
  std::vector<std::uint64_t> end_;
  std::vector<std::uint64_t> journeys_;
};

/// To a figure of one group: only its members are asked.
class GroupContribution final : public Contribution {
 public:
  GroupContribution(std::unique_ptr<Contribution> inner, std::vector<bool> is_member)
      : inner_(std::move(inner)), is_member_(std::move(is_member)) {}

  bool of(const JourneyBatch& batch) override {
    members_.clear();
    for (std::size_t i = 0; i < batch.size; ++i) {
      if (is_member_[batch.journey(i)]) members_.add(batch, i);
    }
    return inner_->of(members_.batch());
  }

 private:
  std::unique_ptr<Contribution> inner_;
  std::vector<bool> is_member_;  // by journey of the part
  Members members_;
};

/// The groups that were kept.
struct Groups {
  std::vector<std::string> names;
  std::unordered_map<std::string, std::uint32_t> place;

  explicit Groups(std::vector<std::string> kept) : names(std::move(kept)) {
    for (std::uint32_t group = 0; group < names.size(); ++group) place.emplace(names[group], group);
  }
};

/// Second pass: a fold for each group that was kept, made when the group has its first journey.
class GroupedFold final : public RunningFold {
 public:
  GroupedFold(std::shared_ptr<const Grouping> grouping, std::shared_ptr<const Groups> groups,
              std::unique_ptr<RunningFold> inner)
      : grouping_(std::move(grouping)),
        groups_(std::move(groups)),
        neutral_(std::move(inner)),
        folds_(groups_->names.size()) {}

  std::unique_ptr<RunningFold> empty() const override {
    return std::make_unique<GroupedFold>(grouping_, groups_, neutral_->empty());
  }

  void enter(const Part& part) override {
    neutral_->enter(part);
    part_ = &part;
    for (auto& fold : folds_) {
      if (fold) fold->enter_beside(part, *neutral_);
    }
    groups_of_ = grouping_->keys(part, *neutral_);
    const auto group_of_key = groups(groups_of_.names);
    for (auto& place : groups_of_.places) place = group_of_key[place];
    members_.resize(folds_.size());
  }

  void observe(const JourneyBatch& batch) noexcept override {
    touched_.clear();
    for (std::size_t i = 0; i < batch.size; ++i) {
      const auto journey = batch.journey(i);
      for (const auto group : groups_of_.of(journey)) {
        auto& members = members_[group];
        if (members.empty()) touched_.push_back(group);
        if (members.empty() || members.last() != journey) members.add(batch, i);  // else it is twice in "other"
      }
    }
    for (const auto group : touched_) {
      if (!folds_[group]) made(group).enter_beside(*part_, *neutral_);
      folds_[group]->observe(members_[group].batch());
      members_[group].clear();
    }
  }
  void leave() override {
    for (auto& fold : folds_) {
      if (fold) fold->leave();
    }
    neutral_->leave();
    part_ = nullptr;
    groups_of_ = {};
  }

  void merge(const RunningFold& other) override {
    const auto& same = dynamic_cast<const GroupedFold&>(other);
    for (std::size_t group = 0; group < folds_.size(); ++group) {
      if (same.folds_[group]) made(group).merge(*same.folds_[group]);
    }
  }
  /// What follows is made from all groups together, so that it is the same for each and groups can be compared.
  std::unique_ptr<RunningFold> next() const override {
    const auto all = neutral_->empty();
    for (const auto& fold : folds_) {
      if (fold) all->merge(*fold);
    }
    auto next = all->next();
    return next ? std::make_unique<GroupedFold>(grouping_, groups_, std::move(next)) : nullptr;
  }
  json::object finish(Meta& meta) const override {
    json::array groups;
    const auto nobody = neutral_->empty();
    for (std::size_t group = 0; group < folds_.size(); ++group) {
      Meta inner;
      auto result = (folds_[group] ? folds_[group] : nobody)->finish(inner);
      meta.policy = std::move(inner.policy);
      for (const auto& [pointer, reason] : inner.undefined) {
        meta.undefined.emplace("/groups/" + std::to_string(group) + "/result" + pointer, reason);
      }
      groups.push_back(json::object{{"group", groups_->names[group]}, {"result", std::move(result)}});
    }
    meta.policy.push_back({"by", "journeys are grouped by " + grouping_->key.text() + " " + grouping_->at.words()});
    return {{"groups", std::move(groups)}};
  }
  /// The way is /groups, a row, /result and on into the group's own.
  std::unique_ptr<Contribution> contribution(const Part& part, Figure::Way way) const override {
    if (way.size() < 3 || way[0].member != "groups" || way[2].member != "result") return nullptr;
    const auto* name = way[1].row.if_contains("group");
    const auto& place = groups_->place;
    const auto group = name == nullptr ? place.end() : place.find(std::string(json::text_of(name->get_string())));
    auto inner = group == place.end() ? nullptr : neutral_->contribution(part, way.subspan(3));
    if (!inner) return nullptr;

    const auto asked = neutral_->empty();
    asked->enter(part);
    const auto keys = grouping_->keys(part, *asked);
    const auto group_of_key = groups(keys.names);
    std::vector<bool> is_member(part.journeys());
    for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
      const auto own = keys.of(journey);
      is_member[journey] =
          std::any_of(own.begin(), own.end(), [&](auto key) { return group_of_key[key] == group->second; });
    }
    return std::make_unique<GroupContribution>(std::move(inner), std::move(is_member));
  }

  void save(Writer& out) override {
    out.put<std::uint64_t>(folds_.size());
    for (std::size_t group = 0; group < folds_.size(); ++group) {
      out.put(std::string_view(groups_->names[group]));
      (folds_[group] ? *folds_[group] : *neutral_->empty()).save(out);
    }
  }
  void load(Reader& in) override {
    if (in.size(sizeof(std::uint64_t)) != folds_.size()) in.fail("has other groups");
    for (std::size_t group = 0; group < folds_.size(); ++group) {
      if (in.text() != groups_->names[group]) in.fail("has other groups");
      made(group).load(in);
    }
  }

 private:
  RunningFold& made(std::size_t group) {
    if (!folds_[group]) folds_[group] = neutral_->empty();
    return *folds_[group];
  }
  /// The group of each key.
  std::vector<std::uint32_t> groups(const std::vector<std::string>& keys) const {
    std::vector<std::uint32_t> groups;
    groups.reserve(keys.size());
    for (const auto& name : keys) {
      const auto found = groups_->place.find(name);
      groups.push_back(found == groups_->place.end() ? groups_->place.at(std::string(other_group)) : found->second);
    }
    return groups;
  }

  std::shared_ptr<const Grouping> grouping_;         // shared by the folds of all threads; never changes
  std::shared_ptr<const Groups> groups_;             // likewise
  std::unique_ptr<RunningFold> neutral_;             // never observes: holds what the groups share of a part
  std::vector<std::unique_ptr<RunningFold>> folds_;  // null: nobody has come
  const Part* part_ = nullptr;                       // that was entered
  GroupKey::Keys groups_of_;                         // of the part's journeys, as groups
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
    keys_ = grouping_->keys(part, *inner_);
    if (anchored) inner_->leave();
    counted_.assign(keys_.names.size(), 0);
  }
  void observe(const JourneyBatch& batch) noexcept override {
    for (std::size_t i = 0; i < batch.size; ++i) {
      for (const auto key : keys_.of(batch.journey(i))) ++counted_[key];
    }
  }
  void leave() override {
    for (std::size_t key = 0; key < counted_.size(); ++key) {
      if (counted_[key] > 0) journeys_[keys_.names[key]] += counted_[key];
    }
    keys_ = {};
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
    std::vector<std::string> groups;
    for (const auto& [name, count] : ranked) groups.push_back(name);
    // A key that is called "other" itself stands in one group with the rest.
    const bool named = std::find(groups.begin(), groups.end(), other_group) != groups.end();
    if (cut && !named) groups.emplace_back(other_group);
    return std::make_unique<GroupedFold>(grouping_, std::make_shared<const Groups>(std::move(groups)), inner_->empty());
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
  GroupKey::Keys keys_;  // of the part
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
