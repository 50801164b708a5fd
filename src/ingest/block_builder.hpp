// A BlockBuilder turns the rows of one block after another into what the import is given: events, rows put aside, and
// rows that wait to be joined. Every reader has one a thread. The plan must outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/batch_builder.hpp"
#include "ingest/file_plan.hpp"
#include "ingest/read_block.hpp"

namespace peregrine::ingest {

/// A block on its way to the import.
struct MadeBlock {
  std::uint64_t rows = 0;
  std::string bytes;
  WaitingRows waiting;
};

class BlockBuilder {
 public:
  BlockBuilder(const FilePlan& file, Time now) : file_(file), events_(file.plan, now) {}

  /// The next row of the block: `cells` are in the order of the file's columns, `offset` is its byte in the file or -1,
  /// and `raw()` is called for the text of a row that has something to be said of it.
  template <class Raw>
  void add(std::span<const Cell> cells, std::int64_t offset, const Raw& raw) {
    add(cells, {}, {}, offset, raw);
  }
  /// Likewise; `late` are values beyond the columns, `findings` what is to be said of the row already.
  template <class Raw>
  void add(std::span<const Cell> cells, std::span<const LateCell> late, std::span<const Finding> findings,
           std::int64_t offset, const Raw& raw) {
    findings_.assign(findings.begin(), findings.end());
    take(cells, late);
    for (auto& finding : findings_) {
      block_.found.push_back({block_.rows, offset, std::move(finding), shorten_raw(raw())});
    }
    ++block_.rows;
  }

  /// The next row of the block, whose cells cannot be looked at.
  void reject(std::int64_t offset, Finding finding, std::string_view raw) {
    if (!is_again()) block_.found.push_back({block_.rows, offset, std::move(finding), shorten_raw(raw)});
    ++block_.rows;
  }

  /// Whether values beyond the columns go into events: not when rows are joined.
  bool keeps_late() const { return file_.joined == nullptr; }
  /// Counts values of the next row that went into the property for names beyond the bound.
  void add_beyond_names(std::uint64_t values) { block_.beyond_names += values; }

  /// For properties beyond the plan; rows go through add.
  BatchBuilder& events() { return events_; }
  bool empty() const { return block_.rows == 0; }

  /// Ends the block.
  MadeBlock finish();

 private:
  bool is_again() const { return file_.joined != nullptr && file_.joined->is_complete(); }
  void take(std::span<const Cell> cells, std::span<const LateCell> late);
  void take_waiting(std::uint32_t place, std::size_t late);

  const FilePlan& file_;
  BatchBuilder events_;
  ReadBlock block_;
  WaitingRows waiting_;
  DerivedColumns::Row row_;
  std::vector<Finding> findings_;
};

}  // namespace peregrine::ingest
