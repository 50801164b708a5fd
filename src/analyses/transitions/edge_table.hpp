// The EdgeTable counts passages from one thing to another: how many, of how many journeys, and how long they took. An
// edge is known by a number; only those that occur take room. One thread at a time owns it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "statistics/time_tally.hpp"

namespace peregrine::transitions {

class EdgeTable {
 public:
  struct Edge {
    std::int64_t journeys = 0;
    statistics::TimeHistogram times;  // of each passage

    template <class Archive>
    void archive(Archive& archive) {
      archive(journeys, times);
    }
  };

  /// For edges 0 to `edges` - 1, which is below 2^32. `many`: by edge, whether its times are known to have more
  /// distinct values than a histogram keeps, which makes it fast; or empty. It must outlive the table.
  explicit EdgeTable(std::size_t edges, std::span<const std::uint8_t> many = {});

  void begin_journey() { ++journey_; }
  /// Counts a passage of the present journey that took so long.
  void add(std::uint32_t edge, std::int64_t micros) {
    auto& cell = cell_of(edge);
    cell.journeys += cell.last != journey_ ? 1 : 0;
    cell.last = journey_;
    if (cell.buckets != nullptr) {
      ++cell.buckets[statistics::TimeBuckets::find(micros)];
    } else {
      add_unsure(cell, micros);
    }
  }
  /// At the end of a part.
  void settle();
  void merge(const EdgeTable& other);

  /// Calls `visit(number, edge)` for the edges there were, in order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [number, edge] : edges_) visit(number, edge);
  }

  template <class Archive>
  void archive(Archive& archive) {
    archive(edges_);
    if constexpr (Archive::loading) {
      for (const auto& [number, edge] : edges_) {
        archive.require(number < count_, "counts transitions of other names");
        archive.require(0 < edge.journeys && edge.journeys <= edge.times.count(), "counts transitions that cannot be");
      }
    }
  }

 private:
  static constexpr std::uint32_t free = 0xffff'ffff;
  /// An edge in the present part.
  struct alignas(32) Cell {
    std::uint32_t* buckets = nullptr;  // of its tally, once that counts by bucket
    std::uint32_t edge = free;
    std::uint32_t tally = 0;
    std::uint32_t journeys = 0;
    std::uint32_t last = 0;  // the journey that was last counted
  };

  Cell& cell_of(std::uint32_t edge) {
    auto place = first_place(edge);
    while (cells_[place].edge != edge) {
      if (cells_[place].edge == free) return new_cell(edge);
      place = place_after(place);
    }
    return cells_[place];
  }
  std::size_t first_place(std::uint32_t edge) const { return (edge * factor_) >> shift_; }
  std::size_t place_after(std::size_t place) const { return (place + 1) & (cells_.size() - 1); }
  Cell& new_cell(std::uint32_t edge);
  Cell& free_cell(std::uint32_t edge);
  void clear_cells(std::size_t cells);
  void add_unsure(Cell& cell, std::int64_t micros);

  std::size_t count_;
  std::span<const std::uint8_t> many_;
  std::map<std::uint32_t, Edge> edges_;

  std::vector<Cell> cells_;   // by hash, at most half full; once that takes one for each edge, by edge
  std::uint32_t factor_ = 1;  // these two make a place in cells_
  unsigned shift_ = 0;
  std::vector<statistics::TimeTally> tallies_;
  std::uint32_t journey_ = 0;  // number of the present journey in this part, from 1
};

}  // namespace peregrine::transitions
