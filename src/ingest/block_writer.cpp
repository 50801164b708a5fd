#include "ingest/block_writer.hpp"

#include "ingest/cell_text.hpp"
#include "ingest/column_names.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;  // of what waits for its turn

ColumnType type_of(const RowKey& key, const Cell& cell) {
  if (!key.placed.becomes.empty()) return ColumnType::text;
  switch (cell.kind) {
    case Cell::Kind::integer:
    case Cell::Kind::number:
    case Cell::Kind::money: return names_a_code(key.late_name) ? ColumnType::text : ColumnType::number;
    case Cell::Kind::boolean: return ColumnType::boolean;
    case Cell::Kind::utc:
    case Cell::Kind::local:
    case Cell::Kind::date: return ColumnType::time;
    default: return ColumnType::text;
  }
}

}  // namespace

void BlockWriter::take_late() {
  ++rows_;
  late_cells_.clear();
  if (!builder_.keeps_late()) {
    late_cells_.resize(row_.late().size());  // they are counted
    return;
  }
  json::object rest;
  for (const auto& [key, cell] : row_.late()) {
    auto* late = late_of(*key, cell);
    if (late == nullptr || late->row == rows_) {
      rest[key->path] = json_of(cell);
      continue;
    }
    late->row = rows_;
    late_cells_.push_back({late->property, cell});
  }
  if (rest.empty()) return;
  builder_.add_beyond_names(rest.size());
  rest_ = json::format(rest);
  late_cells_.push_back({known(std::string(rest_property), ColumnType::text).property, text_cell(rest_)});
}

void BlockWriter::flush() {
  auto made = builder_.finish();
  if (give_) return give_(made);
  written_bytes_ += made.bytes.size();
  written_.given_up |= written_bytes_ > most_bytes;
  written_.blocks.push_back(std::move(made));
}

WrittenBlock BlockWriter::finish() {
  if (!builder_.empty()) flush();
  ++block_;
  written_bytes_ = 0;
  return std::exchange(written_, WrittenBlock());
}

/// The property of a key beyond the plan, or null: it goes into the rest.
BlockWriter::Late* BlockWriter::late_of(RowKey& key, const Cell& cell) {
  if (key.late > 0) {
    auto& late = late_[key.late - 1];
    if (late.settled || late.block == block_) return &late;
  }
  if (key.late_name.size() > max_name_bytes) return nullptr;
  const auto type = type_of(key, cell);
  Late* late = nullptr;
  if (const auto settled = give_ ? names_.settle(key.late_name, type) : names_.find(key.late_name)) {
    late = &known(key.late_name, *settled);
  } else {
    late = guess(key.late_name, type);
  }
  key.late = late == nullptr ? 0 : static_cast<std::size_t>(late - late_.data()) + 1;
  return late;
}

BlockWriter::Late& BlockWriter::known(const std::string& name, ColumnType type) {
  const auto [found, is_new] = late_places_.emplace(name, late_.size());
  if (is_new) late_.push_back({.property = builder_.events().add_property(name, type)});
  auto& late = late_[found->second];
  // A guess of this block stands until its end: the values that came before have its type.
  if (late.settled || (late.block == block_ && !is_new)) return late;
  builder_.events().set_type(late.property, type);
  late.settled = true;
  return late;
}

BlockWriter::Late* BlockWriter::guess(const std::string& name, ColumnType type) {
  if (give_ || names_.full()) return nullptr;
  if (const auto found = late_places_.find(name); found != late_places_.end() && late_[found->second].block == block_) {
    return &late_[found->second];
  }
  if (written_.guessed.size() >= names_.room()) {
    written_.given_up = true;
    return nullptr;
  }
  const auto [found, is_new] = late_places_.emplace(name, late_.size());
  if (is_new) late_.push_back({.property = builder_.events().add_property(name, type)});
  auto& late = late_[found->second];
  builder_.events().set_type(late.property, type);
  late.block = block_;
  written_.guessed.emplace_back(name, type);
  return &late;
}

}  // namespace peregrine::ingest
