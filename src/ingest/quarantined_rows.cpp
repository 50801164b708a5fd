#include "ingest/quarantined_rows.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"
#include "ingest/reason.hpp"
#include "store/quarantine_file.hpp"

namespace peregrine::ingest {

namespace {

char delimiter_of(std::string_view name) {
  if (name == "semicolon") return ';';
  if (name == "tab") return '\t';
  return name == "pipe" ? '|' : ',';
}

bool is_json(const Mapping& mapping) {
  return mapping.format.starts_with("JSON ");
}

std::string field_of(const json::value* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string(json::text_of(value->get_string()));
  return json::format(*value);
}

}  // namespace

bool is_readable_alone(const store::Quarantined& row) {
  const auto known =
      std::find_if(reasons.begin(), reasons.end(), [&](const ReasonEntry& entry) { return entry.name == row.code; });
  if (known != reasons.end() && !known->has_cells) return false;
  // A row that was shortened has exactly so many bytes.
  return row.code != "duplicate_conflict" && row.raw.size() < store::raw_bytes &&
         row.raw.find_first_not_of(" \t\r\n") != std::string::npos;
}

std::string why_not_again(const Mapping& mapping) {
  if (!mapping.mapping_file.empty()) {
    return "it was read with the mapping file " + mapping.mapping_file +
           ": correct the rows and import them, with the mapping file, under another name";
  }
  if (is_json(mapping) || mapping.format == "CSV" || mapping.format == "Parquet") return {};
  return "rows of " + mapping.format + " cannot be read again one by one: import the corrected rows under another name";
}

QuarantinedRows::QuarantinedRows(const Mapping& mapping)
    : delimiter_(delimiter_of(mapping.delimiter)),
      is_parquet_(mapping.format == "Parquet"),
      is_json_(is_json(mapping)) {
  if (is_json_) return;
  for (const auto& column : mapping.columns) {
    if (!column.column.empty()) names_.push_back(column.column);
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) text_ += delimiter_;
    add_field(names_[i]);
  }
  text_ += '\n';
}

void QuarantinedRows::add(std::string_view raw) {
  if (is_json_) return add_object(raw);
  if (is_parquet_) return add_json(raw);
  while (raw.ends_with('\n') || raw.ends_with('\r')) raw.remove_suffix(1);
  text_ += raw;
  text_ += '\n';
}

/// A newline stands between the values of an object, never in one.
void QuarantinedRows::add_object(std::string_view raw) {
  for (const auto letter : raw) text_ += letter == '\n' || letter == '\r' ? ' ' : letter;
  text_ += '\n';
}

void QuarantinedRows::add_json(std::string_view raw) {
  const auto row = json::parse(raw, "raw text of a row");
  if (!row.is_object()) throw Error(ErrorKind::corrupt, "raw text of a row", "is no object");
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) text_ += delimiter_;
    add_field(field_of(row.get_object().if_contains(names_[i])));
  }
  text_ += '\n';
}

void QuarantinedRows::add_field(std::string_view text) {
  text_ += '"';
  for (const auto letter : text) text_ += letter == '"' ? "\"\"" : std::string(1, letter);
  text_ += '"';
}

std::vector<std::string> columns_of(const Mapping& mapping) {
  std::vector<std::string> columns;
  for (const auto& column : mapping.columns) {
    const bool found = column.why == Why::given || column.why == Why::by_name || column.why == Why::guessed;
    if (found && !column.column.empty()) columns.push_back(column.column);
  }
  return columns;
}

ColumnRoles roles_of(const Mapping& mapping) {
  ColumnRoles roles;
  const auto take = [&](std::string_view role, std::optional<std::string>& column) {
    const auto* found = mapping.find(role);
    if (found != nullptr && !found->column.empty() && found->why != Why::by_shape) column = found->column;
  };
  take("customer", roles.customer);
  take("anonymous", roles.anonymous);
  take("account", roles.account);
  take("time", roles.time);
  take("event", roles.event);
  take("value", roles.value);
  take("sequence", roles.sequence);
  take("currency", roles.currency);
  const auto* currency = mapping.find("currency");
  if (currency != nullptr && !currency->constant.empty()) roles.currency = currency->constant;
  if (!mapping.timezone.empty()) roles.timezone = mapping.timezone;
  if (!mapping.time_format.empty()) roles.time_format = mapping.time_format;
  if (mapping.times == "day/month/year") roles.day_first = true;
  if (mapping.times == "month/day/year") roles.day_first = false;
  return roles;
}

}  // namespace peregrine::ingest
