// A BlockWriter gives laid rows to a BlockBuilder, and says of properties beyond the plan which names and types it took
// them to have. One thread; LateNames are shared.
//
// Rows are parsed side by side, but what a late property is depends on the order of the file. So a thread guesses from
// its own block, the guesses are settled in the order of the file, and a block that guessed wrong is parsed again, in
// order. After the first blocks every name is known and there is nothing to guess.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ingest/block_builder.hpp"
#include "ingest/laid_row.hpp"
#include "ingest/late_names.hpp"

namespace peregrine::ingest {

/// What was made of one block of the file.
struct WrittenBlock {
  std::vector<MadeBlock> blocks;
  std::vector<std::pair<std::string, ColumnType>> guessed;  // late names in the order they were met
  bool given_up = false;  // it is to be parsed in order: too many new names, or too large to be held
};

class BlockWriter {
 public:
  /// Guesses what late properties are.
  BlockWriter(const RowLayout& layout, const FilePlan& file, LateNames& names, Time now)
      : row_(layout), names_(names), builder_(file, now) {}
  /// For blocks in the order of the file: settles late properties, and gives what is made as soon as it is full.
  BlockWriter(const RowLayout& layout, const FilePlan& file, LateNames& names, Time now,
              std::function<void(const MadeBlock&)> give)
      : row_(layout), names_(names), give_(std::move(give)), builder_(file, now) {}

  LaidRow& row() { return row_; }

  /// Takes the row as it is laid. `raw()` is its text, called when there is fault to be found with it; `offset` is the
  /// byte in the file, or -1.
  template <class Raw>
  void add(std::int64_t offset, const Raw& raw) {
    take_late();
    builder_.add(row_.cells(), late_cells_, row_.findings(), offset, raw);
    if (rows_ % rows_between_looks == 0 && builder_.events().places() > most_places) flush();
  }
  /// Rejects a row that could not be laid.
  void reject(std::int64_t offset, Finding finding, std::string_view raw) {
    builder_.reject(offset, std::move(finding), raw);
  }

  /// True when the block is not worth going on with.
  bool given_up() const { return written_.given_up; }
  WrittenBlock finish();

 private:
  /// A property beyond the plan.
  struct Late {
    std::size_t property = 0;
    bool settled = false;
    std::uint64_t block = 0;  // in which it was last guessed
    std::uint64_t row = 0;    // in which it last had a value
  };

  static constexpr std::size_t most_places = std::size_t{4} << 20;  // of what is given at once: rows times columns
  static constexpr std::uint64_t rows_between_looks = 64;

  void take_late();
  void flush();
  Late* late_of(RowKey& key, const Cell& cell);
  Late* guess(const std::string& name, ColumnType type);
  Late& known(const std::string& name, ColumnType type);

  LaidRow row_;
  LateNames& names_;
  std::function<void(const MadeBlock&)> give_;  // empty: what is made is kept
  BlockBuilder builder_;
  WrittenBlock written_;
  std::size_t written_bytes_ = 0;
  std::uint64_t block_ = 1;
  std::uint64_t rows_ = 0;
  std::vector<Late> late_;
  std::unordered_map<std::string, std::size_t> late_places_;
  std::vector<LateCell> late_cells_;
  std::string rest_;
};

}  // namespace peregrine::ingest
