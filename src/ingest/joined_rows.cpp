#include "ingest/joined_rows.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "ingest/cell_text.hpp"
#include "ingest/number.hpp"

namespace peregrine::ingest {

std::string_view TextArena::keep(std::string_view text) {
  constexpr std::size_t chunk_bytes = std::size_t{64} << 10;
  if (text.empty()) return {};
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < text.size()) {
    chunks_.emplace_back().reserve(std::max(chunk_bytes, text.size()));
    bytes_ += chunks_.back().capacity();
  }
  auto& chunk = chunks_.back();
  const auto at = chunk.size();
  chunk += text;
  return std::string_view(chunk).substr(at);
}

void WaitingRows::add(std::uint32_t row, std::string_view key, std::span<const Cell> cells) {
  rows_.push_back(row);
  keys_.push_back(texts_.keep(key));
  for (auto cell : cells) {
    cell.text = texts_.keep(cell.text);
    cells_.push_back(cell);
  }
}

std::span<const Cell> WaitingRows::cells(std::size_t i) const {
  const auto columns = cells_.size() / rows_.size();
  return std::span(cells_).subspan(i * columns, columns);
}

JoinedRows::JoinedRows(const DerivedColumns& columns, const Plan& plan, std::size_t memory_bytes, std::string file)
    : columns_(columns), plan_(plan), memory_bytes_(memory_bytes), file_(std::move(file)) {}

JoinedRows::Kept JoinedRows::keep(const Cell& cell) {
  Kept kept;
  kept.kind = cell.kind;
  if (cell.kind == Cell::Kind::number) {
    kept.number = cell.number;
  } else {
    kept.integer = cell.integer;
  }
  if (cell.text.empty()) return kept;
  auto found = distinct_.find(cell.text);
  if (found == distinct_.end()) found = distinct_.insert(texts_.keep(cell.text)).first;
  kept.text = found->data();
  kept.size = static_cast<std::uint32_t>(found->size());
  return kept;
}

Cell JoinedRows::cell_of(const Kept& kept) {
  Cell cell;
  cell.kind = kept.kind;
  cell.text = {kept.text, kept.size};
  if (kept.kind == Cell::Kind::number) {
    cell.number = kept.number;
  } else {
    cell.integer = kept.integer;
  }
  return cell;
}

std::size_t JoinedRows::record_of(std::string_view key, std::uint64_t row) {
  if (const auto found = records_.find(key); found != records_.end()) return found->second;
  const auto record = keys_.size();
  keys_.push_back(texts_.keep(key));
  records_.emplace(keys_.back(), static_cast<std::uint32_t>(record));
  first_rows_.push_back(row);
  cells_.resize(cells_.size() + plan_.columns.size());
  return record;
}

void JoinedRows::add(const WaitingRows& rows, std::uint64_t first_row) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto record = record_of(rows.key(i), first_row + rows.row(i));
    const auto cells = rows.cells(i);
    for (std::size_t column = 0; column < cells.size(); ++column) {
      if (!cells[column].is_none()) merge(record, column, cells[column]);
    }
  }
  expect_room();
}

void JoinedRows::merge(std::size_t record, std::size_t column, const Cell& cell) {
  auto& kept = cells_[record * plan_.columns.size() + column];
  const auto rule = columns_.rules()[column];
  if (kept.kind == Cell::Kind::none || rule == JoinRule::last) {
    kept = keep(cell);
    return;
  }
  switch (rule) {
    case JoinRule::first:
    case JoinRule::last:
    case JoinRule::count: return;
    case JoinRule::same: {
      CellText before;
      CellText now;
      const auto had = cell_of(kept);
      if (before.of(had) == now.of(cell)) return;
      const auto& name = plan_.columns[column].name;
      return fail(record, {Reason::join_differs, name,
                           name + " is not the same in all rows: " + quote_briefly(before.of(had)) + " and " +
                               quote_briefly(now.of(cell))});
    }
    case JoinRule::earliest:
      if (cell.integer < kept.integer) kept = keep(cell);
      return;
    case JoinRule::latest:
      if (cell.integer > kept.integer) kept = keep(cell);
      return;
    case JoinRule::sum:
    case JoinRule::least:
    case JoinRule::most: return merge_number(record, column, cell);
  }
}

