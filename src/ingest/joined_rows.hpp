// JoinedRows are the rows of a file on their way to become one event a key, as a mapping file says. The rows of a key
// may lie anywhere in the file; one small record a key is kept. Rows come in the order of the file, one block at a
// time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ingest/batch_builder.hpp"
#include "ingest/derived_columns.hpp"
#include "ingest/read_block.hpp"

namespace peregrine::ingest {

/// Texts that stay where they are until this goes.
class TextArena {
 public:
  std::string_view keep(std::string_view text);
  std::size_t bytes() const { return bytes_; }

 private:
  std::deque<std::string> chunks_;
  std::size_t bytes_ = 0;
};

/// Rows of one block that wait to be joined; made by one thread, taken by another.
class WaitingRows {
 public:
  void add(std::uint32_t row, std::string_view key, std::span<const Cell> cells);
  std::size_t size() const { return rows_.size(); }
  std::uint32_t row(std::size_t i) const { return rows_[i]; }
  std::string_view key(std::size_t i) const { return keys_[i]; }
  std::span<const Cell> cells(std::size_t i) const;

 private:
  std::vector<std::uint32_t> rows_;
  std::vector<std::string_view> keys_;
  std::vector<Cell> cells_;  // row after row
  TextArena texts_;
};

class JoinedRows {
 public:
  /// `memory_bytes` bounds the records. `file` names the file in words. Plan and columns must outlive this.
  JoinedRows(const DerivedColumns& columns, const Plan& plan, std::size_t memory_bytes, std::string file);

  /// The next rows of the file; the first row of their block is `first_row` of the file. Throws `unavailable` when the
  /// records need too much memory.
  void add(const WaitingRows& rows, std::uint64_t first_row);

  /// After the last row: the events of the next keys, in the order of their first rows, or nothing at the end.
  /// Keys whose event `builder` rejects, or whose rows do not agree, fail.
  std::optional<ReadBlock> next_events(BatchBuilder& builder);

  bool is_complete() const { return complete_; }
  bool has_failures() const { return !failures_.empty(); }
  /// Why the event of this key cannot be; null for one that is stored.
  const Finding* failure(std::string_view key) const;

 private:
  /// A cell in a quarter of its room; its text lies in texts_.
  struct Kept {
    const char* text = nullptr;
    union {
      std::int64_t integer = 0;
      double number;
    };
    std::uint32_t size = 0;
    Cell::Kind kind = Cell::Kind::none;
  };

  Kept keep(const Cell& cell);
  static Cell cell_of(const Kept& kept);
  std::size_t record_of(std::string_view key, std::uint64_t row);
  void merge(std::size_t record, std::size_t column, const Cell& cell);
  void merge_number(std::size_t record, std::size_t column, const Cell& cell);
  void fail(std::size_t record, Finding finding);
  std::string words_of(std::string_view key) const;
  void expect_room() const;

  const DerivedColumns& columns_;
  const Plan& plan_;
  std::size_t memory_bytes_;
  std::string file_;
  std::unordered_map<std::string_view, std::uint32_t> records_;  // by key
  std::vector<std::string_view> keys_;                           // by record
  std::vector<std::uint64_t> first_rows_;                        // by record, rising
  std::deque<Kept> cells_;                                       // record after record; growing moves nothing
  std::unordered_set<std::string_view> distinct_;                // texts of cells_, each once
  TextArena texts_;
  std::map<std::size_t, Finding> failures_;  // by record
  std::size_t given_ = 0;
  bool complete_ = false;
};

}  // namespace peregrine::ingest
