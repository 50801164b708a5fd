#include "ingest/quarantined_rows.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "ingest/reason.hpp"
#include "store/quarantine_file.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::string_view constant_words = "always ";  // of the note of a constant column

char delimiter_of(std::string_view name) {
  if (name == "semicolon") return ';';
  if (name == "tab") return '\t';
  return name == "pipe" ? '|' : ',';
}

std::string field_of(const json::value* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string(json::text_of(value->get_string()));
  return json::format(*value);
}

}  // namespace

bool is_readable_alone(const store::Quarantined& row) {
  for (const auto reason : {Reason::csv_columns, Reason::csv_unclosed_quote, Reason::csv_stray_quote,
                            Reason::csv_repeated_header, Reason::row_too_long, Reason::invalid_utf8}) {
    if (row.code == name_of(reason)) return false;
  }
  // A row that was shortened has exactly so many bytes.
  return row.code != "duplicate_conflict" && row.raw.size() < store::raw_bytes &&
         row.raw.find_first_not_of(" \t\r\n") != std::string::npos;
}

QuarantinedRows::QuarantinedRows(const Mapping& mapping)
    : delimiter_(delimiter_of(mapping.delimiter)), is_json_(mapping.format == "Parquet") {
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
  if (is_json_) return add_json(raw);
  while (raw.ends_with('\n') || raw.ends_with('\r')) raw.remove_suffix(1);
  text_ += raw;
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

ColumnRoles roles_of(const Mapping& mapping) {
  ColumnRoles roles;
  const auto take = [&](std::string_view role, std::optional<std::string>& column) {
    const auto* found = mapping.find(role);
    if (found != nullptr && !found->column.empty()) column = found->column;
  };
  take("customer", roles.customer);
  take("anonymous", roles.anonymous);
  take("account", roles.account);
  take("time", roles.time);
  take("event", roles.event);
  take("value", roles.value);
  take("sequence", roles.sequence);
  take("currency", roles.currency);
  if (const auto* currency = mapping.find("currency");
      currency != nullptr && currency->column.empty() && currency->note.starts_with(constant_words)) {
    roles.currency = currency->note.substr(constant_words.size());
  }
  if (!mapping.timezone.empty()) roles.timezone = mapping.timezone;
  if (mapping.times == "day/month/year") roles.day_first = true;
  if (mapping.times == "month/day/year") roles.day_first = false;
  return roles;
}

}  // namespace peregrine::ingest
