#include "fold/filtered_part.hpp"

namespace peregrine {

namespace {

template <class T>
std::vector<T> take(const T* values, const std::vector<std::uint32_t>& rows) {
  std::vector<T> taken(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) taken[i] = values[rows[i]];
  return taken;
}

/// Bits of the rows taken, lowest first.
template <class Bit>
std::vector<std::uint8_t> take_bits(Bit&& bit, const std::vector<std::uint32_t>& rows) {
  std::vector<std::uint8_t> bytes((rows.size() + 7) / 8);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (bit(rows[i])) bytes[i >> 3] = static_cast<std::uint8_t>(bytes[i >> 3] | (1u << (i & 7)));
  }
  return bytes;
}

}  // namespace

FilteredPart::Gathered FilteredPart::gather(const ColumnView& column, const std::vector<std::uint32_t>& rows) {
  Gathered out;
  out.view.type = column.type;
  if (!column.exists()) return out;
  out.view.rows = rows.size();
  out.view.names = column.names;
  if (column.validity != nullptr) {
    out.validity = take_bits([&](std::size_t row) { return column.has(row); }, rows);
    out.view.validity = out.validity.data();
  }
  switch (column.type) {
    case ColumnType::text:
      out.codes = take(column.codes, rows);
      out.view.codes = out.codes.data();
      break;
    case ColumnType::number:
      out.numbers = take(column.numbers, rows);
      out.view.numbers = out.numbers.data();
      break;
    case ColumnType::boolean:
      out.booleans = take_bits([&](std::size_t row) { return column.boolean(row); }, rows);
      out.view.booleans = out.booleans.data();
      break;
    case ColumnType::time:
    case ColumnType::money:
      out.integers = take(column.integers, rows);
      out.view.integers = out.integers.data();
      break;
  }
  return out;
}

FilteredPart::FilteredPart(const Part& unfiltered, const Selection& selection, const ColumnRequest& request) {
  const auto mask = selection.mask(unfiltered);
  first_.reserve(unfiltered.journeys() + 1);
  first_.push_back(0);
  for (std::size_t journey = 0; journey < unfiltered.journeys(); ++journey) {
    for (auto row = unfiltered.first[journey]; row < unfiltered.first[journey + 1]; ++row) {
      if (mask[row] != 0) rows_.push_back(static_cast<std::uint32_t>(row));
    }
    first_.push_back(rows_.size());
  }
  whole = &unfiltered;
  rows_of_whole = rows_;
  labels = unfiltered.labels;
  first = first_;
  if (request.time) {
    time_ = take(unfiltered.time, rows_);
    time = time_.data();
  }
  if (request.event) {
    if (unfiltered.event.narrow != nullptr) {
      narrow_ = take(unfiltered.event.narrow, rows_);
      event.narrow = narrow_.data();
    } else {
      wide_ = take(unfiltered.event.wide, rows_);
      event.wide = wide_.data();
    }
  }
  if (request.value) {
    value_ = gather(unfiltered.value, rows_);
    value = value_.view;
  }
  for (const auto& name : request.properties) properties_.emplace(name, gather(unfiltered.property(name), rows_));
}

ColumnView FilteredPart::property(std::string_view name) const {
  const auto found = properties_.find(name);
  return found == properties_.end() ? ColumnView{} : found->second.view;
}

}  // namespace peregrine
