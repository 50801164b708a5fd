// A store of events in memory, for the tests of ingest: it keeps what an import gave it, as rows that can be compared.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace peregrine::ingest {

/// One event as text: what its columns hold, by name.
struct StoredRow {
  std::uint32_t source = 0;
  std::uint64_t row = 0;
  std::int64_t time = 0;
  std::map<std::string, std::string> values;  // customer, event, value, ... and properties

  bool operator==(const StoredRow&) const = default;
};

inline std::string text_of(const PropertyColumn& column, std::size_t row) {
  switch (column.type) {
    case ColumnType::text: return std::string(column.texts.text(row));
    case ColumnType::number: {
      char text[40];
      std::snprintf(text, sizeof text, "%.15g", column.numbers[row]);
      return text;
    }
    case ColumnType::boolean: return column.booleans[row] != 0 ? "true" : "false";
    case ColumnType::time: return format_time(Time{column.integers[row]});
    case ColumnType::money: return std::to_string(column.integers[row]);
  }
  return {};
}

inline std::vector<StoredRow> rows_of(const EventBatch& batch) {
  std::vector<StoredRow> rows(batch.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& [source, row, time, values] = rows[i];
    source = batch.source;
    row = batch.first_row + batch.row[i];
    time = batch.time[i];
    const auto put = [&](const char* name, const TextColumn& column) {
      if (column.size() > 0 && column.has(i)) values[name] = column.text(i);
    };
    put("event", batch.event);
    put("customer", batch.customer);
    put("anonymous", batch.anonymous);
    put("account", batch.account);
    if (!batch.value.empty() && batch.value_valid[i] != 0) values["value"] = std::to_string(batch.value[i]);
    if (!batch.sequence.empty()) values["sequence"] = std::to_string(batch.sequence[i]);
    for (const auto& [name, column] : batch.properties) {
      const bool has = column.type == ColumnType::text ? column.texts.has(i) : column.valid[i] != 0;
      if (has) values[name] = text_of(column, i);
    }
  }
  return rows;
}

class MemoryStore final : public store::Store {
 public:
  struct State {
    std::vector<StoredRow> rows;
    std::vector<store::Quarantined> quarantine;
    std::vector<store::Ledger> ledgers;
    std::size_t publishes = 0;
    bool keep_rows = true;  // false: only count, for large files
    std::uint64_t counted = 0;
  };

  State& state() { return *state_; }

  std::shared_ptr<const store::Snapshot> snapshot() const override { return std::make_shared<View>(state_); }
  std::unique_ptr<store::Import> begin_import(const store::ImportOptions&) override {
    return std::make_unique<Pending>(state_);
  }

 private:
  class View final : public store::Snapshot {
   public:
    explicit View(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::int64_t events() const override { return static_cast<std::int64_t>(state_->rows.size()); }
    std::int64_t journeys() const override { return 0; }
    std::int64_t known_customers() const override { return 0; }
    Time oldest() const override { return {}; }
    Time newest() const override { return {}; }
    NameList event_names() const override { return {}; }
    const std::vector<store::ColumnEntry>& properties() const override { return properties_; }
    const std::vector<store::Ledger>& ledgers() const override { return state_->ledgers; }
    std::int64_t quarantined() const override { return static_cast<std::int64_t>(state_->quarantine.size()); }
    void for_each_quarantined(const std::function<bool(store::Quarantined)>& take) const override {
      for (const auto& row : state_->quarantine) {
        if (!take(row)) return;
      }
    }
    std::uint64_t version() const override { return state_->publishes; }
    std::size_t partitions() const override { return 0; }
    std::unique_ptr<Part> part(std::size_t, const ColumnRequest&, Labels) const override { return nullptr; }

   private:
    std::shared_ptr<State> state_;
    std::vector<store::ColumnEntry> properties_;
  };

  class Pending final : public store::Import {
   public:
    explicit Pending(std::shared_ptr<State> state) : state_(std::move(state)) {}
    void add(const EventBatch& batch) override {
      stored_[batch.source] += static_cast<std::int64_t>(batch.size());
      if (!state_->keep_rows) return;
      for (auto& row : rows_of(batch)) rows_.push_back(std::move(row));
    }
    void link(const store::Link&) override {}
    void quarantine(store::Quarantined row) override { quarantine_.push_back(std::move(row)); }
    void release(std::vector<std::uint64_t>, const std::vector<EventBatch>&) override {
      throw Error(ErrorKind::bug, "import", "this store lets no row out of quarantine");
    }
    std::vector<store::Ledger> publish(std::vector<store::Ledger> ledgers,
                                       const std::function<void(Progress)>& progress,
                                       const std::atomic<bool>&) override {
      for (std::size_t i = 0; i < ledgers.size(); ++i) {
        ledgers[i].stored = stored_[static_cast<std::uint32_t>(i)];
        ledgers[i].duplicates += ledgers[i].received - ledgers[i].accounted();
        state_->counted += static_cast<std::uint64_t>(ledgers[i].stored);
      }
      progress({1, 1});
      state_->rows.insert(state_->rows.end(), rows_.begin(), rows_.end());
      state_->quarantine.insert(state_->quarantine.end(), quarantine_.begin(), quarantine_.end());
      state_->ledgers.insert(state_->ledgers.end(), ledgers.begin(), ledgers.end());
      ++state_->publishes;
      return ledgers;
    }

   private:
    std::shared_ptr<State> state_;
    std::vector<StoredRow> rows_;
    std::vector<store::Quarantined> quarantine_;
    std::map<std::uint32_t, std::int64_t> stored_;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();  // shared by snapshots and imports, as in the real one
};

}  // namespace peregrine::ingest
