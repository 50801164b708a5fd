#include "ingest/shown_events.hpp"

#include "base/money.hpp"
#include "base/time.hpp"

namespace peregrine::ingest {

namespace {

json::value text_of(const TextColumn& column, std::size_t row) {
  return row < column.size() && column.has(row) ? json::value(boost::json::string(column.text(row))) : json::value();
}

json::value value_of(const PropertyColumn& column, std::size_t row) {
  if (column.type == ColumnType::text) return text_of(column.texts, row);
  if (row >= column.valid.size() || column.valid[row] == 0) return nullptr;
  switch (column.type) {
    case ColumnType::number: return column.numbers[row];
    case ColumnType::boolean: return column.booleans[row] != 0;
    case ColumnType::time: return boost::json::string(format_time(Time{column.integers[row]}));
    default: return amount_of(column.integers[row]);
  }
}

}  // namespace

void show_events(const EventBatch& batch, std::size_t most, json::array& rows) {
  for (std::size_t row = 0; row < batch.size() && rows.size() < most; ++row) {
    json::object shown{{"customer", text_of(batch.customer, row)}};
    if (batch.anonymous.size() > 0) shown["anonymous"] = text_of(batch.anonymous, row);
    if (batch.account.size() > 0) shown["account"] = text_of(batch.account, row);
    shown["time"] = boost::json::string(format_time(Time{batch.time[row]}));
    shown["event"] = text_of(batch.event, row);
    if (!batch.value.empty()) {
      shown["value"] = batch.value_valid[row] != 0 ? json::value(amount_of(batch.value[row])) : json::value();
    }
    if (!batch.sequence.empty()) shown["sequence"] = batch.sequence[row];
    for (const auto& [name, column] : batch.properties) shown[name] = value_of(column, row);
    rows.push_back(std::move(shown));
  }
}

}  // namespace peregrine::ingest
