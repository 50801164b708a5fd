// The demo simulates a firm whose true behaviour is known, so that every analysis can be held against the truth.
// Same Params, same events, byte for byte, on any machine and with any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/fields.hpp"
#include "base/time.hpp"
#include "demo/truth.hpp"
#include "model/event_batch.hpp"

namespace peregrine::demo {

struct Params {
  Scenario scenario = Scenario::shop;
  std::int64_t customers = 5'000;
  std::int64_t seed = 1;
  Time start{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z
  std::int64_t days = 270;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Params::scenario>("shop: an online shop with stores. b2b: software sold to firms with buying groups."),
        field<&Params::customers>(
            "People to simulate. In b2b whole accounts, so up to 5 more; many never come to do anything.",
            {.min = 1, .max = 100'000'000}),
        field<&Params::seed>("Another seed gives other customers with the same true behaviour.", {.min = 0}),
        field<&Params::start>("Start of the simulated time."),
        field<&Params::days>("Length of the simulated time in days.", {.min = 30, .max = 3'650}));
  }
};

/// Gives the events to `sink` in batches of whole people, up to about 100,000 events each, always in the same order and
/// never two at once, though not always from the same thread. Rows count up through all batches; the rows of a person
/// stand together, in time order but for the late ones. Memory: about 30 MB a thread, whatever the number of customers.
/// What `sink` throws ends the simulation and is thrown on. Throws `invalid` for Params out of bounds.
Truth simulate(const Params& params, const std::function<void(EventBatch&&)>& sink, std::size_t threads = 1);

}  // namespace peregrine::demo
