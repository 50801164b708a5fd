#include "cli/output.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "store/result_file.hpp"

namespace peregrine::cli {

namespace {

bool holds_lists_alone(const json::value& value) {
  const auto* object = value.if_object();
  return object != nullptr && !object->empty() &&
         std::all_of(object->begin(), object->end(), [](const auto& member) { return member.value().is_array(); });
}

std::string format_value(std::string_view name, const json::value& value, int depth) {
  if (const auto* object = value.if_object()) {
    std::string out;
    for (const auto& member : *object) {
      if (member.key().ends_with("_low") || member.key().ends_with("_high")) continue;
      if (member.value().is_array() || holds_lists_alone(member.value())) continue;
      out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + std::string(member.key()) + ": ";
      if (member.value().is_object()) {
        out += "\n" + format_value(member.key(), member.value(), depth + 1);
      } else {
        out += format_cell(member.key(), member.value()) + format_interval(member.key(), *object) + "\n";
      }
    }
    return out;
  }
  return format_cell(name, value) + "\n";
}

bool is_list_of_rows(const json::value& value) {
  return value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(),
                                         [](const json::value& row) { return row.is_object(); });
}

/// Calls `visit(name, rows)` for each list of rows; one inside an object goes by both names, as in steps.nodes.
template <class Visit>
void for_each_list(const json::object& result, Visit&& visit) {
  for (const auto& member : result) {
    if (is_list_of_rows(member.value())) visit(std::string(member.key()), member.value().get_array());
    if (!holds_lists_alone(member.value())) continue;
    for (const auto& inner : member.value().get_object()) {
      if (!is_list_of_rows(inner.value())) continue;
      visit(std::string(member.key()) + "." + std::string(inner.key()), inner.value().get_array());
    }
  }
}

/// A list of a result, with the rows of all slices and groups one below another.
struct Stack {
  std::string name;
  json::array rows{};
};

json::object joined(const json::object& key, const json::object& row) {
  json::object whole = key;
  for (const auto& member : row) whole[member.key()] = member.value();
  return whole;
}

/// Adds a result's single figures and the rows of its lists, each with the slice and the group it belongs to.
void stack(const json::object& result, const json::object& key, std::vector<Stack>& stacks) {
  const auto rows_for = [&](std::string_view name) -> json::array& {
    auto found = std::find_if(stacks.begin(), stacks.end(), [&](const Stack& each) { return each.name == name; });
    if (found == stacks.end()) found = stacks.insert(stacks.end(), Stack{.name = std::string(name)});
    return found->rows;
  };
  for (const auto& [list, name] : {std::pair("slices", "start"), std::pair("groups", "group")}) {
    const auto* rows = result.if_contains(list);
    if (rows == nullptr || !is_list_of_rows(*rows)) continue;
    for (const auto& row : rows->get_array()) {
      stack(row.at("result").as_object(), joined(key, {{name, row.at(name)}}), stacks);
    }
    return;
  }
  json::object figures;
  for (const auto& member : result) {
    if (!member.value().is_object() && !member.value().is_array()) figures[member.key()] = member.value();
  }
  if (!figures.empty()) rows_for("figures").push_back(joined(key, figures));
  for_each_list(result, [&](const std::string& name, const json::array& list) {
    auto& rows = rows_for(name);
    for (const auto& row : list) rows.push_back(joined(key, row.get_object()));
  });
}

/// A result for people: its single figures, then each of its lists as a table. Periods stand below one another in one
/// table, since they are there to be compared.
std::string format_result(const json::object& result, std::size_t width) {
  if (result.contains("slices")) {
    std::vector<Stack> stacks;
    stack(result, {}, stacks);
    std::string out;
    for (const auto& [name, rows] : stacks) {
      if (rows.empty()) continue;
      out += (out.empty() ? "" : "\n") + name + "\n" + format_table(rows, width);
    }
    return out;
  }
  std::string out = format_value("", result, 0);
  for_each_list(result, [&](const std::string& name, const json::array& rows) {
    if (rows.empty()) return;
    if (name == "groups") {
      for (const auto& group : rows) {
        out += "\n" + std::string(json::text_of(group.at("group").as_string())) + "\n";
        out += format_result(group.at("result").as_object(), width);
      }
    } else {
      out += "\n" + name + "\n" + format_table(rows, width);
    }
  });
  return out;
}

/// The rows of one list; with `over` and `by` the rows of all periods and groups, each with its own.
json::array rows_of(const json::object& result, const std::string& list) {
  std::vector<Stack> stacks;
  stack(result, {}, stacks);
  const bool divided = result.contains("slices") || result.contains("groups");
  if (divided && stacks.empty()) return {};
  if (list.empty()) {
    const auto first =
        std::find_if(stacks.begin(), stacks.end(), [](const Stack& each) { return each.name != "figures"; });
    if (first != stacks.end()) return first->rows;
    return divided ? stacks.front().rows : json::array{result};
  }
  std::vector<std::string_view> names;
  for (const auto& [name, rows] : stacks) {
    if (name == list) return rows;
    names.push_back(name);
  }
  throw Error(ErrorKind::invalid, "list", "the result has no list \"" + list + "\"", propose(list, names));
}

std::string csv_cell(const json::value& value, bool raw) {
  if (value.is_null()) return {};
  std::string text = value.is_string() ? std::string(json::text_of(value.get_string())) : json::format(value);
  if (value.is_string() && !raw && !text.empty() &&
      std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    text.insert(text.begin(), '\'');
  }
  if (text.find_first_of("\",\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + "\"";
}

}  // namespace

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

bool draws_progress() {
  return ::isatty(STDERR_FILENO) == 1;
}

std::string format_csv(const json::array& rows, bool raw) {
  const auto names = member_names(rows);
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ",") + csv_cell(boost::json::string(name), raw);
  out += "\r\n";
  for (const auto& row : rows) {
    bool first = true;
    for (const auto& name : names) {
      if (!first) out += ',';
      first = false;
      const auto* value = row.get_object().if_contains(name);
      if (value != nullptr) out += csv_cell(*value, raw);
    }
    out += "\r\n";
  }
  return out;
}

std::string format_rows(const json::array& rows, std::string_view name, Format format) {
  switch (format) {
    case Format::table: return format_table(rows, terminal_width());
    case Format::csv: return format_csv(rows, false);
    case Format::arrow: return store::write_result(rows);
    case Format::json: break;
  }
  return json::format_pretty(json::object{{name, rows}}) + "\n";
}

namespace {

/// What a repair took out of the store is said above the figures that lack it.
std::string format_missing(const json::object& meta) {
  const auto* policy = meta.if_contains("policy");
  if (policy == nullptr) return {};
  for (const auto& rule : policy->as_array()) {
    if (rule.at("rule") == "missing") return fmt::format("Note: {}\n\n", json::text_of(rule.at("words").as_string()));
  }
  return {};
}

}  // namespace

std::string format_answer(const json::object& answer, Format format, const std::string& list) {
  const auto& result = answer.at("result").as_object();
  switch (format) {
    case Format::json: return json::format_pretty(answer) + "\n";
    case Format::csv: return format_csv(rows_of(result, list), false);
    case Format::arrow: return store::write_result(rows_of(result, list));
    case Format::table: break;
  }
  const auto& meta = answer.at("meta").as_object();
  std::string out =
      fmt::format("{}: {} events of {} customers, {} to {}, {:.3g} s\n\n",
                  json::text_of(answer.at("analysis").as_string()), format_count(meta.at("events").as_int64()),
                  format_count(meta.at("journeys").as_int64()), json::text_of(meta.at("from").as_string()),
                  json::text_of(meta.at("to").as_string()), meta.at("seconds").to_number<double>());
  out += format_missing(meta);
  return out + format_result(result, terminal_width());
}

}  // namespace peregrine::cli
