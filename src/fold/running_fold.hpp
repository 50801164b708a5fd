// A RunningFold is any fold behind one interface: what the engine drives, and what combinators wrap and are.
// One thread at a time owns it. Order of calls: enter(part), observe(batch)…, leave(), for each part; then merge,
// finish.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "fold/archive.hpp"
#include "fold/figure_reader.hpp"
#include "fold/fold.hpp"

namespace peregrine {

/// Says which journeys of one part contribute to one figure. One thread at a time owns it; the part must outlive it.
class Contribution {
 public:
  virtual ~Contribution() = default;
  /// True when the figure, folded from these journeys alone, is other than 0.
  virtual bool of(const JourneyBatch& batch) = 0;
};

class RunningFold {
 public:
  virtual ~RunningFold() = default;

  /// The empty fold with the same parameters: neutral in merge.
  virtual std::unique_ptr<RunningFold> empty() const = 0;

  virtual void enter(const Part& part) = 0;
  /// Enters the part that `other`, a fold of the same parameters, has entered: what it prepared may be shared.
  virtual void enter_beside(const Part& part, [[maybe_unused]] const RunningFold& other) { enter(part); }
  virtual void observe(const JourneyBatch& batch) noexcept = 0;
  virtual void leave() = 0;

  /// Where the journey in these rows of the entered part stands in what the fold counts: the events that filled a
  /// funnel's steps, in their order, `no_row` for a step not filled. Nothing for a journey that is not counted, and in
  /// folds that name no such events, whose anchor is a journey's first event in range.
  static constexpr std::uint64_t no_row = ~std::uint64_t{0};
  virtual void find_anchors([[maybe_unused]] std::uint64_t begin, [[maybe_unused]] std::uint64_t end,
                            std::vector<std::uint64_t>& rows) {
    rows.clear();
  }

  virtual void merge(const RunningFold& other) = 0;
  /// The fold that must run over the same events next, made from what this one has learnt; null when this is the last.
  virtual std::unique_ptr<RunningFold> next() const { return nullptr; }
  virtual json::object finish(Meta& meta) const = 0;
  /// To the figure of the result to which `way` leads; null when it has none, so that no journey contributes.
  virtual std::unique_ptr<Contribution> contribution([[maybe_unused]] const Part& part,
                                                     [[maybe_unused]] Figure::Way way) const {
    return nullptr;
  }

  virtual void save(Writer& out) = 0;
  virtual void load(Reader& in) = 0;
};

/// Of a State: it is made and finished anew for each answer, but neither described nor written as JSON.
template <Fold S>
class StateContribution final : public Contribution {
 public:
  StateContribution(std::shared_ptr<const typename S::Params> params, const Scope& scope, const Part& part,
                    FigureReader<typename S::Result> counts)
      : params_(std::move(params)), scope_(scope), binding_(*params_, scope, part), counts_(std::move(counts)) {}

  bool of(const JourneyBatch& batch) override {
    state_.emplace(*params_, scope_);
    state_->observe(binding_, batch);
    state_->settle(binding_);
    return counts_(state_->finish());
  }

 private:
  std::shared_ptr<const typename S::Params> params_;  // shared with the fold
  Scope scope_;
  typename S::Binding binding_;
  FigureReader<typename S::Result> counts_;
  std::optional<S> state_;
};

/// The RunningFold of a State.
template <Fold S>
class StateFold final : public RunningFold {
 public:
  using Params = typename S::Params;
  using Binding = typename S::Binding;

  StateFold(std::shared_ptr<const Params> params, const Scope& scope)
      : params_(std::move(params)), scope_(scope), state_(*params_, scope) {
    if constexpr (Sharing<S>) shared_ = std::make_shared<typename S::Shared>();
  }

  std::unique_ptr<RunningFold> empty() const override {
    auto made = std::make_unique<StateFold>(params_, scope_);
    made->shared_ = shared_;
    return made;
  }

  void enter(const Part& part) override {
    binding_ = std::make_shared<const Binding>(*params_, scope_, part);
    share();
  }
  void enter_beside(const Part&, const RunningFold& other) override {
    binding_ = same(other).binding_;
    share();
  }
  void observe(const JourneyBatch& batch) noexcept override { state_.observe(*binding_, batch); }
  void leave() override {
    state_.settle(*binding_);
    binding_.reset();
  }

  void find_anchors(std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& rows) override {
    rows.clear();
    if constexpr (Anchored<S>) state_.find_anchors(*binding_, begin, end, rows);
  }

  void merge(const RunningFold& other) override {
    state_.merge(same(other).state_);
    share();
  }
  std::unique_ptr<RunningFold> next() const override {
    if constexpr (requires { state_.next(); }) {
      if (auto params = state_.next()) {
        return std::make_unique<StateFold>(std::make_shared<const Params>(*std::move(params)), scope_);
      }
    }
    return nullptr;
  }
  json::object finish(Meta& meta) const override {
    state_.describe(meta);
    return write_fields(state_.finish());
  }
  std::unique_ptr<Contribution> contribution(const Part& part, Figure::Way way) const override {
    auto counts = FigureIn<typename S::Result>::reader(way);
    if (!counts) return nullptr;
    auto params = params_;
    if constexpr (requires { S::for_few(*params_); }) params = std::make_shared<const Params>(S::for_few(*params_));
    return std::make_unique<StateContribution<S>>(std::move(params), scope_, part, std::move(counts));
  }

  void save(Writer& out) override {
    Saver saver(out);
    state_.archive(saver);
  }
  void load(Reader& in) override {
    Loader loader(in);
    state_.archive(loader);
  }

 private:
  struct Nothing {};
  template <class T>
  struct SharedOf {
    using Type = Nothing;
  };
  template <Sharing T>
  struct SharedOf<T> {
    using Type = typename T::Shared;
  };

  void share() {
    if constexpr (Sharing<S>) state_.share(*shared_);
  }

  static const StateFold& same(const RunningFold& other) { return dynamic_cast<const StateFold&>(other); }

  std::shared_ptr<const Params> params_;  // shared by all folds of one question; never changes
  Scope scope_;
  S state_;
  std::shared_ptr<typename SharedOf<S>::Type> shared_;  // by all folds of one question
  std::shared_ptr<const Binding> binding_;  // shared by the folds of one thread that have entered the same part
};

}  // namespace peregrine
