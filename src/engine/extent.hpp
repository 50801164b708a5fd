// How many events and journeys a question saw: counted in the same scan when a range or a filter narrows the data.
#pragma once

#include "fold/running_fold.hpp"

namespace peregrine::engine {

class Extent final : public RunningFold {
 public:
  explicit Extent(const Scope& scope) : scope_(scope) {}

  std::int64_t events() const { return events_; }
  std::int64_t journeys() const { return journeys_; }

  std::unique_ptr<RunningFold> empty() const override { return std::make_unique<Extent>(scope_); }
  void enter(const Part& part) override { part_ = &part; }
  void enter_beside(const RunningFold& other) override { part_ = dynamic_cast<const Extent&>(other).part_; }
  void observe(const JourneyBatch& batch) noexcept override;
  void leave() override { part_ = nullptr; }
  void merge(const RunningFold& other) override;
  json::object finish(Meta& meta) const override;
  void save(Writer& out) override;
  void load(Reader& in) override;

 private:
  Scope scope_;
  const Part* part_ = nullptr;
  std::int64_t events_ = 0;
  std::int64_t journeys_ = 0;
};

}  // namespace peregrine::engine
