// A LaidRow is one row whose values come by name, laid out in the columns of a RowLayout. Keys are looked up by the
// object around them and remembered, since rows of one file repeat them in the same order. One thread.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/cell.hpp"
#include "ingest/reason.hpp"
#include "ingest/row_layout.hpp"
#include "ingest/usual_time.hpp"

namespace peregrine::ingest {

/// A key as it was met: where its values go.
struct RowKey {
  Shape shape = Shape::plain;
  std::string name;  // in the object around it
  std::string path;
  Placement placed;
  int column = RowLayout::nowhere;
  std::string late_name;    // without a column: the property
  std::size_t late = 0;     // for the writer of rows: its place for the property + 1
  bool parameters = false;  // a list of {key, value}
  std::uint64_t row = 0;    // the last that had it
  std::vector<RowKey*> inside;
  std::unordered_map<std::string_view, std::size_t> places;  // in `inside`
  std::size_t next = 0;                                      // of `inside`, likely
  RowKey* otherwise = nullptr;
};

class LaidRow {
 public:
  struct LateValue {
    RowKey* key;
    Cell cell;
  };

  /// While the first rows are looked at: new keys become columns.
  explicit LaidRow(RowLayout& growing) : LaidRow(growing, &growing) {}
  explicit LaidRow(const RowLayout& settled) : LaidRow(settled, nullptr) {}

  /// Forgets the row before.
  void begin(Shape shape);

  RowKey& top() { return *tops_[static_cast<std::size_t>(shape_)]; }
  RowKey& key(RowKey& around, std::string_view name);
  /// Whether the keys of this row stay where they are in rows to come.
  bool remembers_all() const { return passing_.empty(); }
  bool has(const RowKey& key) const { return key.row == row_; }
  /// Texts must live until the next row begins; see keep.
  void put(RowKey& key, const Cell& cell);
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  std::span<const Cell> cells() const { return cells_; }
  std::span<const LateValue> late() const { return late_; }
  std::span<const Finding> findings() const { return findings_; }

 private:
  LaidRow(const RowLayout& layout, RowLayout* growing);

  RowKey& make(RowKey& around, std::string_view name, Placement placed);
  RowKey& otherwise(RowKey& key);
  void place_cell(RowKey& key, const Cell& cell);
  void put_again(RowKey& key, const Cell& cell);
  void replace(RowKey& key, const Cell& cell);
  void contend(RowKey& key, const Cell& cell);
  Cell read(Reads reads, const Cell& cell) const;
  void widen();

  const RowLayout& layout_;
  RowLayout* growing_;
  Shape shape_ = Shape::plain;
  std::uint64_t row_ = 0;
  std::vector<Cell> cells_;
  std::vector<RowKey*> holders_;  // by column: whose value it is
  std::vector<std::size_t> touched_;
  std::vector<LateValue> late_;
  std::vector<Finding> findings_;
  std::deque<std::string> kept_;
  std::deque<RowKey> keys_;     // remembered
  std::deque<RowKey> passing_;  // of this row only, once there are too many to remember
  std::unordered_map<std::string_view, RowKey*> passing_places_;  // by path
  std::vector<RowKey*> tops_;
  mutable UsualTimes times_;
};

/// The whole number that a text writes, or the cell as it is.
Cell integer_of(const Cell& cell);

}  // namespace peregrine::ingest
