// A RowSample gathers the first rows of a file whose rows name their values, so that a plan can be made of them.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "ingest/laid_row.hpp"
#include "ingest/reader.hpp"

namespace peregrine::ingest {

class RowSample {
 public:
  LaidRow& row() { return row_; }
  /// Takes the row as it is laid.
  void add(Shape shape);
  /// No further row is to be taken.
  bool full() const;
  bool empty() const { return rows_ == 0; }
  /// The known shapes that were met, in words: `Segment, GA4 export`; empty for plain rows only.
  std::string words() const;

  /// The plan of the sample; `layout` is settled by it. Throws `invalid` where a mapping file, asked for or given,
  /// could not tell which rows it speaks of: those of a known shape or the others.
  std::unique_ptr<FilePlan> plan(const Task& task);
  const RowLayout& layout() const { return layout_; }

 private:
  RowLayout layout_;
  LaidRow row_{layout_};
  std::vector<std::vector<Cell>> values_;  // by column, without what is nothing at the end
  std::deque<std::string> texts_;
  std::array<bool, shapes> seen_{};
  std::size_t rows_ = 0;
};

}  // namespace peregrine::ingest
