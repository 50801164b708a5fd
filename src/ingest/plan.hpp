// A Plan is a Mapping made ready for work: for each column of the file what its cells become. Made once a file by
// guess_plan, then only read, by all threads.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "ingest/amount.hpp"
#include "ingest/cell.hpp"
#include "ingest/mapping.hpp"
#include "ingest/time_pattern.hpp"
#include "ingest/time_reader.hpp"

namespace peregrine::ingest {

/// The first rows of a file, in columns of equal length.
struct SampleColumn {
  std::string name;
  std::vector<Cell> values;
  std::string unusable;  // why it cannot be a column of events (it is nested), or empty
  std::string becomes;   // customer, time, source, ...: as the known shape of the file says; empty: to be found
  bool plain = true;     // was met in rows of no known shape: may be found to be the customer, the time, ...
  bool typed = false;    // texts are texts, whatever they look like, as in JSON
  // What a mapping file says of the column:
  bool given = false;              // it was defined there
  std::string source;              // given: columns of the file that it is made of
  std::string definition;          // given: how, in words; empty for another name only
  std::optional<ColumnType> type;  // of its values, not to be guessed
};
using Sample = std::vector<SampleColumn>;

enum class Target : std::uint8_t {
  ignored,
  customer,
  anonymous,
  account,
  time,
  event,
  value,
  currency,
  score,
  survey,
  sequence,
  property
};

struct PlannedColumn {
  std::string name;  // in the file, or what a mapping file calls it
  Target target = Target::ignored;
  std::string becomes;  // name of the property for currency, score, survey and property
  ColumnType type = ColumnType::text;
  std::string becomes_text;  // name of the property for values that are not of the type
};

struct Plan {
  std::vector<PlannedColumn> columns;
  TimeForm time_form = TimeForm::text;
  AmountStyle amount_style = AmountStyle::point;
  Zone zone;
  std::string constant_currency;            // of every value, or empty
  std::optional<TimePattern> time_pattern;  // of TimeForm::pattern

  /// Index of the column with this target, or -1.
  int find(Target target) const;
};

struct PlannedFile {
  Plan plan;
  Mapping mapping;
};

/// Decides what each column becomes. `default_zone` holds when roles name none. Throws `invalid` when no column says
/// who, when or what happened, when a given column is not there, or when day and month cannot be told apart.
PlannedFile guess_plan(const Sample& sample, const ColumnRoles& roles, const std::string& file,
                       const std::string& default_zone, const KnownColumns& known = {});

}  // namespace peregrine::ingest
