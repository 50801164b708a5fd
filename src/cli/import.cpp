#include <fmt/format.h>

#include <csignal>

#include "cli/progress.hpp"
#include "cli/verb.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

std::atomic<bool> interrupted{false};

void add_roles(CLI::App& verb, ingest::ColumnRoles& roles) {
  const auto schema = schema_of<ingest::ColumnRoles>();
  const auto words = [&](std::string_view name) {
    return std::string(json::text_of(schema.at("properties").at(name).at("description").as_string()));
  };
  const auto add = [&](std::string_view name, std::optional<std::string>& role, const char* placeholder) {
    verb.add_option("--" + std::string(name), role, words(name))->option_text(placeholder);
  };
  add("customer", roles.customer, "COL");
  add("anonymous", roles.anonymous, "COL");
  add("account", roles.account, "COL");
  add("time", roles.time, "COL");
  add("event", roles.event, "COL");
  add("value", roles.value, "COL");
  add("currency", roles.currency, "COL|EUR");
  add("sequence", roles.sequence, "COL");
  add("timezone", roles.timezone, "ZONE");
  verb.add_option("--day-first", roles.day_first, words("day_first"))->option_text("true|false");
}

json::array ledger_rows(const std::vector<store::Ledger>& ledgers) {
  json::array rows;
  store::Ledger total{.source = "all"};
  for (const auto& each : ledgers) {
    rows.push_back({{"file", each.source},
                    {"received", each.received},
                    {"stored", each.stored},
                    {"quarantined", each.quarantined},
                    {"duplicates", each.duplicates}});
    total.received += each.received;
    total.stored += each.stored;
    total.quarantined += each.quarantined;
    total.duplicates += each.duplicates;
  }
  if (ledgers.size() > 1) {
    rows.push_back({{"file", total.source},
                    {"received", total.received},
                    {"stored", total.stored},
                    {"quarantined", total.quarantined},
                    {"duplicates", total.duplicates}});
  }
  return rows;
}

void show(ProgressBar& bar, const ingest::ImportProgress& now) {
  if (now.partitions > 0 && now.phase == "sorting") {
    bar.show(now.phase, static_cast<double>(now.partitions_done), static_cast<double>(now.partitions), "");
    return;
  }
  const auto rate = static_cast<double>(now.rows) / std::max(bar.seconds(), 0.001) / 1e6;
  bar.show(now.phase, static_cast<double>(now.bytes_read), static_cast<double>(now.bytes_total),
           fmt::format("{} rows, {:.1f} M/s", format_count(static_cast<std::int64_t>(now.rows)), rate));
}

/// Everything an import has to say: what each column became, notes, the ledger, and why rows were put aside.
std::string format_imported(const ingest::Imported& imported, const store::Snapshot& before,
                            const store::Snapshot& after) {
  std::string out;
  for (const auto& mapping : imported.mappings) {
    if (mapping.columns.empty()) continue;
    for (const auto& line : mapping.words()) out += line + "\n";
    out += "\n";
  }
  for (const auto& note : imported.notes) {
    out += fmt::format("Note: {}{}: {}\n", note.file, note.column.empty() ? "" : " " + note.column, note.sentence);
  }
  if (!imported.notes.empty()) out += "\n";
  out += format_table(ledger_rows(imported.ledgers), terminal_width());
  const auto put_aside = after.quarantined() - before.quarantined();
  if (put_aside > 0) {
    constexpr std::size_t shown = 5;
    const auto rows = after.read_quarantine(static_cast<std::size_t>(before.quarantined()) + shown);
    out += fmt::format("\n{} rows wait in quarantine:\n", format_count(put_aside));
    for (auto i = static_cast<std::size_t>(before.quarantined()); i < rows.size(); ++i) {
      out += fmt::format("  {}:{}: {}\n", rows[i].source, rows[i].row, rows[i].sentence);
    }
    if (put_aside > static_cast<std::int64_t>(shown)) out += "  …\n";
  }
  return out;
}

}  // namespace

void add_import(CLI::App& app) {
  struct Flags {
    std::string directory;
    ingest::ImportRequest request;
    bool quiet = false;
    FormatFlags output;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb =
      app.add_subcommand("import", "Take in files of events: CSV, JSON lines, Parquet and XES, plain, .gz or .zst");
  verb->add_option("DIR", flags->directory, "Workspace")->required();
  verb->add_option("FILE", flags->request.files, "Files, folders, or patterns such as 'exports/*.json'")->required();
  add_roles(*verb, flags->request.roles);
  verb->add_option("--memory", flags->request.memory_bytes, "Bound of what is held while sorting, such as 1GB")
      ->transform(CLI::AsSizeValue(false))
      ->option_text("SIZE");
  verb->add_option("--threads", flags->request.threads, "Threads; all cores when not said");
  verb->add_flag("--quiet", flags->quiet, "Say nothing but errors");
  flags->output.add(*verb, false);
  verb->footer(
      "Columns are found by name and by their values, and what was found is shown. Other columns become properties.\n"
      "Examples:\n"
      "  peregrine import shop events.csv\n"
      "  peregrine import shop 'exports/*.jsonl' older-exports/\n"
      "  peregrine import shop orders-*.csv.gz --customer buyer --time bought_at --event what --timezone "
      "Europe/Amsterdam");
  verb->callback([flags] {
    auto workspace = Workspace::open(Env::real(), flags->directory);
    flags->request.timezone = workspace.settings().timezone;
    const auto before = workspace.snapshot();
    std::signal(SIGINT, [](int) { interrupted = true; });
    ProgressBar bar(flags->quiet);
    const auto imported = ingest::import_files(
        Env::real(), workspace.store(), flags->request, [&](const ingest::ImportProgress& now) { show(bar, now); },
        interrupted);
    bar.end();
    if (flags->quiet) return;
    if (flags->output.format == Format::json) {
      const json::object said{{"ledgers", to_json(imported.ledgers)},
                              {"mappings", to_json(imported.mappings)},
                              {"notes", to_json(imported.notes)}};
      return print(json::format_pretty(said) + "\n");
    }
    print(format_imported(imported, *before, *workspace.snapshot()));
  });
}

}  // namespace peregrine::cli
