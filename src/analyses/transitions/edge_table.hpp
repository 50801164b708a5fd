// The EdgeTable counts transitions between places 0 to n - 1: how many, of how many journeys, and how long they took.
// One thread at a time owns it.
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
    statistics::TimeHistogram times;  // of each transition

    template <class Archive>
    void archive(Archive& archive) {
      archive(journeys, times);
    }
  };

  /// `many`: by source and target, whether its times are known to have more distinct values than a histogram keeps.
  /// It must outlive the table.
  EdgeTable(std::size_t places, std::span<const std::uint8_t> many)
      : places_(places), many_(many), cells_(places * places) {}

  /// Counts the transitions of one journey: `place(i)` and `times[i]` for i < size. Each journey once.
  template <class PlaceOf>
  void add_journey(std::size_t size, PlaceOf&& place, const std::int64_t* times) {
    ++journey_;
    auto source = place(0);
    for (std::size_t i = 1; i < size; ++i) {
      const auto target = place(i);
      auto& cell = cells_[source * places_ + target];
      if (cell.edge == 0) cell.edge = new_edge(source * places_ + target);
      auto& here = here_[cell.edge - 1];
      here.journeys += cell.last != journey_ ? 1 : 0;
      cell.last = journey_;
      here.times.add(times[i] - times[i - 1]);
      source = target;
    }
  }
  /// At the end of a part.
  void settle();
  void merge(const EdgeTable& other);

  /// Calls `visit(source, target, edge)` for the transitions there were, in order of the places.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      if (cells_[at].edge != 0) visit(at / places_, at % places_, edges_[cells_[at].edge - 1]);
    }
  }

  template <class Archive>
  void archive(Archive& archive) {
    std::map<std::uint32_t, Edge> edges;
    if constexpr (!Archive::loading) {
      for (std::size_t at = 0; at < cells_.size(); ++at) {
        if (cells_[at].edge != 0) edges.emplace(static_cast<std::uint32_t>(at), edges_[cells_[at].edge - 1]);
      }
    }
    archive(edges);
    if constexpr (Archive::loading) {
      *this = EdgeTable(places_, many_);
      for (auto& [at, edge] : edges) {
        archive.require(at < cells_.size(), "counts transitions of other names");
        archive.require(0 < edge.journeys && edge.journeys <= edge.times.count(), "counts transitions that cannot be");
        cells_[at].edge = new_edge(at);
        edges_.back() = std::move(edge);
      }
    }
  }

 private:
  struct Cell {
    std::uint32_t edge = 0;  // place in edges_ and 1; 0: none yet
    std::uint32_t last = 0;  // the journey that was last counted
  };
  /// Of an edge, in the present part.
  struct Here {
    std::int64_t journeys = 0;
    statistics::TimeTally times;
  };
  std::uint32_t new_edge(std::size_t at) {
    edges_.emplace_back();
    here_.push_back({.journeys = 0, .times = statistics::TimeTally(many_[at] != 0)});
    return static_cast<std::uint32_t>(edges_.size());
  }

  std::size_t places_;
  std::span<const std::uint8_t> many_;
  std::vector<Cell> cells_;  // by source and target
  std::vector<Edge> edges_;
  std::vector<Here> here_;     // beside edges_; nothing is counted in it between parts
  std::uint32_t journey_ = 0;  // number of the journey being counted in this part, from 1
};

}  // namespace peregrine::transitions
