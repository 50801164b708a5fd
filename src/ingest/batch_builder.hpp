// A BatchBuilder turns rows of cells into an EventBatch by a Plan, and says of each row it cannot take why not.
// One thread; the plan must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "ingest/cell.hpp"
#include "ingest/plan.hpp"
#include "ingest/reason.hpp"
#include "model/event_batch.hpp"

namespace peregrine::ingest {

/// A cell as text; the view lives until the next call on this object.
class CellText {
 public:
  std::string_view of(const Cell& cell) { return cell.kind == Cell::Kind::text ? cell.text : written(cell); }

 private:
  std::string_view written(const Cell& cell);

  std::array<char, 64> digits_;
};

/// A cell as JSON, for rows that are shown so.
json::value json_of(const Cell& cell);

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

  /// Reads time and value, where the row has them, into the form that they keep: cells of kind utc and money. Returns
  /// false when one of them cannot be read; then the last of `findings` says why.
  bool settle(std::span<Cell> cells, std::vector<Finding>& findings);

  /// The rows taken since the last call.
  EventBatch take();

  /// How many values went into the text column beside their typed one, by column of the file. Since the last take.
  const std::map<std::string, std::uint64_t>& mistyped() const { return mistyped_; }

 private:
  /// What a row says, checked, before any column is touched.
  struct Row {
    std::int64_t time = 0;
    std::string_view event;
    std::string_view customer;
    std::string_view anonymous;
    std::string_view account;
    std::int64_t value = 0;
    bool has_value = false;
    std::string_view currency;
    double score = 0;
    bool has_score = false;
    std::int64_t sequence = 0;
  };
  struct Property {
    std::string column;  // in the file, for words
    std::string becomes;
    std::string becomes_text;
    PropertyColumn values;
    PropertyColumn texts;   // of values that are not of the type
    bool is_alias = false;  // an id that the store joins with the customer
  };
  using Findings = std::vector<Finding>;

  bool read(std::span<const Cell> cells, Row& row, Findings& findings);
  bool read_time(const Cell& cell, Row& row, Findings& findings);
  bool read_event(const Cell& cell, Row& row, Findings& findings);
  bool read_ids(std::span<const Cell> cells, Row& row, Findings& findings);
  bool read_id(std::span<const Cell> cells, int column, CellText& text, std::string_view& id, Findings& findings);
  bool read_value(const Cell& cell, Row& row, Findings& findings);
  bool read_currency(std::span<const Cell> cells, Row& row, Findings& findings);
  bool read_score(std::span<const Cell> cells, Row& row, Findings& findings);
  bool read_sequence(const Cell& cell, Row& row, Findings& findings);
  void append(std::uint32_t place, const Row& row);
  void append_text(std::string_view name, std::string_view text);
  void take_property(Property& property, const Cell& cell, Findings& findings);
  void append_property(Property& property, const Cell& cell);
  bool append_typed(PropertyColumn& values, const Cell& cell);
  bool reject(Findings& findings, Reason reason, int column, std::string sentence) const;
  const std::string& name_of_column(int column) const { return plan_.columns[static_cast<std::size_t>(column)].name; }

  const Plan& plan_;
  TimeReader times_;
  int time_, event_, customer_, anonymous_, account_, value_, currency_, score_, survey_, sequence_;
  CellText event_text_, customer_text_, anonymous_text_, account_text_, currency_text_, text_;
  std::array<char, 3> currency_code_{};
  EventBatch batch_;
  std::vector<Property> properties_;           // by column of the plan, then those beyond it
  std::vector<std::size_t> property_columns_;  // those that become one
  std::map<std::string, TextColumn, std::less<>> named_texts_;
  PropertyColumn scores_;
  std::map<std::string, std::uint64_t> mistyped_;
};

/// A placeholder that stands for nobody in particular, such as `0`, `null` or `guest`, after trim and case-fold.
bool is_placeholder(std::string_view id);

}  // namespace peregrine::ingest
