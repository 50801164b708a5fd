#include "workspace/identity.hpp"

#include <fmt/format.h>

#include "cli/verb.hpp"

namespace peregrine::cli {

namespace {

struct IdentityFlags {
  std::string directory;
  std::string previous;
  std::string customer;
  std::string id;
  FormatFlags format;
};

std::string_view state_of(const store::Link& link, const store::Joined& joined) {
  if (link.undone) return "taken back";
  const auto storm = [&](const std::string& id) { return joined.storms().contains(id); };
  return storm(link.previous) || storm(link.customer) ? "merge storm" : "joined";
}

json::array link_rows(const store::Snapshot& snapshot, const std::string& id, const Zone& zone) {
  store::Links links;
  for (const auto& link : snapshot.links()) links.add(link);
  const store::Joined joined(links, snapshot.identity().most_joined);
  json::array rows;
  for (const auto& link : links.all()) {
    if (!id.empty() && link.previous != id && link.customer != id && joined.customer(link.customer) != id) continue;
    rows.push_back({{"previous", link.previous},
                    {"customer", link.customer},
                    {"stands_for", boost::json::string(joined.customer(link.customer))},
                    {"state", boost::json::string(state_of(link, joined))},
                    {"said_by", link.by_person ? "person" : "file"},
                    {"time", zone.format(link.time)}});
  }
  return rows;
}

void list(const IdentityFlags& flags) {
  const auto workspace = Workspace::open(Env::real(), flags.directory);
  const auto snapshot = workspace.snapshot();
  const auto zone = Zone::find(workspace.settings().timezone, "timezone");
  const auto rows = link_rows(*snapshot, flags.id, zone);
  const auto rules = to_json(snapshot->identity());
  const auto format = flags.format.format;
  if (format == Format::json) {
    return print(json::format_pretty(json::object{{"rules", rules}, {"links", rows}}) + "\n");
  }
  if (format != Format::table) return print(format_rows(rows, "links", format));
  print(rows.empty() ? "No links.\n" : format_table(rows, terminal_width()));
  print(fmt::format("\nShared devices: {}. Merge storms: above {} others.\n",
                    name_of(snapshot->identity().shared_device), snapshot->identity().most_joined));
  if (snapshot->identity() != workspace.settings().identity) {
    print(fmt::format("workspace.yaml has other rules by now; they hold after: peregrine identity apply {}\n",
                      flags.directory));
  }
}

void say_customers(const Workspace& workspace, std::int64_t before) {
  const auto after = workspace.snapshot()->journeys();
  print(fmt::format("{} customers, {} before.\n", format_count(after), format_count(before)));
}

void link(const IdentityFlags& flags, bool undone) {
  auto workspace = Workspace::open(Env::real(), flags.directory);
  const auto before = workspace.snapshot()->journeys();
  link_identities(workspace, flags.previous, flags.customer, undone);
  print(fmt::format("{} {} {}, for the past and for every later import. ", flags.previous,
                    undone ? "is no longer joined to" : "belongs to", flags.customer));
  say_customers(workspace, before);
}

void apply(const IdentityFlags& flags) {
  auto workspace = Workspace::open(Env::real(), flags.directory);
  const auto before = workspace.snapshot()->journeys();
  if (!apply_identity(workspace)) return print("The store was made by these rules already.\n");
  print("All events have been given to their customers anew. ");
  say_customers(workspace, before);
}

}  // namespace

void add_identity(CLI::App& app) {
  auto flags = std::make_shared<IdentityFlags>();  // shared with the parser, which calls the verbs later
  auto* verb = app.add_subcommand("identity", "Which ids are one customer: list links, make them, take them back");
  verb->require_subcommand(1);
  const auto add = [&](const char* name, const char* words, bool pair) {
    auto* under = verb->add_subcommand(name, words);
    under->add_option("DIR", flags->directory, "Workspace")->required();
    if (!pair) return under;
    under->add_option("PREVIOUS", flags->previous, "The id that was used before: a customer's or a device's")
        ->required();
    under->add_option("CUSTOMER", flags->customer, "The customer it belongs to")->required();
    return under;
  };
  auto* listing = add("list", "The links that files and people made", false);
  listing->add_option("--id", flags->id, "Only links of this id");
  flags->format.add(*listing, false);
  listing->callback([flags] { list(*flags); });
  add("link", "Say that two ids are one customer", true)->callback([flags] { link(*flags, false); });
  add("unlink", "Take back that two ids are one customer, or that a device is somebody's", true)->callback([flags] {
    link(*flags, true);
  });
  add("apply", "Let changed rules of workspace.yaml hold for the past now", false)->callback([flags] {
    apply(*flags);
  });
  verb->footer(
      "Examples:\n"
      "  peregrine identity list shop\n"
      "  peregrine identity link shop old-account-17 anna@example.com\n"
      "  peregrine identity unlink shop kiosk-3 anna@example.com");
}

}  // namespace peregrine::cli
