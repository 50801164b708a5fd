#include "ingest/quarantined_rows.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"
#include "ingest/csv_head.hpp"
#include "ingest/time_reader.hpp"
#include "store/quarantine_file.hpp"

namespace peregrine::ingest {

namespace {

std::string field_of(const json::value* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string(json::text_of(value->get_string()));
  return json::format(*value);
}

json::object object_of(std::string_view raw) {
  auto row = json::parse(raw, "raw text of a row");
  if (!row.is_object()) throw Error(ErrorKind::corrupt, "raw text of a row", "is no object");
  return std::move(row.get_object());
}

bool has_known_shape(const Mapping& mapping) {
  return std::any_of(mapping.columns.begin(), mapping.columns.end(),
                     [](const MappedColumn& column) { return column.why == Why::by_shape; });
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const auto letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += letter;
    }
  }
  return out;
}

std::string xes_attribute(std::string_view key, const json::value& value) {
  const auto* type = value.is_bool() ? "boolean" : value.is_int64() ? "int" : value.is_number() ? "float" : "string";
  return "<" + std::string(type) + " key=\"" + xml_text(key) + "\" value=\"" + xml_text(field_of(&value)) + "\"/>";
}

}  // namespace

store::Quarantined quarantined(std::string source, std::int64_t row, std::int64_t offset, Finding finding,
                               std::string raw) {
  const auto& entry = entry_of(finding.reason);
  return {.source = std::move(source),
          .row = row,
          .offset = offset,
          .code = std::string(entry.name),
          .field = std::move(finding.field),
          .sentence = std::move(finding.sentence),
          .raw = std::move(raw),
          .severity = std::string(entry.severity)};
}

bool is_readable_alone(const store::Quarantined& row) {
  const auto known =
      std::find_if(reasons.begin(), reasons.end(), [&](const ReasonEntry& entry) { return entry.name == row.code; });
  if (known != reasons.end() && !known->has_cells) return false;
  // A row that was shortened has exactly so many bytes.
  return row.code != "duplicate_conflict" && row.raw.size() < store::raw_bytes &&
         row.raw.find_first_not_of(" \t\r\n") != std::string::npos;
}

std::string why_not_again(const Mapping& mapping) {
  if (!mapping.joins) return {};
  return "the mapping file " + mapping.mapping_file +
         " joins rows, and others of their events may not be here: correct the rows and import them, with all rows of "
         "their events, under another name";
}

QuarantinedRows::Form QuarantinedRows::form_of(const Mapping& mapping) {
  switch (mapping.file_format) {
    case FileFormat::csv: return Form::csv;
    case FileFormat::json: return Form::objects;
    case FileFormat::parquet: return has_known_shape(mapping) ? Form::export_rows : Form::columns;
    case FileFormat::xes: return Form::events;
  }
  return Form::csv;
}

QuarantinedRows::QuarantinedRows(const Mapping& mapping) : form_(form_of(mapping)), names_(mapping.own_columns) {
  if (form_ == Form::events) text_ = "<log>";
  if (form_ != Form::csv && form_ != Form::columns) return;
  if (form_ == Form::csv) delimiter_ = delimiter_named(mapping.delimiter);
  if (mapping.mapping_file.empty()) {
    for (const auto& column : mapping.columns) {
      if (!column.column.empty()) names_.push_back(column.column);
    }
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) text_ += delimiter_;
    add_field(names_[i]);
  }
  text_ += '\n';
}

void QuarantinedRows::add(std::string_view raw) {
  switch (form_) {
    case Form::csv:
      while (raw.ends_with('\n') || raw.ends_with('\r')) raw.remove_suffix(1);
      text_ += raw;
      text_ += '\n';
      return;
    case Form::columns: return add_columns(raw);
    case Form::objects: return add_object(raw);
    case Form::export_rows: return add_export_row(raw);
    case Form::events: return add_event(raw);
  }
}

std::string QuarantinedRows::text() const {
  return form_ == Form::events ? text_ + "</log>" : text_;
}

/// A newline stands between the values of an object, never in one.
void QuarantinedRows::add_object(std::string_view raw) {
  for (const auto letter : raw) text_ += letter == '\n' || letter == '\r' ? ' ' : letter;
  text_ += '\n';
}

void QuarantinedRows::add_columns(std::string_view raw) {
  const auto row = object_of(raw);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) text_ += delimiter_;
    add_field(field_of(row.if_contains(names_[i])));
  }
  text_ += '\n';
}

/// Its keys are those of the flattened export; the parameters and the list of products tell its shape.
void QuarantinedRows::add_export_row(std::string_view raw) {
  auto row = object_of(raw);
  row.emplace("event_params", json::array());
  if (auto* items = row.if_contains("items"); items != nullptr && items->is_string()) {
    *items = json::parse(json::text_of(items->get_string()), "items of a row");
  }
  text_ += json::format(row) + "\n";
}

void QuarantinedRows::add_event(std::string_view raw) {
  constexpr std::string_view of_trace = "trace.";
  std::string trace;
  std::string event;
  for (const auto& attribute : object_of(raw)) {
    const std::string_view key = attribute.key();
    if (key.starts_with(of_trace)) {
      trace += xes_attribute(key.substr(of_trace.size()), attribute.value());
    } else {
      event += xes_attribute(key, attribute.value());
    }
  }
  text_ += "<trace>" + trace + "<event>" + event + "</event></trace>";
}

void QuarantinedRows::add_field(std::string_view text) {
  text_ += '"';
  for (const auto letter : text) text_ += letter == '"' ? "\"\"" : std::string(1, letter);
  text_ += '"';
}

KnownColumns known_columns_of(const Mapping& mapping) {
  KnownColumns known;
  known.names = mapping.own_columns;
  if (mapping.mapping_file.empty()) {
    for (const auto& column : mapping.columns) {
      const bool found = column.why == Why::given || column.why == Why::by_name || column.why == Why::guessed;
      if (found && !column.column.empty()) known.names.push_back(column.column);
    }
  }
  known.amounts = mapping.amounts;
  return known;
}

ColumnRoles roles_of(const Mapping& mapping) {
  ColumnRoles roles;
  const auto take = [&](std::string_view role, std::optional<std::string>& column) {
    const auto* found = mapping.find(role);
    if (found == nullptr || found->why == Why::by_shape) return;
    if (const auto& name = found->defined.empty() ? found->column : found->defined; !name.empty()) column = name;
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
  if (mapping.times == words_of(TimeForm::day_first)) roles.day_first = true;
  if (mapping.times == words_of(TimeForm::month_first)) roles.day_first = false;
  return roles;
}

}  // namespace peregrine::ingest
