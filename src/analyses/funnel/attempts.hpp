// Attempts finds the entries of one journey: it lists the journey's hits, keeps apart those with different values of
// the held property, and asks the matcher of the funnel's order for the entry, or the entries, that count.
#pragma once

#include <span>
#include <vector>

#include "analyses/funnel/chain.hpp"
#include "analyses/funnel/collection.hpp"
#include "analyses/funnel/rolling.hpp"
#include "analyses/funnel/step_table.hpp"

namespace peregrine::funnel {

/// Owned by one thread: what it allocates is kept for the next journey.
class Attempts {
 public:
  /// The entries of the journey with the rows `begin` to `end` that count. Valid until the next call.
  std::span<const Match> find(const Rules& rules, const StepTable& table, std::uint64_t begin, std::uint64_t end);

 private:
  bool list(const Rules& rules, const StepTable& table, std::uint64_t begin, std::uint64_t end);
  void find_in_group(const Rules& rules, std::span<const Hit> hits);
  void find_entries(const Rules& rules, std::span<const Hit> hits);
  bool match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, Starts starts,
             Match& found);
  bool match_from(const Rules& rules, std::span<const Hit> hits, std::size_t start, Match& found);
  bool is_over(const Rules& rules, std::span<const Hit> hits, const Match& found, const Hit& last,
               std::int64_t deadline) const;
  std::span<const Barrier>::iterator first_after(std::uint64_t row) const;
  bool is_again(const StepTable& table, std::uint64_t row);
  void keep_best(const Match& found);
  std::span<const Barrier> barriers_of(const Rules& rules, std::span<const Hit> hits);

  ChainMatcher chain_;
  CollectionMatcher collection_;
  RollingMatcher rolling_;
  std::vector<Hit> hits_;
  std::vector<Barrier> barriers_;
  std::vector<Barrier> of_group_;
  std::span<const Barrier> acting_;
  std::vector<Match> found_;
  std::vector<std::vector<std::uint64_t>> rows_of_step_;  // count entries: the hits' rows and times, by step
  std::vector<std::vector<std::int64_t>> times_of_step_;
  struct Counted {
    std::uint64_t listing = 0;
    std::uint64_t row = 0;
  };
  std::vector<Counted> counted_;  // by event code: the last event that was listed, and when
  std::uint64_t listing_ = 0;     // the number of this list
};

}  // namespace peregrine::funnel
