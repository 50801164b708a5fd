// A BatchBuilder turns rows of cells into an EventBatch by a Plan, and says of each row it cannot take why not.
// One thread; the plan must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/row_reader.hpp"
#include "model/event_batch.hpp"

namespace peregrine::ingest {

/// A value of a property that is no column of the plan.
struct LateCell {
  std::size_t property = 0;  // as add_property gave it
  Cell cell;
};

class BatchBuilder {
 public:
  BatchBuilder(const Plan& plan, Time now);

  /// Takes the row, or rejects it: then the last of `findings` says why. A row that is taken may have findings too.
  /// `cells` are in the order of the plan's columns, `late` are values of properties beyond them. Returns whether the
  /// row was taken.
  bool add(std::uint32_t row, std::span<const Cell> cells, std::span<const LateCell> late,
           std::vector<Finding>& findings);
  bool add(std::uint32_t row, std::span<const Cell> cells, std::vector<Finding>& findings) {
    return add(row, cells, {}, findings);
  }

  /// Gives a property beyond the plan's columns its place, to which late cells refer. It stays through take(). No
  /// column of the plan and no other property may have the name.
  std::size_t add_property(const std::string& name, ColumnType type);
  /// Only while the property holds no values, as after take().
  void set_type(std::size_t property, ColumnType type) { properties_[property].values.type = type; }

  /// Places for values in the columns that have any, filled or not: what the batch so far costs.
  std::size_t places() const;

  /// As RowReader::settle.
  bool settle(std::span<Cell> cells, std::vector<Finding>& findings) { return rows_.settle(cells, findings); }

  /// The rows taken since the last call.
  EventBatch take();

  /// How many values went into the text column beside their typed one, by column of the file. Since the last take.
  const std::map<std::string, std::uint64_t>& mistyped() const { return mistyped_; }

 private:
  struct Property {
    std::string column;  // in the file, for words
    std::string becomes;
    std::string becomes_text;
    PropertyColumn values;
    PropertyColumn texts;   // of values that are not of the type
    bool is_alias = false;  // an id that the store joins with the customer
  };
  using Findings = std::vector<Finding>;

  void append(std::uint32_t place, const ReadRow& row);
  void append_text(std::string_view name, std::string_view text);
  void take_property(Property& property, const Cell& cell, Findings& findings);
  void append_property(Property& property, const Cell& cell);
  bool append_typed(PropertyColumn& values, const Cell& cell);

  RowReader rows_;
  CellText text_;
  bool has_sequence_ = false;
  EventBatch batch_;
  std::vector<Property> properties_;           // by column of the plan, then those beyond it
  std::vector<std::size_t> property_columns_;  // those that become one
  std::map<std::string, TextColumn, std::less<>> named_texts_;
  PropertyColumn scores_;
  std::map<std::string, std::uint64_t> mistyped_;
};

}  // namespace peregrine::ingest
