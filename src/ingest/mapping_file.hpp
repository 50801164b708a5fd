// A MappingFile is what a person wrote of how a foreign table becomes events: YAML that defines columns out of columns.
// The ordinary guess (plan.hpp) then works on the columns that come out. docs/guides/mapping.md is its page.
//
//   columns:      {NAME: DEFINITION, ...}
//   DEFINITION := expression | {constant: VALUE} | {from: expression, rename: {CODE: VALUE, ...}} | [CHOICE, ...]
//   CHOICE     := {when: condition, is: VALUE} | {when: condition, take: expression} | {otherwise: VALUE} | {take: ...}
//   leave_out:    [{when: condition, because: text}, ...]
//   join:         {by: expression or [expression, ...], NAME: RULE, ...}
//   RULE       := first | last | same | sum | least | most | earliest | latest | count
//   ignore:       [column, ...]
//   types:        {NAME: text | number | boolean | time, ...}
//   timezone, time_format, day_first: as the flags
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/mapping.hpp"
#include "ingest/written.hpp"

namespace peregrine::ingest {

/// A value that is written out: text, number, or true and false.
struct Constant {
  json::value value;
  std::string text;  // as cells have it
};

/// One of the ways to come to a cell; the first whose condition holds is taken.
struct Choice {
  std::optional<Written> when;
  std::optional<Written> take;
  std::optional<Constant> is;
};

struct Definition {
  Written column;  // its name
  std::vector<Choice> choices;
  std::map<std::string, std::string, std::less<>> rename;  // of the text that was taken
};

struct LeftOutRows {
  Written when;
  std::string because;
};

/// How the cells of several rows become one.
enum class JoinRule : std::uint8_t { first, last, same, sum, least, most, earliest, latest, count };
constexpr auto enum_names(JoinRule) {
  return std::to_array<std::string_view>(
      {"first", "last", "same", "sum", "least", "most", "earliest", "latest", "count"});
}

struct JoinedColumn {
  Written column;
  JoinRule rule = JoinRule::first;
};

struct Join {
  std::vector<Written> by;
  std::vector<JoinedColumn> columns;
};

struct ForcedType {
  Written column;
  ColumnType type = ColumnType::text;
};

struct MappingFile {
  std::string name;
  std::string hash;  // of what it means: the same when only comments or blanks differ
  std::vector<Definition> columns;
  std::vector<LeftOutRows> leave_out;
  std::optional<Join> join;
  std::vector<Written> ignore;
  std::vector<ForcedType> types;
  std::optional<std::string> timezone;
  std::optional<std::string> time_format;
  std::optional<bool> day_first;

  /// Throws `invalid` with line and column for what is no mapping file. `name` is the file's.
  static MappingFile parse(std::string_view text, const std::string& name);

  /// What columns became, as a mapping file that makes the same of the same file. `timezone` is written when not empty.
  static std::string format(const Mapping& mapping, std::string_view timezone);
};

}  // namespace peregrine::ingest
