#include "cli/verb.hpp"

#include <csignal>
#include <cstdio>
#include <map>

#include "base/error.hpp"

namespace peregrine::cli {

void FormatFlags::add(CLI::App& verb, bool with_list) {
  static const std::map<std::string, Format> names{
      {"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}, {"arrow", Format::arrow}};
  verb.add_option("--format", format, "table, json, csv or arrow")
      ->transform(CLI::CheckedTransformer(names).description(""))
      ->option_text("FORMAT");
  if (with_list) {
    verb.add_option("--list", list, "Which list of the result csv and arrow write; the first when not said")
        ->option_text("NAME");
  }
}

const std::atomic<bool>& watch_interrupt() {
  static std::atomic<bool> interrupted{false};
  std::signal(SIGINT, [](int) { interrupted = true; });
  return interrupted;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error(ErrorKind::unavailable, "standard output", "cannot be written");
  }
}

}  // namespace peregrine::cli
