// How many events and journeys a question saw, and how many of the events have a guessed label: counted in the same
// scan when a range or a filter narrows the data, or when there are guesses.
#pragma once

#include "fold/running_fold.hpp"

namespace peregrine::engine {

class Extent final : public RunningFold {
 public:
  explicit Extent(const Scope& scope) : scope_(scope) {}

  std::int64_t events() const { return events_; }
  std::int64_t journeys() const { return journeys_; }
  /// Counted only where the part's event codes are read.
  std::int64_t guessed() const { return guessed_; }

  std::unique_ptr<RunningFold> empty() const override { return std::make_unique<Extent>(scope_); }
  void enter(const Part& part) override;
  void observe(const JourneyBatch& batch) noexcept override;
  void leave() override { part_ = nullptr; }
  void merge(const RunningFold& other) override;
  json::object finish(Meta& meta) const override;
  void save(Writer& out) override;
  void load(Reader& in) override;

 private:
  Scope scope_;
  const Part* part_ = nullptr;
  bool counts_guesses_ = false;
  std::int64_t events_ = 0;
  std::int64_t journeys_ = 0;
  std::int64_t guessed_ = 0;
};

}  // namespace peregrine::engine
