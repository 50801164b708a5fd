// The CountingFold, for tests: a small fold that counts journeys and events, by position and by name, and adds values.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "fold/running_fold.hpp"

namespace peregrine {

class CountingState {
 public:
  struct Params {
    std::vector<std::string> events;
    static constexpr auto fields() { return std::make_tuple(field<&Params::events>("Events that get a row.")); }
  };
  struct Row {
    std::string event;
    std::int64_t journeys = 0;
    std::int64_t events = 0;
    static constexpr auto fields() {
      return std::make_tuple(field<&Row::event>("Name."), field<&Row::journeys>("Journeys with it."),
                             field<&Row::events>("Events of it."));
    }
  };
  struct Result {
    std::int64_t journeys = 0;
    std::int64_t events = 0;
    double value = 0;
    std::vector<Row> counts;
    std::map<std::string, std::int64_t> names;
    static constexpr auto fields() {
      return std::make_tuple(field<&Result::journeys>("Journeys with an event in range."),
                             field<&Result::events>("Events in range."), field<&Result::value>("Their value."),
                             field<&Result::counts>("A row an event asked for."),
                             field<&Result::names>("Events by name."));
    }
  };

  static ColumnRequest columns(const Params&) { return {.value = true}; }

  struct Binding {
    Binding(const Params& params, const Scope&, const Part& bound) : part(bound) {
      for (const auto& label : bound.labels) {
        const auto found = std::find(params.events.begin(), params.events.end(), label.event);
        row_of_code.push_back(static_cast<std::size_t>(found - params.events.begin()));
      }
    }
    const Part& part;
    std::vector<std::size_t> row_of_code;
  };

  CountingState(const Params& params, const Scope& scope) : params_(params), scope_(scope) {
    row_journeys_.resize(params.events.size());
    row_events_.resize(params.events.size());
  }

  void observe(const Binding& binding, const JourneyBatch& batch) noexcept {
    const auto& part = binding.part;
    by_code_.resize(part.labels.size());
    for (std::size_t i = 0; i < batch.size; ++i) {
      std::vector<std::uint8_t> seen(row_events_.size());
      bool any = false;
      for (auto row = batch.begin[i]; row < batch.end[i]; ++row) {
        if (!scope_.contains(part.time[row])) continue;
        any = true;
        ++events_;
        ++by_code_[part.event[row]];
        if (part.value.has(row)) value_ += part.value.integers[row];
        const auto place = binding.row_of_code[part.event[row]];
        if (place == seen.size()) continue;
        ++row_events_[place];
        seen[place] = 1;
      }
      journeys_ += any ? 1 : 0;
      for (std::size_t place = 0; place < seen.size(); ++place) row_journeys_[place] += seen[place];
    }
  }
  void settle(const Binding& binding) {
    for (std::size_t code = 0; code < by_code_.size(); ++code) {
      if (by_code_[code] > 0) by_name_[std::string(binding.part.labels[code].event)] += by_code_[code];
    }
    by_code_.clear();
  }
  void merge(const CountingState& other) {
    journeys_ += other.journeys_;
    events_ += other.events_;
    value_ += other.value_;
    for (std::size_t place = 0; place < row_events_.size(); ++place) {
      row_journeys_[place] += other.row_journeys_[place];
      row_events_[place] += other.row_events_[place];
    }
    for (const auto& [name, count] : other.by_name_) by_name_[name] += count;
  }
  Result finish() const {
    Result result{
        .journeys = journeys_, .events = events_, .value = amount_of(value_), .counts = {}, .names = by_name_};
    for (std::size_t place = 0; place < row_events_.size(); ++place) {
      result.counts.push_back({params_.events[place], row_journeys_[place], row_events_[place]});
    }
    return result;
  }
  void describe(Meta& meta) const {
    meta.policy.push_back({"count", "every event counts once"});
    if (events_ == 0) meta.undefined["/value"] = "there are no events";
  }
  template <class Archive>
  void archive(Archive& archive) {
    archive(journeys_, events_, value_, row_journeys_, row_events_, by_name_);
    if constexpr (Archive::loading) archive.require(row_events_.size() == params_.events.size(), "has other rows");
  }

 private:
  Params params_;
  Scope scope_;
  std::int64_t journeys_ = 0;
  std::int64_t events_ = 0;
  MoneySum value_ = 0;
  std::vector<std::int64_t> row_journeys_;
  std::vector<std::int64_t> row_events_;
  std::vector<std::int64_t> by_code_;
  std::map<std::string, std::int64_t> by_name_;
};

inline std::unique_ptr<RunningFold> counting_fold(std::vector<std::string> events, const Scope& scope = {}) {
  auto params = std::make_shared<const CountingState::Params>(CountingState::Params{std::move(events)});
  return std::make_unique<StateFold<CountingState>>(std::move(params), scope);
}

/// Shows a fold all journeys of a part as one batch.
inline void fold_whole(RunningFold& fold, const Part& part) {
  fold.enter(part);
  fold.observe({.size = part.journeys(), .begin = part.first.data(), .end = part.first.data() + 1});
  fold.leave();
}

inline json::object finish(const RunningFold& fold) {
  Meta ignored;
  return fold.finish(ignored);
}

}  // namespace peregrine
