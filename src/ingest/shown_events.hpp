// Events as people see them before they are stored: one row each, with what they say by name.
#pragma once

#include "base/json.hpp"
#include "model/event_batch.hpp"

namespace peregrine::ingest {

/// Adds the events of `batch` until there are `most` rows.
void show_events(const EventBatch& batch, std::size_t most, json::array& rows);

}  // namespace peregrine::ingest
