// The second pass of `transitions` counts what the first chose: edges, starts, ends, steps and variants, by place in
// the Choice.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "analyses/transitions/choice.hpp"
#include "analyses/transitions/edge_table.hpp"

namespace peregrine::transitions {

/// The unrolled journeys: nodes by step, and the passages from each step to the next.
struct StepCounts {
  struct Passage {
    std::int64_t journeys = 0;
    statistics::TimeHistogram times;  // empty where journeys end

    template <class Archive>
    void archive(Archive& archive) {
      archive(journeys, times);
    }
  };
  std::vector<std::int64_t> nodes;  // by place in the step's names
  std::vector<Passage> passages;    // by place, and place in the next step's names, whose last is the end

  template <class Archive>
  void archive(Archive& archive) {
    const auto [places, pairs] = std::pair(nodes.size(), passages.size());
    archive(nodes, passages);
    if constexpr (Archive::loading) {
      archive.require(nodes.size() == places && passages.size() == pairs, "counts other steps");
    }
  }
};

/// One thread at a time owns it.
class Counting {
 public:
  /// Places in the Choice, by place in a part. Read-only.
  struct Places {
    Places(const Choice& choice, std::span<const std::string_view> names);
    std::vector<std::uint32_t> names;
    std::vector<std::vector<std::uint32_t>> steps;
    std::vector<std::uint32_t> variants;
  };

  Counting(const Params& params, const Choice& choice);

  void observe(const Sequences& sequences, const Places& places, const JourneyBatch& batch);
  void settle() { edges_.settle(); }
  void merge(const Counting& other);

  std::int64_t journeys() const { return journeys_; }
  const EdgeTable& edges() const { return edges_; }
  const std::vector<std::int64_t>& starts() const { return starts_; }
  const std::vector<std::int64_t>& ends() const { return ends_; }
  const std::vector<StepCounts>& steps() const { return steps_; }
  /// By place in the Choice; the last is of journeys on other ways.
  const std::vector<std::int64_t>& variants() const { return variants_; }

  template <class Archive>
  void archive(Archive& archive) {
    const auto [names, ways] = std::pair(starts_.size(), variants_.size());
    archive(journeys_, edges_, starts_, ends_, variants_);
    for (auto& step : steps_) archive(step);
    if constexpr (Archive::loading) {
      archive.require(starts_.size() == names && ends_.size() == names && variants_.size() == ways,
                      "counts other names");
    }
  }

 private:
  template <class Place>
  void count(const Sequence<Place>& sequence, const Places& places);
  template <class Place>
  void count_steps(const Sequence<Place>& sequence, const Places& places);
  template <class Place>
  void count_variant(const Sequence<Place>& sequence, const Places& places);

  bool collapse_;
  const Variants& chosen_;  // of the Choice, which outlives this
  std::size_t longest_chosen_ = 0;

  std::int64_t journeys_ = 0;
  EdgeTable edges_;
  std::vector<std::int64_t> starts_;
  std::vector<std::int64_t> ends_;
  std::vector<std::int64_t> variants_;
  std::vector<StepCounts> steps_;

  Sequences::Room room_;
  std::vector<std::uint32_t> sequence_;  // the variant of one journey
};

}  // namespace peregrine::transitions
