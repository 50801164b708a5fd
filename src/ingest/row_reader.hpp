// A RowReader reads from the cells of a row who, when, what and how much, by a Plan, and says of a row that is not to
// be stored why not. One thread; the plan must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/cell_text.hpp"
#include "ingest/plan.hpp"
#include "ingest/reason.hpp"

namespace peregrine::ingest {

/// What a row says.
struct ReadRow {
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

class RowReader {
 public:
  RowReader(const Plan& plan, Time now);

  /// False when the row is rejected: then the last of `findings` says why. Texts of `row` live until the next call.
  bool read(std::span<const Cell> cells, ReadRow& row, std::vector<Finding>& findings);

  /// Reads time and value, where the row has them, into the form that they keep: cells of kind utc and money. Returns
  /// false when one of them cannot be read; then the last of `findings` says why.
  bool settle(std::span<Cell> cells, std::vector<Finding>& findings);

  /// Reads times of properties too.
  TimeReader& times() { return times_; }

 private:
  using Findings = std::vector<Finding>;

  bool read_time(const Cell& cell, ReadRow& row, Findings& findings);
  bool read_event(const Cell& cell, ReadRow& row, Findings& findings);
  bool read_ids(std::span<const Cell> cells, ReadRow& row, Findings& findings);
  bool read_id(std::span<const Cell> cells, int column, CellText& text, std::string_view& id, Findings& findings);
  bool read_value(const Cell& cell, ReadRow& row, Findings& findings);
  bool read_currency(std::span<const Cell> cells, ReadRow& row, Findings& findings);
  bool read_score(std::span<const Cell> cells, ReadRow& row, Findings& findings);
  bool read_sequence(const Cell& cell, ReadRow& row, Findings& findings);
  bool reject(Findings& findings, Reason reason, int column, std::string sentence) const;
  const std::string& name_of_column(int column) const { return plan_.columns[static_cast<std::size_t>(column)].name; }

  const Plan& plan_;
  TimeReader times_;
  int time_, event_, customer_, anonymous_, account_, value_, currency_, score_, survey_, sequence_;
  CellText event_text_, customer_text_, anonymous_text_, account_text_, currency_text_, text_;
  std::array<char, 3> currency_code_{};
};

/// A placeholder that stands for nobody in particular, such as `0`, `null` or `guest`, after trim and case-fold.
bool is_placeholder(std::string_view id);

}  // namespace peregrine::ingest
