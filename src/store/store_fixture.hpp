// The vocabulary of the store's tests: events as short literals, imports as one call, everything in a store as lines.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/error.hpp"
#include "base/fault_env.hpp"
#include "store/store.hpp"

namespace peregrine::store {

struct TestEvent {
  std::string customer = {};  // empty: none
  std::string anonymous = {};
  std::string event = "Visit";
  std::int64_t second = 0;
  std::optional<std::int64_t> value = {};
  std::optional<std::int64_t> sequence = {};
  std::string message = {};
  std::string account = {};
  std::map<std::string, std::string> texts = {};
  std::map<std::string, double> numbers = {};
  std::map<std::string, bool> booleans = {};
  std::map<std::string, std::int64_t> times = {};
  std::map<std::string, std::int64_t> money = {};
};

/// Events of one file, from row 0 on.
struct TestFile {
  std::string name;
  std::vector<TestEvent> events;
};

inline PropertyColumn& column_of(EventBatch& batch, const std::string& name, ColumnType type, std::size_t row) {
  auto& column = batch.properties[name];
  column.type = type;
  column.fill(row);
  return column;
}

inline void add_event(EventBatch& batch, const TestEvent& event) {
  const std::size_t row = batch.size();
  const auto add = [](TextColumn& column, const std::string& text) {
    text.empty() ? column.add_none() : column.add(text);
  };
  batch.time.push_back(event.second * 1'000'000);
  batch.event.add(event.event);
  add(batch.customer, event.customer);
  add(batch.anonymous, event.anonymous);
  add(batch.account, event.account);
  batch.value.push_back(event.value.value_or(0));
  batch.value_valid.push_back(event.value ? 1 : 0);
  batch.sequence.push_back(event.sequence.value_or(0));
  if (!event.message.empty()) column_of(batch, "message_id", ColumnType::text, row).texts.add(event.message);
  for (const auto& [name, text] : event.texts) column_of(batch, name, ColumnType::text, row).texts.add(text);
  const auto put = [&](const auto& values, ColumnType type, auto member) {
    for (const auto& [name, value] : values) {
      auto& column = column_of(batch, name, type, row);
      (column.*member).push_back(value);
      column.valid.push_back(1);
    }
  };
  put(event.numbers, ColumnType::number, &PropertyColumn::numbers);
  put(event.booleans, ColumnType::boolean, &PropertyColumn::booleans);
  put(event.times, ColumnType::time, &PropertyColumn::integers);
  put(event.money, ColumnType::money, &PropertyColumn::integers);
}

/// The rows `begin` to `end` of a file as one batch.
inline EventBatch batch_of(const TestFile& file, std::uint32_t source, std::size_t begin, std::size_t end) {
  EventBatch batch;
  batch.source = source;
  batch.first_row = begin;
  for (std::size_t i = begin; i < end; ++i) {
    add_event(batch, file.events[i]);
    batch.row.push_back(static_cast<std::uint32_t>(i - begin));
  }
  for (auto& [name, column] : batch.properties) column.fill(batch.size());
  return batch;
}

inline Ledger ledger_of(const TestFile& file) {
  Ledger ledger;
  ledger.source = file.name;
  ledger.hash = "hash of " + file.name;
  ledger.received = static_cast<std::int64_t>(file.events.size());
  return ledger;
}

struct ImportSettings {
  std::size_t memory_bytes = std::size_t{256} << 20;
  std::size_t batch_rows = 1000;
  std::size_t threads = 2;
  std::optional<IdentityRules> identity = {};
};

inline std::vector<Ledger> import_files(Store& store, const std::vector<TestFile>& files,
                                        ImportSettings settings = {}) {
  const auto import = store.begin_import(
      {.memory_bytes = settings.memory_bytes, .threads = settings.threads, .identity = settings.identity});
  std::vector<Ledger> ledgers;
  for (std::uint32_t source = 0; source < files.size(); ++source) {
    const auto& file = files[source];
    for (std::size_t row = 0; row < file.events.size(); row += settings.batch_rows) {
      import->add(batch_of(file, source, row, std::min(file.events.size(), row + settings.batch_rows)));
    }
    ledgers.push_back(ledger_of(file));
  }
  return import->publish(ledgers, {}, std::atomic<bool>{false});
}

inline std::string text_of(const ColumnView& column, std::size_t row) {
  if (!column.has(row)) return "-";
  switch (column.type) {
    case ColumnType::text: return std::string(column.text(row));
    case ColumnType::number: return std::to_string(column.numbers[row]);
    case ColumnType::boolean: return column.boolean(row) ? "true" : "false";
    case ColumnType::time: return "t" + std::to_string(column.integers[row]);
    case ColumnType::money: return "m" + std::to_string(column.integers[row]);
  }
  return "?";
}

inline ColumnRequest everything(const Snapshot& snapshot) {
  ColumnRequest request;
  request.value = request.identities = true;
  for (const auto& property : snapshot.properties()) request.properties.push_back(property.name);
  return request;
}

/// Labels that know nothing but the names.
inline std::vector<Label> labels_of(const Snapshot& snapshot) {
  std::vector<Label> labels;
  for (const auto name : snapshot.event_names()) labels.push_back({.event = name, .touchpoint = name});
  return labels;
}

/// `ann 3 Buy 500 plan=pro`: a line an event, journeys in the order of the store; a customer never known has a `?`.
inline std::vector<std::string> lines_of(const Snapshot& snapshot) {
  std::vector<std::string> lines;
  const auto labels = labels_of(snapshot);
  for (std::size_t partition = 0; partition < snapshot.partitions(); ++partition) {
    const auto part = snapshot.part(partition, everything(snapshot), labels);
    for (std::size_t journey = 0; journey < part->journeys(); ++journey) {
      for (auto row = part->first[journey]; row < part->first[journey + 1]; ++row) {
        std::string line(part->customer(journey));
        if (!part->known(journey)) line += '?';
        line += " " + std::to_string(part->time[row] / 1'000'000);
        line += " " + std::string(part->labels[part->event[row]].event);
        line += " " + (part->value.has(row) ? std::to_string(part->value.integers[row]) : "-");
        for (const auto& property : snapshot.properties()) {
          if (const auto column = part->property(property.name); column.has(row)) {
            line += " " + property.name + "=" + text_of(column, row);
          }
        }
        lines.push_back(std::move(line));
      }
    }
  }
  return lines;
}

/// The same of one customer, without the id.
inline std::vector<std::string> journey_of(const Snapshot& snapshot, const std::string& customer) {
  std::vector<std::string> journey;
  for (const auto& line : lines_of(snapshot)) {
    if (line.starts_with(customer + " ")) journey.push_back(line.substr(customer.size() + 1));
  }
  return journey;
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() : root_(testing::TempDir() + "peregrine-store-" + std::to_string(Env::real().random())) {
    std::filesystem::create_directories(root_);
    env_.skip_syncs();
  }
  ~StoreTest() override { std::filesystem::remove_all(root_); }

  std::string directory(const std::string& name = "events") const { return join_path(root_, name); }
  std::unique_ptr<Store> create(const std::string& name = "events", std::size_t partitions = 4) {
    Store::create(env_, directory(name), partitions);
    return open(name);
  }
  std::unique_ptr<Store> open(const std::string& name = "events") { return Store::open(env_, directory(name)); }
  /// The lines of a store made by these imports, one after another.
  std::vector<std::string> lines_after(const std::string& name, const std::vector<std::vector<TestFile>>& imports,
                                       ImportSettings settings = {}) {
    const auto store = create(name);
    for (const auto& files : imports) import_files(*store, files, settings);
    return lines_of(*open(name)->snapshot());
  }

  FaultEnv env_{Env::real()};
  std::string root_;
};

/// The kind and words of the Error that `act` throws; fails the test when there is none.
template <class Act>
std::pair<ErrorKind, std::string> error_of(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  ADD_FAILURE() << "no error";
  return {ErrorKind::bug, ""};
}

/// A seed that is printed with every failure; PEREGRINE_SEED takes a run up again.
inline std::uint64_t test_seed() {
  const char* given = std::getenv("PEREGRINE_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : Env::real().random();
  std::printf("PEREGRINE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace peregrine::store
