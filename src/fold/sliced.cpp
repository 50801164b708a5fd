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
    return with_folds([](const RunningFold& fold) { return fold.empty(); });
  }

  void enter(const Part& part) override {
    for (auto& fold : folds_) fold->enter(part);
  }
  void enter_beside(const RunningFold& other) override {
    const auto& same = dynamic_cast<const SlicedFold&>(other);
    for (std::size_t i = 0; i < folds_.size(); ++i) folds_[i]->enter_beside(*same.folds_[i]);
  }
  void observe(const JourneyBatch& batch) noexcept override {
    for (auto& fold : folds_) fold->observe(batch);
  }
  void leave() override {
    for (auto& fold : folds_) fold->leave();
  }

  void merge(const RunningFold& other) override {
    const auto& same = dynamic_cast<const SlicedFold&>(other);
    for (std::size_t i = 0; i < folds_.size(); ++i) folds_[i]->merge(*same.folds_[i]);
  }
  /// The folds are of one kind: either all have a next or none.
  std::unique_ptr<RunningFold> next() const override {
    if (folds_.empty() || folds_.front()->next() == nullptr) return nullptr;
    return with_folds([](const RunningFold& fold) { return fold.next(); });
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

  void save(Writer& out) override {
    out.put<std::uint64_t>(folds_.size());
    for (auto& fold : folds_) fold->save(out);
  }
  void load(Reader& in) override {
    if (in.size(1) != folds_.size()) in.fail("has other slices");
    for (auto& fold : folds_) fold->load(in);
  }

 private:
  template <class Make>
  std::unique_ptr<RunningFold> with_folds(Make&& make) const {
    std::vector<std::unique_ptr<RunningFold>> folds;
    for (const auto& fold : folds_) folds.push_back(make(*fold));
    return std::make_unique<SlicedFold>(period_, slices_, std::move(folds));
  }

  Bucket period_;
  std::shared_ptr<const Slices> slices_;  // shared by the folds of all threads; never changes
  std::vector<std::unique_ptr<RunningFold>> folds_;
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
