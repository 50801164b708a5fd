#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/verb.hpp"
#include "workspace/workspace.hpp"

namespace peregrine::cli {

namespace {

std::int64_t count(const store::CheckReport& report, store::Severity severity) {
  return std::count_if(report.findings.begin(), report.findings.end(),
                       [&](const auto& finding) { return finding.severity == severity; });
}

std::string format_report(const store::CheckReport& report) {
  std::string out;
  for (const auto& done : report.repaired) out += "Repaired: " + done + "\n";
  if (!report.repaired.empty()) out += "\n";
  json::array rows;
  for (const auto& finding : report.findings) {
    rows.push_back({{"file", finding.file},
                    {"code", finding.code},
                    {"what", finding.sentence},
                    {"repairable", finding.repairable ? "yes" : "no"}});
  }
  if (!rows.empty()) out += format_table(rows, terminal_width()) + "\n";
  out += fmt::format("{} files, {} bytes, {} events read: ", format_count(report.files), format_count(report.bytes),
                     format_count(report.events));
  const auto damage = count(report, store::Severity::damage);
  out += damage > 0 ? fmt::format("{} damaged\n", format_count(damage)) : "all sound\n";
  if (report.missing_events > 0) {
    out += fmt::format("{} events of at most {} customers are missing: they lie in segments that were set aside\n",
                       format_count(report.missing_events), format_count(report.missing_customers));
  }
  if (report.import_under_way) out += "An import is under way: leftovers were not looked for\n";
  return out;
}

}  // namespace

void add_check(CLI::App& app) {
  struct Flags {
    std::string directory;
    bool as_json = false;
    bool repair = false;
  };
  auto flags = std::make_shared<Flags>();  // shared with the parser, which calls the verb later
  auto* verb = app.add_subcommand("check", "Read every byte of a workspace and say what is damaged");
  verb->add_option("DIR", flags->directory, "Workspace")->required();
  verb->add_flag("--json", flags->as_json, "One entry a finding, for programs");
  verb->add_flag("--repair", flags->repair,
                 "Set what is damaged aside so that the rest can be asked, and remove leftovers; without it nothing is "
                 "written");
  verb->footer(
      "Ends with 0 when all is sound, else with 1.\nExamples:\n  peregrine check shop\n"
      "  peregrine check shop --repair");
  verb->callback([flags] {
    const auto report = Workspace::check(Env::real(), flags->directory, flags->repair);
    if (flags->as_json) {
      auto said = to_json(report).as_object();
      said["sound"] = !report.damaged();
      print(json::format_pretty(said) + "\n");
    } else {
      print(format_report(report));
    }
    if (!report.damaged()) return;
    const bool repairable = std::any_of(report.findings.begin(), report.findings.end(), [](const auto& finding) {
      return finding.severity == store::Severity::damage && finding.repairable;
    });
    throw Error(ErrorKind::corrupt, flags->directory, "is damaged",
                repairable ? "peregrine check --repair sets aside what is" : "restore it from a backup");
  });
}

}  // namespace peregrine::cli
