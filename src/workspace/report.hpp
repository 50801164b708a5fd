// The report: answers of overview, stages, transitions and a funnel, laid into the page that travels in the binary.
#pragma once

#include <string>
#include <vector>

#include "workspace/workspace.hpp"

namespace peregrine {

struct ReportOptions {
  std::string framework;           // empty: the workspace's
  std::vector<std::string> steps;  // of the funnel; empty: one event a stage up to the first after the purchase
  std::string window;              // of the funnel; empty: 30d, less where the data is shorter than three times that
  std::string over;                // day, week, month …: the answers once more for each period; empty: not
  std::string command;             // repeats the report, said on the page
};

/// One self-contained HTML text.
std::string make_report(const Workspace& workspace, const ReportOptions& options);

}  // namespace peregrine
