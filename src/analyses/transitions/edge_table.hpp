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

  /// Counts the passages of one journey: `say(add)` calls `add(edge, micros)` for each, with the time it took.
  template <class Say>
  void add_journey(Say&& say) {
    ++journey_;
    auto cells = table();  // kept in registers: the members would be read again for each passage
    say([this, &cells](std::uint32_t edge, std::int64_t micros) {
      auto* cell = cells.find(edge);
      if (cell == nullptr) {
        cell = &new_cell(edge);
        cells = table();
      }
      cell->journeys += cell->last != cells.journey ? 1 : 0;
      cell->last = cells.journey;
      if (cell->buckets != nullptr) {
        ++cell->buckets[statistics::TimeBuckets::find(micros)];
      } else {
        add_unsure(*cell, micros);
      }
    });
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

  /// The cells by hash, at most half full; once there is one for each edge, by edge.
  struct Table {
    Cell* cells;
    std::size_t last;  // place
    std::uint32_t factor;
    unsigned shift;
    std::uint32_t journey;

    std::size_t first_place(std::uint32_t edge) const { return (edge * factor) >> shift; }
    /// Null when the edge has no cell.
    Cell* find(std::uint32_t edge) const {
      auto place = first_place(edge);
      while (cells[place].edge != edge) {
        if (cells[place].edge == free) return nullptr;
        place = (place + 1) & last;
      }
      return cells + place;
    }
  };
  Table table() { return {cells_.data(), cells_.size() - 1, factor_, shift_, journey_}; }
  Cell& new_cell(std::uint32_t edge);
  Cell& free_cell(std::uint32_t edge);
  void clear_cells(std::size_t cells);
  void add_unsure(Cell& cell, std::int64_t micros);

  std::size_t count_;
  std::span<const std::uint8_t> many_;
  std::map<std::uint32_t, Edge> edges_;

  std::vector<Cell> cells_;
  std::uint32_t factor_ = 1;
  unsigned shift_ = 0;
  std::vector<statistics::TimeTally> tallies_;
  std::uint32_t journey_ = 0;  // number of the present journey in this part, from 1
};

}  // namespace peregrine::transitions
