#include "analyses/transitions/edge_table.hpp"

#include <bit>
#include <utility>

namespace peregrine::transitions {

namespace {

constexpr std::size_t fewest_cells = 8;

}  // namespace

EdgeTable::EdgeTable(std::size_t edges, std::span<const std::uint8_t> many) : count_(edges), many_(many) {
  clear_cells(fewest_cells);
}

void EdgeTable::clear_cells(std::size_t cells) {
  const bool one_each = cells >= count_;
  cells_.assign(cells, {});
  factor_ = one_each ? 1 : 0x9e37'79b9u;
  shift_ = one_each ? 0 : static_cast<unsigned>(32 - std::countr_zero(cells));
}

EdgeTable::Cell& EdgeTable::new_cell(std::uint32_t edge) {
  if (cells_.size() < count_ && 2 * (tallies_.size() + 1) > cells_.size()) {
    const auto before = std::exchange(cells_, {});
    clear_cells(2 * before.size());
    for (const auto& cell : before) {
      if (cell.edge != free) free_cell(cell.edge) = cell;
    }
  }
  auto& cell = free_cell(edge);
  cell.edge = edge;
  cell.tally = static_cast<std::uint32_t>(tallies_.size());
  tallies_.emplace_back(!many_.empty() && many_[edge] != 0);
  return cell;
}

/// The first free cell on the way of an edge that has none.
EdgeTable::Cell& EdgeTable::free_cell(std::uint32_t edge) {
  const auto cells = table();
  auto place = cells.first_place(edge);
  while (cells_[place].edge != free) place = (place + 1) & cells.last;
  return cells_[place];
}

void EdgeTable::add_unsure(Cell& cell, std::int64_t micros) {
  auto& tally = tallies_[cell.tally];
  tally.add(micros);
  cell.buckets = tally.buckets();
}

void EdgeTable::settle() {
  for (const auto& cell : cells_) {
    if (cell.edge == free) continue;
    auto& edge = edges_[cell.edge];
    edge.journeys += cell.journeys;
    tallies_[cell.tally].settle(edge.times);
  }
  tallies_.clear();
  clear_cells(fewest_cells);
  journey_ = 0;
}

void EdgeTable::merge(const EdgeTable& other) {
  for (const auto& [number, added] : other.edges_) {
    auto& edge = edges_[number];
    edge.journeys += added.journeys;
    edge.times.merge(added.times);
  }
}

}  // namespace peregrine::transitions
