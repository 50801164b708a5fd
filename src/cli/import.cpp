#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/column_roles.hpp"
#include "cli/progress.hpp"
#include "cli/verb.hpp"
#include "ingest/mapping_file.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

store::Ledger sum_of(const std::vector<store::Ledger>& ledgers) {
  store::Ledger total{.source = "all"};
  for (const auto& each : ledgers) {
    total.received += each.received;
    total.stored += each.stored;
    total.quarantined += each.quarantined;
    total.duplicates += each.duplicates;
    total.joined += each.joined;
    total.left_out += each.left_out;
    for (const auto& [because, count] : each.left_out_because) total.left_out_because[because] += count;
  }
  return total;
}

json::array rows_of(const std::vector<store::Ledger>& ledgers) {
  json::array rows;
  for (const auto& each : ledgers) rows.push_back(peregrine::to_json(each));
  return rows;
}

/// Rows of the table; what only a mapping file brings about is shown when it did.
json::array ledger_rows(const std::vector<store::Ledger>& ledgers) {
  const auto total = sum_of(ledgers);
  json::array rows;
  const auto add = [&](const store::Ledger& each) {
    json::object row{{"file", each.source},
                     {"received", each.received},
                     {"stored", each.stored},
                     {"quarantined", each.quarantined},
                     {"duplicates", each.duplicates}};
    if (total.joined > 0) row["joined"] = each.joined;
    if (total.left_out > 0) row["left_out"] = each.left_out;
    rows.push_back(std::move(row));
  };
  for (const auto& each : ledgers) add(each);
  if (ledgers.size() > 1) add(total);
  return rows;
}

/// Why the mapping left rows out, a line a reason.
std::string format_left_out(const store::Ledger& total) {
  if (total.left_out == 0) return {};
  auto out = fmt::format("\n{} rows were left out, as the mapping says:\n", format_count(total.left_out));
  for (const auto& [because, count] : total.left_out_because) {
    out += fmt::format("  {}: {}\n", because, format_count(count));
  }
  return out;
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

std::string format_quarantined(const store::Quarantined& row) {
  return fmt::format("  {}:{}: {}\n", row.source, row.row, row.sentence);
}

std::string format_mapping(const ingest::Mapping& mapping) {
  std::string out;
  for (const auto& line : mapping.words()) out += line + "\n";
  return out + "\n";
}

/// Everything an import has to say: what each column became, notes, the ledger, and why rows were put aside.
std::string format_imported(const ingest::Imported& imported, const store::Snapshot& before,
                            const store::Snapshot& after) {
  std::string out;
  for (const auto& mapping : imported.mappings) {
    if (!mapping.columns.empty()) out += format_mapping(mapping);
  }
  for (const auto& note : imported.notes) {
    out += fmt::format("Note: {}{}: {}\n", note.file, note.column.empty() ? "" : " " + note.column, note.sentence);
  }
  if (!imported.notes.empty()) out += "\n";
  out += format_table(ledger_rows(imported.ledgers), terminal_width());
  out += format_left_out(sum_of(imported.ledgers));
  const auto put_aside = after.quarantined() - before.quarantined();
  if (put_aside > 0) {
    constexpr std::int64_t most = 5;
    const auto first_new = static_cast<std::int64_t>(before.ledgers().size());
    std::int64_t shown = 0;
    out += fmt::format("\n{} rows wait in quarantine:\n", format_count(put_aside));
    after.for_each_quarantined([&](const store::Quarantined& row) {
      if (row.ledger < first_new || row.severity != "rejected") return true;
      out += format_quarantined(row);
      return ++shown < most;
    });
    if (put_aside > shown) out += "  …\n";
  }
  return out;
}

std::string format_preview(const ingest::Preview& preview) {
  const auto& counts = preview.counts;
  auto out = format_mapping(preview.mapping);
  out += "The first events as they would be stored:\n";
  out += format_table(preview.events, terminal_width());
  out += fmt::format("\nThe first {} rows of {} would be {} events", format_count(counts.received), counts.source,
                     format_count(counts.stored));
  if (counts.joined > 0) out += fmt::format(", {} rows joined to them", format_count(counts.joined));
  if (counts.left_out > 0) out += fmt::format(", {} rows left out", format_count(counts.left_out));
  out += fmt::format(", {} rows in quarantine. Nothing was written.\n", format_count(counts.quarantined));
  out += format_left_out(counts);
  if (!preview.quarantined.empty()) {
    out += "\nWhat would be said of rows:\n";
    for (const auto& row : preview.quarantined) out += format_quarantined(row);
  }
  return out;
}

json::value to_json(const ingest::Preview& preview) {
  return json::object{{"mapping", peregrine::to_json(preview.mapping)},
                      {"counts", peregrine::to_json(preview.counts)},
                      {"events", preview.events},
                      {"quarantined", peregrine::to_json(preview.quarantined)}};
}

struct ImportFlags {
  std::string directory;
  ingest::ImportRequest request;
  bool show_mapping = false;
  bool preview = false;
  bool quiet = false;
  FormatFlags output;
};

void preview_import(const ImportFlags& flags) {
  constexpr std::size_t rows = 1000;
  std::string out;
  json::array all;
  json::array events;
  for (const auto& preview : ingest::preview_files(Env::real(), flags.request, rows)) {
    out += (out.empty() ? "" : "\n") + format_preview(preview);
    all.push_back(to_json(preview));
    events.insert(events.end(), preview.events.begin(), preview.events.end());
  }
  const auto format = flags.output.format;
  if (format == Format::json) return print(json::format_pretty(all) + "\n");
  print(format == Format::table ? out : format_rows(events, "events", format));
}

/// The guess as a mapping file. Only here the workspace may be left out: its zone is all that is asked of it.
void show_mapping(ImportFlags& flags) {
  auto& request = flags.request;
  auto zone = request.roles.timezone.value_or("");
  if (Workspace::is_one(Env::real(), flags.directory)) {
    request.timezone = Workspace::open(Env::real(), flags.directory).settings().timezone;
    if (zone.empty()) zone = request.timezone;
  } else if (!flags.directory.empty()) {
    request.files.insert(request.files.begin(), flags.directory);
  }
  if (request.files.empty()) throw Error(ErrorKind::invalid, "import", "names no file", "at least one");
  std::string shown;
  for (auto& mapping : ingest::guess_mappings(Env::real(), request)) {
    const auto file = std::exchange(mapping.file, request.files.front());
    const auto text = ingest::MappingFile::format(mapping, zone);
    if (!shown.empty() && text != shown) {
      throw Error(ErrorKind::invalid, file, "needs another mapping than " + request.files.front(),
                  "--show-mapping for each of them alone");
    }
    shown = text;
  }
  print(shown);
}

void import(ImportFlags& flags) {
  auto workspace = Workspace::open(Env::real(), flags.directory);
  flags.request.timezone = workspace.settings().timezone;
  flags.request.identity = workspace.settings().identity;
  if (flags.request.files.empty()) throw Error(ErrorKind::invalid, "import", "names no file", "at least one");
  if (flags.preview) return preview_import(flags);
  const auto before = workspace.snapshot();
  ProgressBar bar(flags.quiet);
  const auto imported = ingest::import_files(
      Env::real(), workspace.store(), flags.request, [&](const ingest::ImportProgress& now) { show(bar, now); },
      watch_interrupt());
  bar.end();
  if (flags.quiet) return;
  const auto format = flags.output.format;
  if (format == Format::json) {
    const json::object said{{"ledgers", peregrine::to_json(imported.ledgers)},
                            {"mappings", peregrine::to_json(imported.mappings)},
                            {"notes", peregrine::to_json(imported.notes)}};
    return print(json::format_pretty(said) + "\n");
  }
  if (format != Format::table) return print(format_rows(rows_of(imported.ledgers), "ledgers", format));
  print(format_imported(imported, *before, *workspace.snapshot()));
}

}  // namespace

