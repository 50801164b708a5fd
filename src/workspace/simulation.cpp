#include "workspace/simulation.hpp"

#include "base/threads.hpp"

namespace peregrine {

store::Ledger simulate_workspace(Env& env, const std::string& directory, const demo::Params& params,
                                 const store::ImportOptions& options,
                                 const std::function<void(const SimulationProgress&)>& progress) {
  Workspace::init(env, directory, {.name = std::string(name_of(params.scenario))});
  auto workspace = Workspace::open(env, directory);
  const auto import = workspace.store().begin_import(options);
  SimulationProgress so_far;
  const auto truth = demo::simulate(
      params,
      [&](EventBatch&& batch) {
        so_far.events += static_cast<std::int64_t>(batch.size());
        import->add(batch);
        progress(so_far);
      },
      options.threads == 0 ? available_cores() : options.threads);
  const std::atomic<bool> never{false};
  const auto ledgers = import->publish(
      {store::Ledger{.source = "demo", .received = so_far.events, .imported = env.now()}},
      [&](store::Import::Progress done) {
        so_far.partitions_done = done.partitions_done;
        so_far.partitions = done.partitions;
        progress(so_far);
      },
      never);
  replace_file(env, join_path(directory, truth_file), json::format_pretty(to_json(truth)) + "\n");
  return ledgers.front();
}

}  // namespace peregrine
