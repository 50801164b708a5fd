// A spill file of a run is temporary, and its extents (extent.cpp) lie partition after partition; where each begins is
// known in memory.
#include "store/run.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/check.hpp"
#include "base/error.hpp"

namespace peregrine::store {

Run::Run(Env& env, std::string path, std::size_t partitions, std::size_t memory_bytes)
    : env_(env),
      path_(std::move(path)),
      memory_bytes_(memory_bytes),
      extents_(partitions),
      rows_(partitions),
      bytes_(partitions),
      writer_(memory_) {}

void Run::add(const Rows& rows, std::span<const std::uint32_t> partition_of_row) {
  PEREGRINE_CHECK(partition_of_row.size() == rows.size);
  const std::size_t partitions = rows_.size();
  ends_.assign(partitions + 1, 0);
  for (const auto partition : partition_of_row) {
    if (partition != no_partition) ++ends_[partition + 1];
  }
  std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
  order_.resize(ends_.back());
  next_ = ends_;
  for (std::uint32_t i = 0; i < rows.size; ++i) {
    if (partition_of_row[i] != no_partition) order_[next_[partition_of_row[i]]++] = i;
  }
  for (std::size_t partition = 0; partition < partitions; ++partition) {
    const auto chosen = std::span(order_).subspan(ends_[partition], ends_[partition + 1] - ends_[partition]);
    if (chosen.empty()) continue;
    const auto extent = writer_.write(rows, chosen);
    extents_[partition].push_back(extent);
    rows_[partition] += chosen.size();
    bytes_[partition] += extent.size();
    held_ += extent.size();
    largest_extent_ = std::max(largest_extent_, chosen.size());
  }
  if (held_ > memory_bytes_) spill();
}

void Run::spill() {
  const std::string path = path_ + "-" + std::to_string(spills_.size());
  const auto file = env_.create(path);
  Spill spilled;
  std::uint64_t offset = 0;
  for (auto& extents : extents_) {
    spilled.offsets.push_back(offset);
    for (const auto extent : extents) {
      file->append(extent);
      offset += extent.size();
    }
    extents.clear();
  }
  spilled.offsets.push_back(offset);
  file->close();
  spilled.file = env_.open(path);
  spills_.push_back(std::move(spilled));
  memory_.forget();
  held_ = 0;
}

void Run::load(std::size_t partition, LoadedRows& into) const {
  into.extents.clear();
  into.views_.forget();
  into.views_.expect(largest_extent_);
  const auto size_of = [&](const Spill& spill) { return spill.offsets[partition + 1] - spill.offsets[partition]; };
  std::size_t spilled = 0;
  for (const auto& spill : spills_) spilled += size_of(spill);
  auto bytes = into.bytes_.take<char>(spilled);
  for (auto room = bytes; const auto& spill : spills_) {
    const auto part = room.first(size_of(spill));
    if (spill.file->read_at(spill.offsets[partition], part) != part.size()) {
      throw Error(ErrorKind::unavailable, path_, "a temporary file of the import became shorter");
    }
    room = room.subspan(part.size());
  }
  while (!bytes.empty()) {
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    PEREGRINE_CHECK(size > 0 && size <= bytes.size());
    into.extents.push_back(read_extent(bytes.data(), into.views_));
    bytes = bytes.subspan(size);
  }
  for (const auto extent : extents_[partition]) into.extents.push_back(read_extent(extent.data(), into.views_));
}

}  // namespace peregrine::store
