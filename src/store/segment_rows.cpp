#include "store/segment_rows.hpp"

#include "store/segment_writer.hpp"

namespace peregrine::store {

SegmentRows::SegmentRows(const Segment& segment, const std::vector<ColumnName>& columns) {
  rows.size = static_cast<std::size_t>(segment.entry().events);
  rows.time = segment.time();
  read_events(segment);
  if (const auto value = segment.value(); value.exists()) {
    rows.value = value.integers;
    rows.value_valid = bytes_of(value.validity, rows.size).data();
  }
  read_customers(segment);
  read_origins(segment);
  read_properties(segment, columns);
}

/// The codes of the segment become those of the store.
void SegmentRows::read_events(const Segment& segment) {
  rows.event = segment.event();
  const auto& names = segment.entry().names;
  if (!names || names->has_no_gaps()) return;
  const auto code_of = names->codes();
  auto codes = std::make_unique<std::vector<std::uint32_t>>(rows.size);
  for (std::size_t row = 0; row < rows.size; ++row) (*codes)[row] = code_of[rows.event[row]];
  rows.event = {.wide = codes->data()};
  codes_.push_back(std::move(codes));
}

void SegmentRows::read_customers(const Segment& segment) {
  const auto first = segment.first();
  auto codes = std::make_unique<std::vector<std::uint32_t>>(rows.size, no_text);
  for (std::size_t journey = 0; journey + 1 < first.size(); ++journey) {
    if (!segment.known(journey)) continue;  // the anonymous id of its events says whose they are
    const auto code = static_cast<std::uint32_t>(customers_.size());
    customers_.push_back(segment.id(journey));
    for (auto row = first[journey]; row < first[journey + 1]; ++row) (*codes)[row] = code;
  }
  rows.customer = {customers_, codes->data()};
  codes_.push_back(std::move(codes));
}

void SegmentRows::read_origins(const Segment& segment) {
  const auto keep = [&](std::string_view name) -> const LoadedColumn& {
    return loaded_.emplace_back(segment.load_kept(name));
  };
  loaded_.reserve(7 + segment.entry().columns.size());
  if (segment.entry().anonymous > 0) {
    rows.anonymous = texts_of(keep(kept::anonymous_id));
    const auto& came = keep(kept::came_anonymous);
    if (came.view.exists()) rows.came = bytes_of(came.view.booleans, rows.size).data();
  }
  if (segment.entry().cold.empty()) {
    rows.source = static_cast<std::uint32_t>(segment.entry().source);
    return;
  }
  if (segment.entry().linked > 0) rows.came_as = texts_of(keep(kept::customer_id));
  rows.sequence = keep(kept::sequence).view.integers;
  rows.place = keep(kept::row).unsigned_numbers;
  rows.message = keep(kept::message_id).hashes;
  if (segment.entry().source >= 0) {
    rows.source = static_cast<std::uint32_t>(segment.entry().source);
  } else {
    rows.sources = keep(kept::source).codes.data();
  }
}

void SegmentRows::read_properties(const Segment& segment, const std::vector<ColumnName>& columns) {
  for (std::size_t file = 0; file < segment.entry().cold.size(); ++file) {
    std::vector<std::string> names;
    std::vector<std::size_t> numbers;
    for (const auto& column : segment.entry().columns) {
      if (column.file != static_cast<std::int64_t>(file)) continue;
      numbers.push_back(static_cast<std::size_t>(column.column));
      names.push_back(columns[numbers.back()].name);
    }
    if (names.empty()) continue;
    auto loaded = segment.load(file, names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto& column = loaded_.emplace_back(std::move(loaded[i]));
      PropertyRows property;
      property.column = static_cast<std::uint32_t>(numbers[i]);
      property.type = columns[numbers[i]].type;
      if (property.type == ColumnType::text) {
        property.texts = texts_of(column);
      } else {
        property.valid = bytes_of(column.view.validity, rows.size).data();
        property.numbers = column.view.numbers;
        property.integers = column.view.integers;
        if (property.type == ColumnType::boolean) property.booleans = bytes_of(column.view.booleans, rows.size).data();
      }
      rows.properties.push_back(property);
    }
  }
}

TextRows SegmentRows::texts_of(const LoadedColumn& column) {
  if (column.view.validity == nullptr) return {column.names, column.view.codes};
  return {column.names, codes_with_gaps(column.view).data()};
}

const std::vector<std::uint32_t>& SegmentRows::codes_with_gaps(const ColumnView& view) {
  auto codes = std::make_unique<std::vector<std::uint32_t>>(view.rows, no_text);
  for (std::size_t row = 0; row < view.rows; ++row) {
    if (view.has(row)) (*codes)[row] = view.codes[row];
  }
  return *codes_.emplace_back(std::move(codes));
}

const std::vector<std::uint8_t>& SegmentRows::bytes_of(const std::uint8_t* bits, std::size_t count) {
  auto bytes = std::make_unique<std::vector<std::uint8_t>>(count, std::uint8_t{1});
  if (bits != nullptr) {
    for (std::size_t row = 0; row < count; ++row) (*bytes)[row] = (bits[row >> 3] >> (row & 7)) & 1;
  }
  return *bytes_.emplace_back(std::move(bytes));
}

}  // namespace peregrine::store