void add_import(CLI::App& app) {
  auto flags = std::make_shared<ImportFlags>();  // shared with the parser, which calls the verb later
  auto* verb =
      app.add_subcommand("import", "Take in files of events: CSV, JSON lines, Parquet and XES, plain, .gz or .zst");
  verb->add_option("DIR", flags->directory, "Workspace")->required();
  verb->add_option("FILE", flags->request.files, "Files, folders, or patterns such as 'exports/*.json'");
  auto* mapping = verb->add_option("--mapping", flags->request.mapping_file,
                                   "File that says how the columns become events (docs/guides/mapping.md)");
  mapping->option_text("FILE");
  verb->add_flag("--show-mapping", flags->show_mapping, "Write what was found as a mapping file; DIR may be left out")
      ->excludes(mapping);
  verb->add_flag("--preview", flags->preview, "Show the first events and what would be put aside; write nothing");
  add_column_roles(*verb, flags->request.roles);
  verb->add_option("--memory", flags->request.memory_bytes, "Bound of what is held while sorting, such as 1GB")
      ->transform(CLI::AsSizeValue(false))
      ->option_text("SIZE");
  verb->add_option("--reader-memory", flags->request.reader_memory_bytes, "Bound of the process that parses a file")
      ->transform(CLI::AsSizeValue(false))
      ->option_text("SIZE");
  verb->add_option("--threads", flags->request.threads, "Threads; all cores when not said");
  verb->add_flag("--quiet", flags->quiet, "Say nothing but errors");
  flags->output.add(*verb, false);
  verb->footer(
      "Columns are found by name and by their values, and what was found is shown. Other columns become properties.\n"
      "Examples:\n"
      "  peregrine import shop events.csv\n"
      "  peregrine import --preview shop events.csv\n"
      "  peregrine import --show-mapping events.csv > events.yaml\n"
      "  peregrine import --mapping events.yaml shop events.csv\n"
      "  peregrine import shop 'exports/*.jsonl' older-exports/\n"
      "  peregrine import shop orders-*.csv.gz --customer buyer --time bought_at --event what --timezone "
      "Europe/Amsterdam");
  verb->callback([flags] {
    auto& request = flags->request;
    if (!request.mapping_file.empty()) {
      constexpr std::size_t most = std::size_t{1} << 20;
      request.mapping_text = read_file(Env::real(), request.mapping_file, most);
    }
    if (flags->show_mapping) return show_mapping(*flags);
    import(*flags);
  });
}

}  // namespace peregrine::cli
