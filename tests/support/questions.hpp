// Asking questions of events in memory and of events in a store that lives as long as the test: what golden cases and
// laws share.
#pragma once

#include <string>
#include <vector>

#include "base/env.hpp"
#include "model/memory_part.hpp"
#include "workspace/prepared.hpp"

namespace peregrine {

/// The frameworks that ship, and nothing else from outside.
class ShippedResources final : public Resources {
 public:
  const Framework& framework(std::string_view name, std::string_view where) const override;
};

/// A question prepared for events in memory. `newest` is the horizon.
Prepared prepare_for(const MemoryPart& part, const Ask& ask, Time newest, std::int64_t quarantined = 0);

struct PartOptions {
  std::size_t batch_journeys = 0;  // 0: the engine's batches
  std::int64_t quarantined = 0;    // rows that wait, as the question is told
};

/// Enters the part with the columns and the filter of the question, observes all its journeys and leaves.
void observe_part(const Part& part, engine::Task& task, const PartOptions& options = {});

/// The result of a question over one part.
json::object ask_part(const MemoryPart& part, const Ask& ask, const PartOptions& options = {});

/// A part for each customer.
std::vector<MemoryPart> parts_by_customer(const std::vector<MemoryEvent>& events);

/// The result over several parts: a fold each, saved, loaded, and merged in reverse order.
json::object ask_parts_saved(const std::vector<MemoryPart>& parts, const Ask& ask, std::int64_t quarantined = 0);

/// A directory below the system's temporary one, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

EventBatch batch_of(const std::vector<MemoryEvent>& events);

/// Events imported into a store, beside so many rows that could not be understood, and opened again.
class StoredEvents {
 public:
  StoredEvents(const std::vector<MemoryEvent>& events, std::size_t partitions, std::int64_t quarantined = 0);
  json::object ask(const Ask& ask, std::size_t threads) const;

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<store::Store> store_;
  Vocabulary vocabulary_;
};

}  // namespace peregrine
