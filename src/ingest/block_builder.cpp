#include "ingest/block_builder.hpp"

#include <utility>

namespace peregrine::ingest {

void BlockBuilder::take(std::span<const Cell> cells, std::span<const LateCell> late) {
  const auto place = static_cast<std::uint32_t>(block_.rows);
  if (file_.derived == nullptr) {
    events_.add(place, cells, late, findings_);
    return;
  }
  switch (file_.derived->derive(cells, row_)) {
    case DerivedColumns::Fate::kept: break;
    case DerivedColumns::Fate::left_out:
      findings_.clear();
      if (!is_again()) ++block_.left_out[std::string(row_.because)];
      return;
    case DerivedColumns::Fate::rejected:
      findings_.push_back(std::move(*row_.fault));
      if (is_again()) findings_.clear();
      return;
  }
  if (file_.joined == nullptr) {
    events_.add(place, row_.cells, late, findings_);
  } else {
    take_waiting(place, late.size());
  }
}

/// A row that is joined has no place for values beyond the columns that come out.
void BlockBuilder::take_waiting(std::uint32_t place, std::size_t late) {
  const bool settled = events_.settle(row_.cells, findings_);
  if (is_again()) {
    findings_.clear();
    if (!settled) return;
    if (const auto* failure = file_.joined->failure(row_.key)) findings_.push_back(*failure);
  } else if (settled) {
    waiting_.add(place, row_.key, row_.cells);
    ++block_.waiting;
    block_.beyond_join += late;
  }
}

MadeBlock BlockBuilder::finish() {
  block_.pass = is_again() ? ReadBlock::Pass::again : ReadBlock::Pass::first;
  block_.mistyped = events_.mistyped();
  block_.batch = events_.take();
  MadeBlock made{block_.rows, write_block(block_), std::exchange(waiting_, {})};
  block_ = {};
  return made;
}

}  // namespace peregrine::ingest
