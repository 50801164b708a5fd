#include "fold/sliced.hpp"

#include "base/check.hpp"
#include "base/error.hpp"

namespace peregrine {

namespace {

/// `2026-02-01` where a day begins, else with the time of day: what `from` would read as this moment.
std::string format_start(Time time, const Zone& zone) {
  if (begin_of_bucket(time, Bucket::day, zone) == time) return format_bucket(time.micros, Bucket::day, zone);
  return zone.format(time);
}

class SlicedFold final : public RunningFold {
 public:
  using Slices = std::vector<Slice>;

  SlicedFold(Bucket period, std::shared_ptr<const Slices> slices, std::vector<std::unique_ptr<RunningFold>> folds)
      : period_(period), slices_(std::move(slices)), folds_(std::move(folds)) {
    PEREGRINE_CHECK(folds_.size() == slices_->size());
  }

  std::unique_ptr<RunningFold> empty() const override {
    std::vector<std::unique_ptr<RunningFold>> folds;
    for (const auto& fold : folds_) folds.push_back(fold->empty());
    return std::make_unique<SlicedFold>(period_, slices_, std::move(folds));
  }

  void enter(const Part& part) override { part_ = &part; }
  void observe(const JourneyBatch& batch) noexcept override { batches_.push_back(batch); }
  /// The slices see the part one after the other, so that what they prepare of it (a filter's mask, a group for each
  /// journey) is held for one of them and not for all.
  void leave() override {
    for (auto& fold : folds_) {
      fold->enter(*part_);
      for (const auto& batch : batches_) fold->observe(batch);
      fold->leave();
    }
    batches_.clear();
    part_ = nullptr;
  }

  void merge(const RunningFold& other) override {
    const auto& same = dynamic_cast<const SlicedFold&>(other);
    for (std::size_t i = 0; i < folds_.size(); ++i) folds_[i]->merge(*same.folds_[i]);
  }
  /// When some slices have a next, those that were at their last run it again: all are of one pass.
  std::unique_ptr<RunningFold> next() const override {
    std::vector<std::unique_ptr<RunningFold>> folds;
    bool again = false;
    for (const auto& fold : folds_) {
      folds.push_back(fold->next());
      again = again || folds.back() != nullptr;
    }
    if (!again) return nullptr;
    for (std::size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] == nullptr) folds[i] = folds_[i]->empty();
    }
    return std::make_unique<SlicedFold>(period_, slices_, std::move(folds));
  }
  json::object finish(Meta& meta) const override {
    json::array slices;
    for (std::size_t i = 0; i < folds_.size(); ++i) {
      Meta inner;
      auto result = folds_[i]->finish(inner);
      meta.policy = std::move(inner.policy);
      for (const auto& [pointer, reason] : inner.undefined) {
        meta.undefined.emplace("/slices/" + std::to_string(i) + "/result" + pointer, reason);
      }
      slices.push_back(json::object{{"start", (*slices_)[i].start}, {"result", std::move(result)}});
    }
    meta.policy.push_back(
        {"over", "one result for each " + std::string(enum_names(Bucket{})[static_cast<std::size_t>(period_)]) +
                     ", as if it alone were the range; `where` is decided once, for the whole range"});
    return {{"slices", std::move(slices)}};
  }
  /// The way is /slices, a row, /result and on into the slice's own.
  std::unique_ptr<Contribution> contribution(const Part& part, Figure::Way way) const override {
    if (way.size() < 3 || way[0].member != "slices" || way[2].member != "result") return nullptr;
    const auto* start = way[1].row.if_contains("start");
    for (std::size_t i = 0; i < folds_.size(); ++i) {
      if (start != nullptr && reads_as((*slices_)[i].start, *start))
        return folds_[i]->contribution(part, way.subspan(3));
    }
    return nullptr;
  }

  void save(Writer& out) override {
    out.put<std::uint64_t>(folds_.size());
    for (auto& fold : folds_) fold->save(out);
  }
  void load(Reader& in) override {
    if (in.size(1) != folds_.size()) in.fail("has other slices");
    for (auto& fold : folds_) fold->load(in);
  }

 private:
  Bucket period_;
  std::shared_ptr<const Slices> slices_;  // shared by the folds of all threads; never changes
  std::vector<std::unique_ptr<RunningFold>> folds_;
  const Part* part_ = nullptr;         // that was entered
  std::vector<JourneyBatch> batches_;  // of it
};

}  // namespace

std::vector<Slice> cut_range(const Scope& scope, Time oldest, Bucket period, std::string_view where) {
  const bool from_is_open = scope.from == Time::earliest();
  const bool to_is_open = scope.to == Time::latest();
  const auto from = from_is_open ? oldest : scope.from;
  std::vector<Slice> slices;
  for (int i = 0;; ++i) {
    Slice slice{.start = {}, .scope = scope};
    slice.scope.from = begin_of_bucket(from, period, scope.zone, i);
    slice.scope.to = begin_of_bucket(from, period, scope.zone, i + 1);
    if (to_is_open ? slice.scope.from > scope.newest : slice.scope.from >= scope.to) return slices;
    if (slices.size() == max_slices) {
      throw Error(ErrorKind::invalid, std::string(where), "makes more than " + std::to_string(max_slices) + " results",
                  "ask for longer periods or a shorter range");
    }
    slice.scope.from = std::max(slice.scope.from, scope.from);
    slice.scope.to = std::min(slice.scope.to, scope.to);
    slice.start = format_start(slice.scope.from, scope.zone);
    slices.push_back(std::move(slice));
  }
}

std::unique_ptr<RunningFold> fold_over(Bucket period, std::vector<Slice> slices,
                                       std::vector<std::unique_ptr<RunningFold>> folds) {
  return std::make_unique<SlicedFold>(period, std::make_shared<const std::vector<Slice>>(std::move(slices)),
                                      std::move(folds));
}

}  // namespace peregrine
