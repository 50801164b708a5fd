// One row after another through the columns of a mapping file.
#include <algorithm>

#include "ingest/cell_text.hpp"
#include "ingest/derived_columns.hpp"
#include "ingest/number.hpp"

namespace peregrine::ingest {

Cell DerivedColumns::value_of(std::size_t definition, const Slots& slots, std::optional<Finding>& fault) const {
  for (const auto& option : defined_[definition].options) {
    if (option.when && !option.when->holds(slots, fault)) continue;
    auto cell = option.take ? option.take->value(slots, fault) : option.constant;
    const auto& rename = mapping_.columns[definition].rename;
    if (rename.empty() || cell.is_none()) return cell;
    CellText text;
    const auto found = rename.find(trimmed(text.of(cell)));
    if (found == rename.end()) return cell;
    Cell renamed;
    renamed.kind = Cell::Kind::text;
    renamed.text = found->second;
    return renamed;
  }
  return {};
}

DerivedColumns::Fate DerivedColumns::derive(std::span<const Cell> cells, Row& row) const {
  row.fault.reset();
  row.slots.assign(names_.size(), Cell());
  std::copy_n(cells.begin(), std::min(cells.size(), own_), row.slots.begin());
  const Slots slots{row.slots, styles_, names_};
  for (const auto definition : order_) {
    auto cell = value_of(definition, slots, row.fault);
    row.slots[own_ + definition] = cell;
  }
  std::optional<Finding> ignored;  // what cannot be compared does not hold
  for (const auto& condition : leave_out_) {
    if (!condition.when.holds(slots, ignored)) continue;
    row.because = condition.because;
    return Fate::left_out;
  }
  row.key.clear();
  CellText text;
  for (const auto& key : keys_) {
    const auto part = trimmed(text.of(key.value(slots, row.fault)));
    if (part.empty() && !row.fault) {
      row.fault = Finding{Reason::join_key_missing, key.text(), key.text() + ", which joins rows, is missing"};
    }
    if (&key != &keys_.front()) row.key += '\x1f';
    row.key += part;
  }
  if (row.fault) return Fate::rejected;
  row.cells.resize(results_.size());
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (!results_[i].slot) {
      row.cells[i] = Cell{.kind = Cell::Kind::integer, .integer = 1};
      continue;
    }
    row.cells[i] = row.slots[*results_[i].slot];
    if (!rules_.empty() && reads_number_[i] && !read_number(i, row)) return Fate::rejected;
  }
  return Fate::kept;
}

/// Cells that are added up or compared when rows are joined must be numbers; the value is read as the value.
bool DerivedColumns::read_number(std::size_t result, Row& row) const {
  const auto& name = results_[result].facts.name;
  bool readable = true;
  auto& cell = row.cells[result];
  const auto number = number_of(cell, styles_[*results_[result].slot], readable);
  if (!readable) {
    CellText text;
    row.fault = Finding{Reason::number_unreadable, name, name + " is not a number: " + quote_briefly(text.of(cell))};
    return false;
  }
  cell = number ? number->cell() : Cell();
  return true;
}

Sample DerivedColumns::derive_sample(const Sample& sample) const {
  Sample derived;
  for (const auto& result : results_) derived.push_back(result.facts);
  const auto rows = std::max_element(sample.begin(), sample.end(),
                                     [](const auto& a, const auto& b) { return a.values.size() < b.values.size(); });
  Row row;
  std::vector<Cell> cells(own_);
  for (std::size_t at = 0; rows != sample.end() && at < rows->values.size(); ++at) {
    for (std::size_t i = 0; i < own_; ++i) {
      cells[i] = at < sample[i].values.size() ? sample[i].values[at] : Cell();
    }
    if (derive(cells, row) != Fate::kept) continue;
    for (std::size_t i = 0; i < derived.size(); ++i) derived[i].values.push_back(row.cells[i]);
  }
  return derived;
}

}  // namespace peregrine::ingest
