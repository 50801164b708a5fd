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
  void drop_repeated(const StepTable& table);
  void find_places(const StepTable& table);
  void find_in_group(const Rules& rules, std::span<const Hit> hits);
  void find_entries(const Rules& rules, std::span<const Hit> hits);
  bool match(const Rules& rules, std::span<const Hit> hits, std::span<const Barrier> barriers, Starts starts,
             Match& found);
  bool match_from(const Rules& rules, std::span<const Hit> hits, std::size_t start, Match& found);
  bool is_over(const Rules& rules, const Match& found, const Hit& last) const;
  std::span<const Barrier>::iterator first_after(std::uint64_t row) const;
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
  // With rounded times: the events of one time to compare, and the rows of those that are another one again.
  struct Likeness {
    std::uint32_t code = 0;
    std::uint64_t steps = 0;
    std::uint64_t held = 0;
    std::uint64_t row = 0;
  };
  std::vector<Likeness> at_one_time_;
  std::vector<std::uint64_t> repeated_;
};

}  // namespace peregrine::funnel
