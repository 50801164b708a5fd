// The first pass of `transitions` counts names, steps and variants, and chooses those that get a row. The second pass
// counts those and puts the rest together as "other": so every row, "other" too, has its customers behind it.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyses/transitions/sequence.hpp"
#include "analyses/transitions/variants.hpp"
#include "base/hash.hpp"
#include "statistics/time_tally.hpp"

namespace peregrine::transitions {

/// The node after the last step of a journey.
inline constexpr std::string_view end_of_journey = "(end)";

/// Names that were chosen from all there are; the last is "other" when some are left out.
struct ChosenNames {
  std::vector<std::string> names;
  std::int64_t left_out = 0;

  /// The `count` with the largest figures, then by name. One that is called "other" itself stands in with the rest.
  /// `taken` means something else already, so that a name that is called so goes with the rest.
  static ChosenNames of(const std::map<std::string, std::int64_t>& counted, std::size_t count,
                        std::string_view taken = {});
  /// The place of each of a part's names.
  std::vector<std::uint32_t> places(std::span<const std::string_view> part_names) const;
};

/// Never changes once made.
struct Choice {
  ChosenNames names;
  std::vector<ChosenNames> steps;
  Variants variants;                   // those chosen, in the order of their rows
  std::int64_t distinct_variants = 0;  // of which they were chosen
  std::int64_t longest_variant = 0;    // length of the longest that could be chosen; 0: any
  /// By source and target of names: whether a sample proved that the times between them will be counted by bucket.
  std::vector<std::uint8_t> many_times;

  /// Of what was chosen. The sample does not belong to it: it changes how fast counting is, and whether a
  /// group's own few times are counted exactly or by bucket, at most 1 % off.
  Hash128 hash() const;
};

/// The length of variants above which there is no room, as far as is known. Any thread.
using VariantBound = std::atomic<std::size_t>;

/// One thread at a time owns it.
class Choosing {
 public:
  explicit Choosing(const Params& params, std::size_t variant_room = Variants::usual_room);

  void observe(const Sequences& sequences, const JourneyBatch& batch);
  void settle(const Sequences& sequences);
  void merge(const Choosing& other);
  void share(VariantBound& bound);
  Choice choose() const;

  template <class Archive>
  void archive(Archive& archive) {
    archive(events_, steps_, variants_, times_);
    if constexpr (Archive::loading) archive.require(steps_.size() == depth_, "has other steps");
  }

 private:
  using Counts = std::map<std::string, std::int64_t>;

  template <class Place>
  void count_events(const Place* places, std::size_t count);
  template <class Place>
  void count(const Sequence<Place>& sequence, std::span<const std::string_view> names);
  template <class Place>
  void sample_times(const Sequence<Place>& sequence, std::size_t names);
  template <class Place>
  void count_variant(const Sequence<Place>& sequence, std::span<const std::string_view> names);

  std::size_t most_names_;
  std::size_t most_variants_;
  std::size_t depth_;
  std::size_t top_;
  bool collapse_;

  Counts events_;              // by name
  std::vector<Counts> steps_;  // journeys by step and name
  Variants variants_;
  std::map<std::pair<std::string, std::string>, statistics::ManyTimes> times_;  // by source and target, of the sample

  Sequences::Room room_;
  static constexpr std::size_t lanes = 4;              // one name's events are counted in turns, that none waits
  std::vector<std::int64_t> events_here_;              // by place in the present part, like those below, and lane
  std::vector<std::vector<std::int64_t>> steps_here_;  // by step
  std::vector<statistics::ManyTimes> times_here_;      // by source and target, of the sample
  std::size_t to_sample_ = 0;                          // transitions that are still to be looked at
  std::vector<std::uint32_t> variant_name_;            // place in the names of variants_
  std::vector<std::uint32_t> sequence_;                // the variant of one journey
};

}  // namespace peregrine::transitions
