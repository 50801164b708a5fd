// An EventBatch is events on their way into the store, in columns, in no particular order.
// Ingest and the simulator make them; the store takes them. One thread owns a batch at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/column.hpp"
#include "model/text_column.hpp"

namespace peregrine {

class Writer;

/// A property or column beside the fixed ones. Which vector is used follows from the type; `valid[i]` is 0 or 1.
struct PropertyColumn {
  ColumnType type = ColumnType::text;
  TextColumn texts;                    // text
  std::vector<double> numbers;         // number
  std::vector<std::uint8_t> booleans;  // boolean: 0 or 1
  std::vector<std::int64_t> integers;  // time, money
  std::vector<std::uint8_t> valid;     // all but text, which has its own nothing

  /// Rows so far, valid or not.
  std::size_t size() const;
  /// Adds rows without a value until there are `rows`.
  void fill(std::size_t rows);
};

struct EventBatch {
  /// Where the events come from, for their order: rows of one file (or stream) count up from `first_row`.
  std::uint32_t source = 0;
  std::uint64_t first_row = 0;
  std::vector<std::uint32_t> row;  // place of each event within the source, relative to first_row

  std::vector<std::int64_t> time;   // µs UTC
  TextColumn event;                 // the event's name, never none
  TextColumn customer;              // known customer id, or none
  TextColumn anonymous;             // device or cookie id, or none; each event has at least one of the two
  TextColumn account;               // organisation, or none (column may be empty altogether)
  std::vector<std::int64_t> value;  // millionths; empty when no event of the batch has one
  std::vector<std::uint8_t> value_valid;
  std::vector<std::int64_t> sequence;  // orders events of one customer and time; empty when not mapped
  /// Event columns beside the fixed ones by name: currency channel source medium campaign term content content_type
  /// brand product survey actor (text), score (number), message_id (text), and any property under its own name.
  /// What an event says of its customer is a column named `trait.` and the trait: it holds from that event on.
  std::map<std::string, PropertyColumn> properties;

  std::size_t size() const { return time.size(); }
};

/// Bytes for another process and back. Reading checks every size and code, and throws `corrupt`.
std::string write_batch(const EventBatch& batch);
void write_batch(const EventBatch& batch, Writer& out);
EventBatch read_batch(std::string_view bytes);

}  // namespace peregrine
