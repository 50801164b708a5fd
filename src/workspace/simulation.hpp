// A simulated workspace: the demo's events go the way of any import, its truth is written beside them.
#pragma once

#include <functional>
#include <string>

#include "demo/demo.hpp"
#include "workspace/workspace.hpp"

namespace peregrine {

constexpr std::string_view truth_file = "truth.json";

struct SimulationProgress {
  std::int64_t events = 0;  // so far
  std::size_t partitions_done = 0;
  std::size_t partitions = 0;  // 0 while events are made
};

/// Makes a workspace in `directory`, fills it and writes truth.json. Returns the ledger of the import.
store::Ledger simulate_workspace(Env& env, const std::string& directory, const demo::Params& params,
                                 const store::ImportOptions& options,
                                 const std::function<void(const SimulationProgress&)>& progress);

}  // namespace peregrine
