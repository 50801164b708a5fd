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

/// A step of the unrolled journeys.
struct StepCounts {
  std::vector<std::int64_t> nodes;  // journeys by place in the step's names
  std::uint32_t first_passage = 0;  // number of the edge from the step's first place to the next step's first
  std::uint32_t targets = 0;        // places of the next step, and the end; 0 for the last step

  std::uint32_t passage(std::uint32_t source, std::uint32_t target) const {
    return first_passage + source * targets + target;
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
  void settle();
  void merge(const Counting& other);

  std::int64_t journeys() const { return journeys_; }
  const EdgeTable& edges() const { return edges_; }
  const std::vector<std::int64_t>& starts() const { return starts_; }
  const std::vector<std::int64_t>& ends() const { return ends_; }
  const std::vector<StepCounts>& steps() const { return steps_; }
  /// From each step to the next, by StepCounts::passage. Those to the end have no times.
  const EdgeTable& passages() const { return passages_; }
  /// By place in the Choice; the last is of journeys on other ways.
  const std::vector<std::int64_t>& variants() const { return variants_; }

  template <class Archive>
  void archive(Archive& archive) {
    const auto [names, ways] = std::pair(starts_.size(), variants_.size());
    archive(journeys_, edges_, starts_, ends_, variants_, passages_);
    if constexpr (Archive::loading) {
      archive.require(starts_.size() == names && ends_.size() == names && variants_.size() == ways,
                      "counts other names");
    }
    for (auto& step : steps_) {
      const auto places = step.nodes.size();
      archive(step.nodes);
      if constexpr (Archive::loading) archive.require(step.nodes.size() == places, "counts other steps");
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
  EdgeTable edges_;  // source · names + target
  std::vector<std::int64_t> starts_;
  std::vector<std::int64_t> ends_;
  std::vector<std::int64_t> variants_;
  std::vector<StepCounts> steps_;
  EdgeTable passages_;

  Sequences::Room room_;
  std::vector<std::uint32_t> sequence_;  // the variant of one journey
};

}  // namespace peregrine::transitions
