#include "support/questions.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "fold/filtered_part.hpp"
#include "fold/saved_state.hpp"
#include "model/requested_part.hpp"

namespace peregrine {

const Framework& ShippedResources::framework(std::string_view name, std::string_view where) const {
  const auto wanted = name.empty() ? default_framework : name;
  std::vector<std::string_view> names;
  for (const auto& framework : shipped_frameworks()) {
    if (framework.name == wanted) return framework;
    names.push_back(framework.name);
  }
  throw Error(ErrorKind::not_found, std::string(where), "there is no framework \"" + std::string(wanted) + "\"",
              propose(wanted, names));
}

namespace {

std::vector<std::string_view> event_names(const Part& part) {
  std::vector<std::string_view> names;
  for (const auto& label : part.labels) names.push_back(label.event);
  return names;
}

/// Oldest and newest event; both are 0 where there are none.
struct Ends {
  Time oldest{};
  Time newest{};
};

Ends ends_of(const MemoryPart& part) {
  const auto* end = part.time + part.events();
  const auto* oldest = std::min_element(part.time, end);
  return {.oldest = oldest == end ? Time{} : Time{*oldest}, .newest = part.newest().value_or(Time{})};
}

Ends ends_of(const std::vector<MemoryPart>& parts) {
  Ends all{.oldest = Time::latest()};
  for (const auto& part : parts) {
    if (part.events() == 0) continue;
    all.oldest = std::min(all.oldest, ends_of(part).oldest);
    all.newest = std::max(all.newest, ends_of(part).newest);
  }
  return all;
}

Prepared prepare_with(const std::vector<std::string_view>& events, const std::vector<KnownColumn>& columns, Ends ends,
                      std::int64_t quarantined, const Ask& ask) {
  static const ShippedResources resources;
  return prepare(
      ask, resources,
      {.events = events, .columns = columns, .oldest = ends.oldest, .newest = ends.newest, .quarantined = quarantined},
      "UTC");
}

}  // namespace

Prepared prepare_for(const MemoryPart& part, const Ask& ask, Time newest, std::int64_t quarantined) {
  return prepare_with(event_names(part), part.columns(), {ends_of(part).oldest, newest}, quarantined, ask);
}

namespace {

void observe_journeys(const Part& part, RunningFold& fold, const PartOptions& options) {
  fold.enter(part);
  if (options.batch_journeys == 0) {
    engine::for_each_batch(part, [&](const JourneyBatch& batch) { fold.observe(batch); });
  } else {
    for (std::size_t journey = 0; journey < part.journeys(); journey += options.batch_journeys) {
      fold.observe({.size = std::min(options.batch_journeys, part.journeys() - journey),
                    .begin = part.first.data() + journey,
                    .end = part.first.data() + journey + 1,
                    .journeys = nullptr,
                    .first_journey = journey});
    }
  }
  fold.leave();
}

}  // namespace

void observe_part(const Part& part, engine::Task& task, const PartOptions& options) {
  auto columns = task.columns;
  if (task.where) columns.add(task.where->columns());
  const RequestedPart shown(part, columns);
  if (task.where) {
    observe_journeys(FilteredPart(shown, *task.where, task.columns), *task.fold, options);
  } else {
    observe_journeys(shown, *task.fold, options);
  }
}

json::object ask_part(const MemoryPart& part, const Ask& ask, const PartOptions& options) {
  const auto prepared = prepare_for(part, ask, part.newest().value_or(Time{}), options.quarantined);
  auto task = prepared.task();
  observe_part(part, task, options);
  while (auto next = task.fold->next()) {
    task.fold = std::move(next);
    observe_part(part, task, options);
  }
  Meta meta;
  return task.fold->finish(meta);
}

std::vector<MemoryPart> parts_by_customer(const std::vector<MemoryEvent>& events) {
  std::map<std::string, std::vector<MemoryEvent>> by_customer;
  for (const auto& event : events) by_customer[event.customer].push_back(event);
  std::vector<MemoryPart> parts;
  for (auto& [customer, own] : by_customer) parts.push_back(MemoryPart::of(own));
  if (parts.empty()) parts.push_back(MemoryPart::of({}));
  return parts;
}

json::object ask_parts_saved(const std::vector<MemoryPart>& parts, const Ask& ask, std::int64_t quarantined) {
  std::vector<std::string_view> events;
  std::vector<KnownColumn> columns;
  for (const auto& part : parts) {
    for (const auto name : event_names(part)) events.push_back(name);
    for (const auto& column : part.columns()) columns.push_back(column);
  }
  const auto prepared = prepare_with(events, columns, ends_of(parts), quarantined, ask);
  auto whole = prepared.task();
  while (true) {
    std::vector<std::string> saved;
    for (const auto& part : parts) {
      engine::Task task{.fold = whole.fold->empty(), .columns = whole.columns, .where = whole.where};
      observe_part(part, task);
      saved.push_back(save_state(prepared.analysis, prepared.params, *task.fold));
    }
    std::reverse(saved.begin(), saved.end());
    for (const auto& bytes : saved) {
      const auto loaded = whole.fold->empty();
      load_state(bytes, prepared.analysis, prepared.params, *loaded);
      whole.fold->merge(*loaded);
    }
    auto next = whole.fold->next();
    if (!next) break;
    whole.fold = std::move(next);
  }
  Meta meta;
  return whole.fold->finish(meta);
}

TemporaryDirectory::TemporaryDirectory() {
  auto pattern = (std::filesystem::temp_directory_path() / "peregrine-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw Error(ErrorKind::unavailable, pattern, "cannot make the directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // a directory that stays behind harms no test
  std::filesystem::remove_all(path_, ignored);
}

EventBatch batch_of(const std::vector<MemoryEvent>& events) {
  EventBatch batch;
  for (const auto& event : events) {
    const auto rows = batch.time.size() + 1;
    batch.row.push_back(static_cast<std::uint32_t>(rows - 1));
    batch.time.push_back(event.time.micros);
    batch.event.add(event.event);
    event.known ? batch.customer.add(event.customer) : batch.customer.add_none();
    event.known ? batch.anonymous.add_none() : batch.anonymous.add(event.customer);
    batch.value.push_back(event.value.value_or(0));
    batch.value_valid.push_back(event.value ? 1 : 0);
    for (const auto& [name, value] : event.properties) {
      auto& column = batch.properties[name];
      if (std::holds_alternative<std::string>(value)) {
        column.fill(rows - 1);
        column.texts.add(std::get<std::string>(value));
        continue;
      }
      const bool is_number = std::holds_alternative<double>(value);
      column.type = is_number ? ColumnType::number : ColumnType::boolean;
      column.fill(rows - 1);
      if (is_number) {
        column.numbers.push_back(std::get<double>(value));
      } else {
        column.booleans.push_back(std::get<bool>(value) ? 1 : 0);
      }
      column.valid.push_back(1);
    }
  }
  for (auto& [name, column] : batch.properties) column.fill(batch.size());
  return batch;
}

StoredEvents::StoredEvents(const std::vector<MemoryEvent>& events, std::size_t partitions, std::int64_t quarantined) {
  auto& env = Env::real();
  store::Store::create(env, directory_.path(), partitions);
  store_ = store::Store::open(env, directory_.path());
  if (!events.empty() || quarantined > 0) {
    const auto import = store_->begin_import({});
    import->add(batch_of(events));
    for (std::int64_t row = 1; row <= quarantined; ++row) {
      import->quarantine({.source = "golden", .row = row, .code = "time_missing", .sentence = "says no time"});
    }
    const auto received = static_cast<std::int64_t>(events.size()) + quarantined;
    const std::atomic<bool> never{false};
    import->publish({{.source = "golden", .received = received, .quarantined = quarantined }}, [](auto){}, never);
  }
  store_ = store::Store::open(env, directory_.path());
}

json::object StoredEvents::ask(const Ask& ask, std::size_t threads) const {
  const auto snapshot = store_->snapshot();
  const auto names = snapshot->event_names();
  std::vector<KnownColumn> columns;
  for (const auto& column : snapshot->properties()) columns.push_back({column.name, column.type});
  const auto prepared = prepare_with({names.begin(), names.end()}, columns, {snapshot->oldest(), snapshot->newest()},
                                     snapshot->quarantined(), ask);
  const auto labels = vocabulary_.label(names);
  std::vector<engine::Task> tasks;
  tasks.push_back(prepared.task());
  engine::scan(*snapshot, labels, tasks, {.threads = threads});
  Meta meta;
  return tasks.front().fold->finish(meta);
}

}  // namespace peregrine
