#include "workspace/touchpoints.hpp"

#include <fmt/format.h>

#include "cli/verb.hpp"
#include "workspace/touchpoint_text.hpp"

namespace peregrine::cli {

namespace {

template <class T>
json::array rows_of(const std::vector<T>& items) {
  json::array rows;
  for (const auto& item : items) rows.push_back(write_fields(item));
  return rows;
}

/// Without the members that say the same in every row of a table.
json::array without(json::array rows, std::string_view member) {
  for (auto& row : rows) row.as_object().erase(member);
  return rows;
}

struct Flags {
  std::string directory;
  TouchpointChange change;
  bool unlabelled = false;
  bool write = false;
  FormatFlags format;
};

void list(const Flags& flags) {
  const auto workspace = Workspace::open(Env::real(), flags.directory);
  auto all = list_touchpoints(workspace);
  if (flags.unlabelled) std::erase_if(all, [](const NamedTouchpoint& each) { return each.role != Role::none; });
  const bool surveys =
      std::any_of(all.begin(), all.end(), [](const NamedTouchpoint& each) { return each.survey != Survey::none; });
  const auto rows = rows_of(all);
  const bool table = flags.format.format == Format::table;
  if (table && all.empty()) return print("There are no such names.\n");
  print(format_rows(table && !surveys ? without(rows, "survey") : rows, "touchpoints", flags.format.format));
}

std::string format_written(std::int64_t written, const std::string& directory) {
  if (written == 0) return "\nNothing was written: there is no sure proposal that is new.\n";
  return fmt::format(
      "\nGuesses written into {0}/workspace.yaml: {1}. Look at them there: take away `guess: true` from those that are "
      "right, or say it with\n  peregrine touchpoints set {0} \"NAME\"\n",
      directory, format_count(written));
}

void suggest(const Flags& flags) {
  const auto workspace = Workspace::open(Env::real(), flags.directory);
  const auto suggestions = suggest_touchpoints(workspace);
  const auto written = flags.write ? write_suggestions(workspace, suggestions) : 0;
  const auto rows = rows_of(suggestions);
  if (flags.format.format != Format::table) return print(format_rows(rows, "suggestions", flags.format.format));
  if (rows.empty()) return print("Every name of an event is known: there is nothing to suggest.\n");
  print(format_table(rows, terminal_width()));
  const auto unsure = std::count_if(suggestions.begin(), suggestions.end(),
                                    [](const Suggestion& each) { return each.role != Role::none && !each.sure; });
  if (unsure > 0) {
    print(fmt::format("\nTold only by where their events stand, which is often wrong, and never written: {}.\n",
                      format_count(unsure)));
  }
  const auto without_role = std::count_if(suggestions.begin(), suggestions.end(),
                                          [](const Suggestion& each) { return each.role == Role::none; });
  if (without_role > 0) {
    print(
        fmt::format("\nWithout a proposal: {}. Say what they are with\n  peregrine touchpoints set {} \"NAME\" --role "
                    "ROLE --kind KIND\n",
                    format_count(without_role), flags.directory));
  }
  if (flags.write) return print(format_written(written, flags.directory));
  if (suggestions.front().sure) {
    print(fmt::format("\nNothing was written. To write them as guesses: peregrine touchpoints suggest {} --write\n",
                      flags.directory));
  }
}

void set(const Flags& flags) {
  const auto workspace = Workspace::open(Env::real(), flags.directory);
  const auto rule = set_touchpoint(workspace, flags.change);
  print(fmt::format("{}/workspace.yaml now says\n  - {}\n", flags.directory, format_touchpoint(rule)));
}

std::string one_of(std::span<const std::string_view> names) {
  std::string text;
  for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

}  // namespace

void add_touchpoints(CLI::App& app) {
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("touchpoints", "What names of events mean: list them, guess, say it");
  verb->require_subcommand(1);
  verb->footer(
      "Examples:\n"
      "  peregrine touchpoints list shop --unlabelled\n"
      "  peregrine touchpoints suggest shop\n"
      "  peregrine touchpoints set shop \"Signed up for trial\" --role try --kind online");

  auto* list_verb = verb->add_subcommand("list", "Every name with its role and who says so, unknown names first");
  list_verb->add_option("DIR", flags->directory, "Workspace")->required();
  list_verb->add_flag("--unlabelled", flags->unlabelled, "Only names without a role");
  flags->format.add(*list_verb, false);
  list_verb->footer("Example:\n  peregrine touchpoints list shop --unlabelled");
  list_verb->callback([flags] { list(*flags); });

  auto* suggest_verb = verb->add_subcommand("suggest", "Propose roles for names that no vocabulary knows");
  suggest_verb->add_option("DIR", flags->directory, "Workspace")->required();
  suggest_verb->add_flag("--write", flags->write, "Write the proposals into workspace.yaml, marked as guesses");
  flags->format.add(*suggest_verb, false);
  suggest_verb->footer("Example:\n  peregrine touchpoints suggest shop --write");
  suggest_verb->callback([flags] { suggest(*flags); });

  static constexpr auto roles = enum_names(Role{});
  static constexpr auto kinds = enum_names(Kind{});
  auto* set_verb = verb->add_subcommand("set", "Say what a name means, or confirm a guess, in workspace.yaml");
  set_verb->add_option("DIR", flags->directory, "Workspace")->required();
  set_verb->add_option("EVENT", flags->change.event, "Name of an event, with * for any run of characters")->required();
  set_verb->add_option("--role", flags->change.role, "What the customer does: " + one_of(roles))->option_text("ROLE");
  set_verb->add_option("--kind", flags->change.kind, "Where the customer meets the brand: " + one_of(kinds))
      ->option_text("KIND");
  set_verb->add_option("--touchpoint", flags->change.touchpoint, "Name of the touchpoint")->option_text("NAME");
  set_verb->add_option("--survey", flags->change.survey, "Survey that a score belongs to: none, nps, csat, ces")
      ->option_text("SURVEY");
  set_verb->footer(
      "What is not said stays as it is; without any flag a guess is confirmed.\n"
      "Example:\n"
      "  peregrine touchpoints set shop \"Signed up for trial\" --role try --kind online");
  set_verb->callback([flags] { set(*flags); });
}

}  // namespace peregrine::cli
