// RowOrder brings the rows of a partition into the order of journeys and, inside each, of events.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/all_rows.hpp"
#include "store/journeys.hpp"
#include "store/merge_rules.hpp"
#include "store/room.hpp"

namespace peregrine::store {

/// Whether event `a` comes before event `b` of the same journey: time, sequence, source, the customer id it came with
/// (where the source keeps no places), row in the source; then what the event says, for rows that one place gave.
class EventOrder {
 public:
  EventOrder(const AllRows& rows, const MergeRules& rules) : rows_(rows), rules_(rules) {}
  bool operator()(std::uint32_t a, std::uint32_t b) const;

 private:
  const AllRows& rows_;
  const MergeRules& rules_;
};

class RowOrder {
 public:
  /// Sorts the rows that have a journey and forgets others.
  void sort(const AllRows& rows, const Journeys& journeys, const MergeRules& rules);

  /// The rows of the journey journeys.order()[i] are rows()[first()[i]] up to rows()[first()[i + 1]].
  std::span<const std::uint32_t> rows() const { return rows_; }
  const std::vector<std::uint64_t>& first() const { return first_; }
  /// Gives away the time of each of rows(); the memory of `into` is used for those to come.
  void take_times(std::vector<std::int64_t>& into) { into.swap(times_); }

  /// Leaves out the rows for which `repeated`, called with each journey's place and rows, has set 1. It gets a list of
  /// zeros, one a row.
  template <class Repeated>
  void leave_out(Repeated&& repeated) {
    std::vector<std::uint8_t> out;
    std::uint64_t kept = 0, begin = 0;
    for (std::size_t journey = 0; journey + 1 < first_.size(); ++journey) {
      const std::uint64_t end = first_[journey + 1];
      out.assign(end - begin, 0);
      repeated(journey, std::span<const std::uint32_t>(rows_.subspan(begin, end - begin)), out);
      for (auto i = begin; i < end; ++i) {
        if (out[i - begin] != 0) continue;
        rows_[kept] = rows_[i];
        times_[kept++] = times_[i];
      }
      first_[journey + 1] = kept;
      begin = end;
    }
    rows_ = rows_.first(kept);
    times_.resize(kept);
  }

 private:
  struct Keys;

  void count(const Journeys& journeys);
  Keys scatter(const AllRows& all, const Journeys& journeys);
  void sort_journey(const Keys& keys, std::size_t begin, std::size_t end, const EventOrder& order);
  void read_times(const AllRows& all);

  Room keys_room_;
  Room rows_room_;
  Room flat_room_;
  std::vector<std::uint32_t> next_;  // by number of a journey
  std::vector<std::uint64_t> first_;
  std::span<std::uint32_t> rows_;
  std::vector<std::int64_t> times_;
};

}  // namespace peregrine::store
