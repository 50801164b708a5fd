// A Mapping says how the columns of one file become events, and why: given by a person, by name, or guessed from
// values. It is shown before it is used. Plain facts; owned by whoever asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "ingest/amount.hpp"
#include "ingest/file_format.hpp"
#include "model/column.hpp"

namespace peregrine::ingest {

/// What a person said about the columns of a file. What is not given is found by name, then by values.
struct ColumnRoles {
  std::optional<std::string> customer;
  std::optional<std::string> anonymous;
  std::optional<std::string> account;
  std::optional<std::string> time;
  std::optional<std::string> event;
  std::optional<std::string> value;
  std::optional<std::string> currency;
  std::optional<std::string> sequence;
  std::optional<std::string> timezone;
  std::optional<std::string> time_format;
  std::optional<bool> day_first;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&ColumnRoles::customer>("Column with the id of the known customer."),
        field<&ColumnRoles::anonymous>("Column with the id of a device or cookie."),
        field<&ColumnRoles::account>("Column with the id of the customer's organisation."),
        field<&ColumnRoles::time>("Column that says when."),
        field<&ColumnRoles::event>("Column that says what happened."),
        field<&ColumnRoles::value>("Column with an amount of money."),
        field<&ColumnRoles::currency>("Column with the currency, or the one currency of the file such as EUR."),
        field<&ColumnRoles::sequence>("Column with whole numbers that order events of one customer and time."),
        field<&ColumnRoles::timezone>("Time zone of times that name none, such as Europe/Amsterdam."),
        field<&ColumnRoles::time_format>("How times are written, such as %d.%m.%Y %H:%M, when that is not found."),
        field<&ColumnRoles::day_first>(
            "Whether 03/04/2026 is the third of April (true) or the fourth of March (false)."));
  }
};

/// What is known of columns before their values are looked at.
struct KnownColumns {
  std::vector<std::string> names;           // that are there even if the first rows, which name their values, have none
  std::map<std::string, ColumnType> types;  // of properties by the name in the store
  std::optional<AmountStyle> amounts;       // of the value

  static constexpr auto fields() {
    return std::make_tuple(field<&KnownColumns::names>(""), field<&KnownColumns::types>(""),
                           field<&KnownColumns::amounts>(""));
  }
};

enum class Why : std::uint8_t { given, by_shape, by_name, guessed, property, ignored };
constexpr auto enum_names(Why) {
  return std::to_array<std::string_view>(
      {"given", "by shape", "by name", "guessed from values", "property", "ignored"});
}

struct MappedColumn {
  std::string column;   // its name in the file; empty for a constant
  std::string becomes;  // customer, time, event, value, channel, ..., or the name of a property; empty: ignored
  ColumnType type = ColumnType::text;
  Why why = Why::property;
  std::string note;      // how it is read, or why it is ignored
  std::string constant;  // what every row has, when the file has no column for it
  std::string defined;   // what a mapping file calls it; empty for a column of the file

  static constexpr auto fields() {
    return std::make_tuple(
        field<&MappedColumn::column>("Column of the file; empty for a constant."),
        field<&MappedColumn::becomes>("What it becomes in the store; empty: it is left out."),
        field<&MappedColumn::type>("Type of the values."), field<&MappedColumn::why>("Why."),
        field<&MappedColumn::note>("How it is read."),
        field<&MappedColumn::constant>("What every row has; empty unless it is a constant."),
        field<&MappedColumn::defined>("What a mapping file calls it; empty if it calls it nothing."));
  }
};

struct Mapping {
  std::string file;
  std::string format;  // CSV, JSON, Parquet or XES, with the known shapes of its rows
  FileFormat file_format = FileFormat::csv;
  std::string compression;  // empty, gzip or zstd
  std::string delimiter;    // comma, semicolon, tab or pipe; of CSV only
  std::string times;        // how times are read, in words
  std::string timezone;     // used for times that name none
  std::string time_format;  // the pattern of times, when one was given
  AmountStyle amounts = AmountStyle::point;
  std::string mapping_file;              // that says so, or empty
  bool joins = false;                    // rows into events, as the mapping file says
  std::vector<std::string> own_columns;  // of the file, where a mapping file makes others of them
  std::vector<MappedColumn> columns;     // in the order of the file, then constants

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Mapping::file>("File."),
        field<&Mapping::format>("CSV, JSON, Parquet or XES, with the known shapes of its rows."),
        field<&Mapping::file_format>("Format alone."), field<&Mapping::compression>("Empty, gzip or zstd."),
        field<&Mapping::delimiter>("What stands between the fields of a CSV file."),
        field<&Mapping::times>("How times are read."), field<&Mapping::timezone>("Time zone of times that name none."),
        field<&Mapping::time_format>("Pattern of the times, when one was given."),
        field<&Mapping::amounts>("Which sign stands before the decimals of the value."),
        field<&Mapping::mapping_file>("The mapping file that was used, or empty."),
        field<&Mapping::joins>("Whether the mapping file joins rows."),
        field<&Mapping::own_columns>("Columns of the file, when a mapping file was used."),
        field<&Mapping::columns>("What each column becomes."));
  }

  /// The column that becomes `name`, or null.
  const MappedColumn* find(std::string_view name) const;
  /// Rows of `column | becomes | why` for a person, each padded to line up; the first is the file with its format.
  std::vector<std::string> words() const;
};

}  // namespace peregrine::ingest
