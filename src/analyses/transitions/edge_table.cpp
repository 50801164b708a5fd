#include "analyses/transitions/edge_table.hpp"

#include <utility>

namespace peregrine::transitions {

void EdgeTable::settle() {
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    edges_[i].journeys += std::exchange(here_[i].journeys, 0);
    here_[i].times.settle(edges_[i].times);
  }
  for (auto& cell : cells_) cell.last = 0;
  journey_ = 0;
}

void EdgeTable::merge(const EdgeTable& other) {
  for (std::size_t at = 0; at < cells_.size(); ++at) {
    if (other.cells_[at].edge == 0) continue;
    if (cells_[at].edge == 0) cells_[at].edge = new_edge(at);
    auto& edge = edges_[cells_[at].edge - 1];
    const auto& added = other.edges_[other.cells_[at].edge - 1];
    edge.journeys += added.journeys;
    edge.times.merge(added.times);
  }
}

}  // namespace peregrine::transitions
