#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/error.hpp"
#include "cli/column_roles.hpp"
#include "cli/verb.hpp"
#include "ingest/replay.hpp"
#include "ingest/utf8.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

struct QuarantineFlags {
  std::string directory;
  std::string source;
  std::string code;
  std::size_t limit = 20;
  FormatFlags output;
};

void add_common(CLI::App& verb, QuarantineFlags& flags) {
  verb.add_option("DIR", flags.directory, "Workspace")->required();
  verb.add_option("--source", flags.source, "Only rows of this file")->option_text("FILE");
  verb.add_option("--code", flags.code, "Only rows put aside for this reason")->option_text("CODE");
  flags.output.add(verb, false);
}

/// Calls `take` with the rows that are wanted until it returns false. Throws for a source or a code that no row has.
void for_each_wanted(const store::Snapshot& snapshot, const QuarantineFlags& flags,
                     const std::function<bool(const store::Quarantined&)>& take) {
  std::set<std::string> sources, codes;
  bool found = false;
  snapshot.for_each_quarantined([&](const store::Quarantined& row) {
    if (!found) {
      sources.insert(row.source);
      codes.insert(row.code);
    }
    if (!flags.source.empty() && row.source != flags.source) return true;
    if (!flags.code.empty() && row.code != flags.code) return true;
    found = true;
    return take(row);
  });
  const auto expect = [&](const char* flag, const std::string& name, const std::set<std::string>& known) {
    if (name.empty() || known.contains(name)) return;
    const std::vector<std::string_view> names(known.begin(), known.end());
    throw Error(ErrorKind::not_found, flag, "no row in quarantine has \"" + name + "\"", propose(name, names));
  };
  if (found) return;
  expect("--source", flags.source, sources);
  expect("--code", flags.code, codes);
}

void list(const QuarantineFlags& flags) {
  struct Group {
    std::int64_t rows = 0;
    std::string severity;
    std::string sentence;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;
  const auto workspace = Workspace::open(Env::real(), flags.directory);
  for_each_wanted(*workspace.snapshot(), flags, [&](const store::Quarantined& row) {
    auto& group = groups[{row.source, row.code}];
    if (group.rows++ == 0) {
      group.severity = row.severity;
      group.sentence = row.sentence;
    }
    return true;
  });
  if (groups.empty() && flags.output.format == Format::table) return print("No row is in quarantine.\n");
  json::array rows;
  for (const auto& [key, group] : groups) {
    rows.push_back({{"source", key.first},
                    {"code", key.second},
                    {"rows", group.rows},
                    {"severity", group.severity},
                    {"such as", group.sentence}});
  }
  print(format_rows(rows, "reasons", flags.output.format));
}

/// Raw bytes as text: of bytes that are not UTF-8 those beyond ASCII as \\xNN.
std::string readable(const std::string& raw) {
  if (ingest::is_utf8(raw)) return raw;
  std::string text;
  for (const auto letter : raw) {
    const auto byte = static_cast<unsigned char>(letter);
    text += byte < 0x80 ? std::string(1, letter) : fmt::format("\\x{:02x}", byte);
  }
  return text;
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, ' ');
  return text;
}

void show(const QuarantineFlags& flags) {
  const bool table = flags.output.format == Format::table;
  json::array rows;
  const auto workspace = Workspace::open(Env::real(), flags.directory);
  for_each_wanted(*workspace.snapshot(), flags, [&](const store::Quarantined& row) {
    if (rows.size() == flags.limit) return false;
    auto all = to_json(row).as_object();
    all["raw"] = readable(row.raw);
    if (table) {
      all = {{"where", fmt::format("{}:{}", row.source, row.row)},
             {"code", row.code},
             {"field", row.field},
             {"what", row.sentence},
             {"raw", one_line(readable(row.raw))}};
    }
    rows.push_back(std::move(all));
    return true;
  });
  if (rows.empty() && table) return print("No row is in quarantine.\n");
  print(format_rows(rows, "rows", flags.output.format));
}

struct ReplayFlags {
  std::string directory;
  ingest::ReplayRequest request;
  FormatFlags output;
};

void replay(const ReplayFlags& flags) {
  auto workspace = Workspace::open(Env::real(), flags.directory);
  const auto replayed = ingest::replay(Env::real(), workspace.store(), flags.request, watch_interrupt());
  if (replayed.empty() && flags.output.format == Format::table) return print("No rejected row is in quarantine.\n");
  json::array rows;
  for (const auto& each : replayed) rows.push_back(to_json(each));
  print(format_rows(rows, "sources", flags.output.format));
}

}  // namespace

void add_quarantine(CLI::App& app) {
  auto* verb = app.add_subcommand("quarantine", "Rows that could not be understood, with reason and raw text");
  verb->require_subcommand(1);
  const auto listing = std::make_shared<QuarantineFlags>();  // shared with the parser, which calls the verb later
  auto* list_verb = verb->add_subcommand("list", "How many rows wait, by file and reason");
  add_common(*list_verb, *listing);
  list_verb->callback([listing] { list(*listing); });
  const auto showing = std::make_shared<QuarantineFlags>();  // shared like the other
  auto* show_verb = verb->add_subcommand("show", "The rows themselves: place, column, reason, raw text");
  add_common(*show_verb, *showing);
  show_verb->add_option("--limit", showing->limit, "Rows at most")->capture_default_str()->option_text("N");
  show_verb->callback([showing] { show(*showing); });
  const auto replaying = std::make_shared<ReplayFlags>();  // shared like the other
  auto* replay_verb = verb->add_subcommand("replay", "Read rejected rows again; those that can be read now are stored");
  replay_verb->add_option("DIR", replaying->directory, "Workspace")->required();
  replay_verb->add_option("--source", replaying->request.source, "Only rows of this file")->option_text("FILE");
  replay_verb->add_option("--code", replaying->request.code, "Only rows put aside for this reason")
      ->option_text("CODE");
  add_column_roles(*replay_verb, replaying->request.roles);
  replaying->output.add(*replay_verb, false);
  replay_verb->callback([replaying] { replay(*replaying); });
  verb->footer(
      "Examples:\n  peregrine quarantine list shop\n"
      "  peregrine quarantine show shop --code time_unreadable --limit 5 --format csv\n"
      "  peregrine quarantine replay shop --source orders.csv --day-first true");
}

}  // namespace peregrine::cli