void JoinedRows::merge_number(std::size_t record, std::size_t column, const Cell& cell) {
  auto& kept = cells_[record * plan_.columns.size() + column];
  bool readable = true;
  const auto had = number_of(cell_of(kept), AmountStyle::point, readable);
  const auto number = number_of(cell, AmountStyle::point, readable);
  if (!had || !number) return;  // nothing: settled before it came here
  const auto rule = columns_.rules()[column];
  if (rule == JoinRule::sum) {
    const auto sum = sum_of(*had, *number);
    const auto& name = plan_.columns[column].name;
    if (!sum) return fail(record, {Reason::number_out_of_range, name, name + " has a sum that is out of range"});
    kept = keep(sum->cell());
  } else if (rule == JoinRule::least ? number->as_real() < had->as_real() : number->as_real() > had->as_real()) {
    kept = keep(cell);
  }
}

void JoinedRows::fail(std::size_t record, Finding finding) {
  finding.sentence += words_of(keys_[record]);
  failures_.emplace(record, std::move(finding));
}

std::string JoinedRows::words_of(std::string_view key) const {
  std::string by;
  for (const auto& each : columns_.mapping().join->by) by += (by.empty() ? "" : ", ") + each.text;
  std::string parts(key);
  std::replace(parts.begin(), parts.end(), '\x1f', ' ');
  return ", in the rows joined by " + by + " " + quote_briefly(parts);
}

void JoinedRows::expect_room() const {
  constexpr std::size_t entry_bytes = 64;  // of a hash table
  const auto bytes = texts_.bytes() + cells_.size() * sizeof(Kept) +
                     keys_.size() * (entry_bytes + sizeof(std::string_view) + sizeof(std::uint64_t)) +
                     distinct_.size() * entry_bytes;
  if (bytes <= memory_bytes_) return;
  throw Error(ErrorKind::unavailable, file_,
              "has too many keys to join in " + std::to_string(memory_bytes_ >> 20) +
                  " MiB: " + std::to_string(keys_.size()) + " so far",
              "more with --reader-memory, fewer columns in the mapping, or the file in parts that share no key");
}

std::optional<ReadBlock> JoinedRows::next_events(BatchBuilder& builder) {
  constexpr std::size_t most = 32'768;
  if (given_ == keys_.size()) {
    complete_ = true;
    return std::nullopt;
  }
  ReadBlock block;
  block.pass = ReadBlock::Pass::joined;
  block.first_row = first_rows_[given_];
  std::vector<Cell> cells(plan_.columns.size());
  std::vector<Finding> findings;
  for (std::size_t taken = 0; given_ < keys_.size() && taken < most; ++given_, ++taken) {
    const auto row = first_rows_[given_] - block.first_row;
    if (row > UINT32_MAX) break;
    block.rows = row + 1;
    if (failures_.contains(given_)) continue;
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = cell_of(cells_[given_ * cells.size() + i]);
    findings.clear();
    if (!builder.add(static_cast<std::uint32_t>(row), cells, findings)) {
      fail(given_, std::move(findings.back()));
      continue;
    }
    for (auto& finding : findings) {
      json::object shown;
      for (std::size_t i = 0; i < cells.size(); ++i) shown[plan_.columns[i].name] = json_of(cells[i]);
      block.found.push_back({row, -1, std::move(finding), shorten_raw(json::format(shown))});
    }
  }
  block.mistyped = builder.mistyped();
  block.batch = builder.take();
  return block;
}

const Finding* JoinedRows::failure(std::string_view key) const {
  const auto record = records_.find(key);
  if (record == records_.end()) return nullptr;
  const auto found = failures_.find(record->second);
  return found == failures_.end() ? nullptr : &found->second;
}

}  // namespace peregrine::ingest
