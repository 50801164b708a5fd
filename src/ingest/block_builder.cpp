#include "ingest/block_builder.hpp"

#include <utility>

namespace peregrine::ingest {

void BlockBuilder::take(std::span<const Cell> cells) {
  const auto place = static_cast<std::uint32_t>(block_.rows);
  if (file_.derived == nullptr) {
    events_.add(place, cells, findings_);
    return;
  }
  switch (file_.derived->derive(cells, row_)) {
    case DerivedColumns::Fate::kept: break;
    case DerivedColumns::Fate::left_out:
      if (!is_again()) ++block_.left_out[std::string(row_.because)];
      return;
    case DerivedColumns::Fate::rejected:
      if (!is_again()) findings_.push_back(std::move(*row_.fault));
      return;
  }
  if (file_.joined == nullptr) {
    events_.add(place, row_.cells, findings_);
    return;
  }
  const bool settled = events_.settle(row_.cells, findings_);
  if (is_again()) {
    findings_.clear();
    if (settled) put_aside_again();
  } else if (settled) {
    waiting_.add(place, row_.key, row_.cells);
    ++block_.waiting;
  }
}

void BlockBuilder::put_aside_again() {
  if (const auto* failure = file_.joined->failure(row_.key)) findings_.push_back(*failure);
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
