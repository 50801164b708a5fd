// A Cohort counts the customers who started in one period: how many have had each of its cells to the end, how many
// of those came back, and their money. Figures are kept as differences from cell to cell, so that a customer who
// counts in a run of cells is two additions. All of it is integers.
#pragma once

#include <cstdint>
#include <vector>

#include "base/money.hpp"

namespace peregrine::retention {

template <class T>
class CellSums {
 public:
  /// Adds to the cells from `begin` up to `end`.
  void add(std::size_t begin, std::size_t end, T more) {
    changes_[begin] += more;
    changes_[end] -= more;
  }
  void merge(const CellSums& other) {
    for (std::size_t i = 0; i < changes_.size(); ++i) changes_[i] += other.changes_[i];
  }
  void resize(std::size_t cells) { changes_.assign(cells + 1, T{}); }
  std::size_t cells() const { return changes_.empty() ? 0 : changes_.size() - 1; }
  /// The figure of each cell.
  std::vector<T> sums() const {
    std::vector<T> all;
    T sum{};
    for (std::size_t i = 0; i + 1 < changes_.size(); ++i) all.push_back(sum += changes_[i]);
    return all;
  }

  template <class Archive>
  void archive(Archive& archive) {
    archive(changes_);
  }

 private:
  std::vector<T> changes_;  // one more than there are cells
};

struct Cohort {
  std::int64_t size = 0;
  CellSums<std::int64_t> matured;
  CellSums<std::int64_t> back;
  CellSums<MoneySum> value;        // of comebacks; without cells when money is not read, like the next
  CellSums<MoneySum> start_value;  // of the starts of those who have matured

  Cohort() = default;
  Cohort(std::size_t cells, bool with_value) {
    matured.resize(cells);
    back.resize(cells);
    if (!with_value) return;
    value.resize(cells);
    start_value.resize(cells);
  }
  void merge(const Cohort& other) {
    size += other.size;
    matured.merge(other.matured);
    back.merge(other.back);
    value.merge(other.value);
    start_value.merge(other.start_value);
  }
  bool fits(std::size_t cells, bool with_value) const {
    const auto money = with_value ? cells : 0;
    return size > 0 && matured.cells() == cells && back.cells() == cells && value.cells() == money &&
           start_value.cells() == money;
  }

  template <class Archive>
  void archive(Archive& archive) {
    archive(size, matured, back, value, start_value);
  }
};

/// The figures of a cohort, cell by cell.
struct CohortSums {
  std::int64_t begin = 0;  // first moment of its period
  std::int64_t size = 0;
  std::vector<std::int64_t> matured;
  std::vector<std::int64_t> back;
  std::vector<MoneySum> value;  // empty when money is not read, like the next
  std::vector<MoneySum> start_value;

  CohortSums(std::int64_t first_moment, const Cohort& cohort)
      : begin(first_moment),
        size(cohort.size),
        matured(cohort.matured.sums()),
        back(cohort.back.sums()),
        value(cohort.value.sums()),
        start_value(cohort.start_value.sums()) {}
};

}  // namespace peregrine::retention
