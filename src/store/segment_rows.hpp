// SegmentRows are the events of a published segment once more as Rows, so that they can be merged with new ones.
#pragma once

#include <memory>
#include <vector>

#include "store/rows.hpp"
#include "store/segment_reader.hpp"

namespace peregrine::store {

/// Both live as long as this; the segment must live longer.
class SegmentRows {
 public:
  SegmentRows(const Segment& segment, const std::vector<ColumnName>& columns);

  Rows rows;

 private:
  const std::vector<std::uint32_t>& codes_with_gaps(const ColumnView& view);
  const std::vector<std::uint8_t>& bytes_of(const std::uint8_t* bits, std::size_t rows);
  TextRows texts_of(const LoadedColumn& column);
  void read_events(const Segment& segment);
  void read_customers(const Segment& segment);
  void read_origins(const Segment& segment);
  void read_properties(const Segment& segment, const std::vector<ColumnName>& columns);

  std::vector<std::string_view> customers_;
  std::vector<std::unique_ptr<std::vector<std::uint32_t>>> codes_;
  std::vector<std::unique_ptr<std::vector<std::uint8_t>>> bytes_;
  std::vector<LoadedColumn> loaded_;
};

}  // namespace peregrine::store
