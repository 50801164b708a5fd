#include "ingest/laid_row.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace peregrine::ingest {

namespace {

constexpr std::size_t max_keys = 20'000;  // that are remembered

bool says_the_same(const Cell& a, const Cell& b) {
  return a.kind == b.kind && a.text == b.text && a.integer == b.integer && a.number == b.number;
}

}  // namespace

Cell integer_of(const Cell& cell) {
  if (cell.kind != Cell::Kind::text) return cell;
  std::int64_t integer = 0;
  const auto* end = cell.text.data() + cell.text.size();
  const auto done = std::from_chars(cell.text.data(), end, integer);
  return done.ec == std::errc() && done.ptr == end ? whole_cell(Cell::Kind::integer, integer) : cell;
}

LaidRow::LaidRow(const RowLayout& layout, RowLayout* growing) : layout_(layout), growing_(growing) {
  for (std::size_t i = 0; i < shapes; ++i) {
    auto& top = keys_.emplace_back();
    top.shape = static_cast<Shape>(i);
    tops_.push_back(&top);
  }
  widen();
}

void LaidRow::widen() {
  cells_.resize(layout_.size());
  holders_.resize(layout_.size());
}

void LaidRow::begin(Shape shape) {
  for (const auto column : touched_) cells_[column] = Cell();
  touched_.clear();
  late_.clear();
  findings_.clear();
  if (!kept_.empty()) kept_.clear();
  if (!passing_.empty()) passing_.clear();
  if (!passing_places_.empty()) passing_places_.clear();
  shape_ = shape;
  ++row_;
  if (growing_ != nullptr) {
    growing_->add_roles(shape);
    widen();
  }
}

RowKey& LaidRow::key(RowKey& around, std::string_view name) {
  auto& inside = around.inside;
  if (around.next >= inside.size()) around.next = 0;
  if (!inside.empty() && inside[around.next]->name == name) return *inside[around.next++];
  if (const auto found = around.places.find(name); found != around.places.end()) {
    around.next = found->second + 1;
    return *inside[found->second];
  }
  std::string path = around.path;
  if (!path.empty()) path += '.';
  path += name;
  if (const auto found = passing_places_.find(path); found != passing_places_.end()) return *found->second;
  auto placed = place(around.shape, path);
  auto& key = make(around, name, std::move(placed));
  key.path = std::move(path);
  if (!passing_.empty() && &key == &passing_.back()) passing_places_.emplace(key.path, &key);
  key.parameters = is_list_of_parameters(key.shape, key.path);
  return key;
}

RowKey& LaidRow::make(RowKey& around, std::string_view name, Placement placed) {
  const bool remembered = keys_.size() < max_keys && name.size() <= 1024;
  auto& key = remembered ? keys_.emplace_back() : passing_.emplace_back();
  key.shape = around.shape;
  key.name = name;
  key.placed = std::move(placed);
  if (growing_ == nullptr) key.column = layout_.find(key.shape, key.placed);
  if (key.column == RowLayout::nowhere) key.late_name = layout_.late_name(key.placed);
  if (remembered) {
    around.inside.push_back(&key);
    around.places.emplace(key.name, around.inside.size() - 1);
  }
  return key;
}

RowKey& LaidRow::otherwise(RowKey& key) {
  if (key.otherwise != nullptr) return *key.otherwise;
  Placement placed{.column = key.placed.otherwise, .otherwise = key.placed.otherwise + "_", .rank = 255};
  auto& other = keys_.size() < max_keys ? keys_.emplace_back() : passing_.emplace_back();
  other.shape = key.shape;
  other.name = other.path = placed.column;
  other.placed = std::move(placed);
  if (growing_ == nullptr) other.column = layout_.find(other.shape, other.placed);
  if (other.column == RowLayout::nowhere) other.late_name = layout_.late_name(other.placed);
  if (&other == &keys_.back()) key.otherwise = &other;
  return other;
}

Cell LaidRow::read(Reads reads, const Cell& cell) const {
  if (reads == Reads::time) {
    const auto usual = cell.kind == Cell::Kind::text ? times_.read(cell.text) : std::nullopt;
    return usual && usual->zoned ? whole_cell(Cell::Kind::utc, usual->micros) : cell;
  }
  auto whole = integer_of(cell);
  if (reads == Reads::microseconds && whole.kind == Cell::Kind::integer) whole.kind = Cell::Kind::utc;
  return whole;
}

void LaidRow::put(RowKey& key, const Cell& cell) {
  if (cell.is_none() || (cell.kind == Cell::Kind::text && cell.text.empty())) return;
  if (key.placed.reads == Reads::as_it_is) {
    place_cell(key, cell);
  } else {
    place_cell(key, read(key.placed.reads, cell));
  }
}

void LaidRow::place_cell(RowKey& key, const Cell& cell) {
  if (key.row == row_) return put_again(key, cell);
  key.row = row_;
  if (key.column == RowLayout::nowhere && growing_ != nullptr) {
    key.column = growing_->add(key.shape, key.path, key.placed);
    widen();
  }
  if (key.column == RowLayout::nowhere) {
    late_.push_back({&key, cell});
    return;
  }
  const auto column = static_cast<std::size_t>(key.column);
  if (!cells_[column].is_none()) return contend(key, cell);
  cells_[column] = cell;
  holders_[column] = &key;
  touched_.push_back(column);
}

/// Another key has taken the column already.
void LaidRow::contend(RowKey& key, const Cell& cell) {
  const auto column = static_cast<std::size_t>(key.column);
  const bool loses = key.placed.rank >= holders_[column]->placed.rank;
  if (says_the_same(cells_[column], cell)) {
    if (!loses) holders_[column] = &key;
    return;
  }
  if (loses) return put(otherwise(key), cell);
  const auto before = std::exchange(cells_[column], cell);
  auto& loser = *std::exchange(holders_[column], &key);
  put(otherwise(loser), before);
}

/// The same key a second time in one object: the last value holds, as nearly every reader of JSON has it.
void LaidRow::put_again(RowKey& key, const Cell& cell) {
  findings_.push_back(
      {Reason::json_duplicate_key, key.path, key.path + " occurs more than once; the last value was taken"});
  replace(key, cell);
}

void LaidRow::replace(RowKey& key, const Cell& cell) {
  if (key.column == RowLayout::nowhere) {
    const auto late =
        std::find_if(late_.begin(), late_.end(), [&](const LateValue& value) { return value.key == &key; });
    if (late != late_.end()) late->cell = cell;
    return;
  }
  const auto column = static_cast<std::size_t>(key.column);
  if (holders_[column] == &key) {
    cells_[column] = cell;
    return;
  }
  auto& other = otherwise(key);  // where it went, unless it said the same as the key that has the column
  other.row == row_ ? replace(other, cell) : put(other, cell);
}

}  // namespace peregrine::ingest
