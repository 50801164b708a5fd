#include <fmt/format.h>

#include "cli/flags.hpp"
#include "cli/progress.hpp"
#include "cli/verb.hpp"
#include "workspace/simulation.hpp"

namespace peregrine::cli {

void add_demo(CLI::App& app) {
  struct Flags {
    std::string directory;
    store::ImportOptions options;
    SchemaFlags schema;
    bool quiet = false;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("demo", "Make a workspace with a simulated firm whose truth is known");
  verb->add_option("DIR", flags->directory, "Directory to make")->required();
  verb->add_option("--threads", flags->options.threads, "Threads; all cores when not said");
  verb->add_flag("--quiet", flags->quiet, "Say nothing but errors");
  flags->schema.add(*verb, schema_of<demo::Params>());
  verb->allow_extras();
  verb->footer("Examples:\n  peregrine demo shop\n  peregrine demo firm --scenario b2b --customers 20000 --seed 7");
  verb->callback([flags, verb] {
    const auto params =
        from_json<demo::Params>(parse_flags(flags->schema.words(*verb), schema_of<demo::Params>()), "demo");
    ProgressBar bar(flags->quiet);
    const auto ledger =
        simulate_workspace(Env::real(), flags->directory, params, flags->options, [&](const SimulationProgress& now) {
          const auto note = fmt::format("{} events", format_count(now.events));
          if (now.partitions == 0) return bar.show("simulating", 0, 0, note);
          bar.show("sorting", static_cast<double>(now.partitions_done), static_cast<double>(now.partitions), note);
        });
    bar.end();
    if (flags->quiet) return;
    print(fmt::format(
        "Made {0} with {1} events in {2:.1f} s; what is true of them is in {0}/{3}.\nNext: peregrine run {0} stages\n",
        flags->directory, format_count(ledger.stored), bar.seconds(), truth_file));
  });
}

}  // namespace peregrine::cli
