// An Incoming is one EventBatch as Rows: names become codes of the workspace, properties become numbered columns,
// message ids become hashes. It looks into the batch, which must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/event_dictionary.hpp"
#include "store/rows.hpp"

namespace peregrine::store {

/// The columns of a workspace. A property that comes with a second type gets a second column.
class ColumnNumbers {
 public:
  explicit ColumnNumbers(std::vector<ColumnName> columns);

  std::uint32_t number(const std::string& property, ColumnType type);
  const std::vector<ColumnName>& columns() const { return columns_; }

 private:
  bool taken(const std::string& name) const;

  std::vector<ColumnName> columns_;
  std::map<std::pair<std::string, ColumnType>, std::uint32_t> numbers_;
};

class Incoming {
 public:
  /// `source` is the ledger's place. Throws `bug` when the batch is not whole.
  Incoming(const EventBatch& batch, std::uint32_t source, EventDictionary& dictionary, ColumnNumbers& columns);

  Rows rows;

 private:
  void take_events(const TextColumn& column, EventDictionary& dictionary);
  TextRows texts_of(const TextColumn& column);
  void take_property(const std::string& name, const PropertyColumn& column, ColumnNumbers& columns);

  std::vector<std::uint32_t> events_;  // or narrow_events_, when all codes fit
  std::vector<std::uint16_t> narrow_events_;
  std::vector<std::vector<std::string_view>> names_;
  std::vector<Hash128> messages_;
};

}  // namespace peregrine::store
