#include "cli/output.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "store/result_file.hpp"

namespace peregrine::cli {

namespace {

constexpr std::size_t narrowest_cell = 12;
constexpr std::string_view gap = "  ";
constexpr std::string_view missing = "–";

/// Letters, counting a UTF-8 sequence as one.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

std::string cut(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  std::size_t letters = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80 && letters++ == width - 1) break;
    ++at;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string format_seconds(double seconds) {
  if (seconds < 60) return fmt::format("{:.3g} s", seconds);
  if (seconds < 3600) return fmt::format("{:.3g} min", seconds / 60);
  if (seconds < 2 * 86'400) return fmt::format("{:.3g} h", seconds / 3600);
  return fmt::format("{:.3g} d", seconds / 86'400);
}

/// True for members whose name says that they are part of a whole.
bool is_share(std::string_view name) {
  return name == "rate" || name.ends_with("_rate") || name == "conversion" || name == "unlabelled" ||
         name == "unknown" || name == "share" || name == "stickiness";
}

std::string format_cell(std::string_view name, const json::value& value) {
  if (value.is_null()) return std::string(missing);
  if (value.is_string()) return std::string(json::text_of(value.get_string()));
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_number()) {
    const auto number = value.to_number<double>();
    if (is_share(name)) return fmt::format("{:.1f} %", 100 * number);
    if (name.ends_with("_seconds")) return format_seconds(number);
    if (name.ends_with("_days") && !value.is_int64()) return fmt::format("{:.1f} d", number);
    if (value.is_int64()) return format_count(value.get_int64());
    return fmt::format("{:.2f}", number);
  }
  return json::format(value);
}

/// The interval of a figure, from its `_low` and `_high` beside it.
std::string format_interval(std::string_view name, const json::object& row) {
  const auto* low = row.if_contains(std::string(name) + "_low");
  const auto* high = row.if_contains(std::string(name) + "_high");
  if (low == nullptr || high == nullptr || !low->is_number() || !high->is_number()) return {};
  const double scale = is_share(name) ? 100 : 1;
  return fmt::format(" ({:.1f}–{:.1f})", scale * low->to_number<double>(), scale * high->to_number<double>());
}

bool is_interval_end(std::string_view name, const std::vector<std::string>& names) {
  for (const std::string_view end : {"_low", "_high"}) {
    if (name.ends_with(end) &&
        std::find(names.begin(), names.end(), name.substr(0, name.size() - end.size())) != names.end()) {
      return true;
    }
  }
  return false;
}

struct Column {
  std::string name;
  bool right = true;
  std::size_t width = 0;
  std::vector<std::string> cells{};
};

std::vector<std::string> member_names(const json::array& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) {
    for (const auto& member : row.get_object()) {
      if (std::find(names.begin(), names.end(), member.key()) == names.end()) names.emplace_back(member.key());
    }
  }
  return names;
}

std::vector<Column> columns_of(const json::array& rows) {
  const auto names = member_names(rows);
  std::vector<Column> columns;
  for (const auto& name : names) {
    if (is_interval_end(name, names)) continue;
    Column column{.name = name};
    column.width = width_of(name);
    for (const auto& row : rows) {
      const auto* value = row.get_object().if_contains(name);
      column.cells.push_back(value == nullptr ? ""
                                              : format_cell(name, *value) + format_interval(name, row.get_object()));
      column.right &= value == nullptr || !value->is_string();
      column.width = std::max(column.width, width_of(column.cells.back()));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

void append_cell(std::string& line, const Column& column, std::string_view text) {
  const auto shown = cut(text, column.width);
  const std::string padding(column.width - width_of(shown), ' ');
  if (!line.empty()) line += gap;
  line += column.right ? padding + shown : shown + padding;
}

void append_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

/// A block of columns that fit beside one another.
std::string format_block(const std::vector<const Column*>& columns, std::size_t rows) {
  std::string out;
  std::string head;
  std::string rule;
  for (const auto* column : columns) {
    append_cell(head, *column, column->name);
    if (!rule.empty()) rule += gap;
    for (std::size_t i = 0; i < column->width; ++i) rule += "─";
  }
  append_line(out, head);
  out += rule + "\n";
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line;
    for (const auto* column : columns) append_cell(line, *column, column->cells[row]);
    append_line(out, line);
  }
  return out;
}

/// Cuts columns of text to a third of a line, and any to what fits beside the first. What is left of the line when all
/// fit in one block goes to those that were cut, from the left.
void fit_widths(std::vector<Column>& columns, std::size_t width) {
  std::vector<std::size_t> whole;
  for (const auto& column : columns) whole.push_back(column.width);
  auto& name = columns.front();
  for (auto& column : columns) {
    if (!column.right) column.width = std::min(column.width, std::max(narrowest_cell, width / 3));
  }
  name.width = std::min(name.width, std::max(narrowest_cell, width / 2));
  const auto beside = width > name.width + gap.size() ? width - name.width - gap.size() : 0;
  std::size_t used = name.width;
  for (std::size_t i = 1; i < columns.size(); ++i) {
    columns[i].width = std::min(columns[i].width, std::max(narrowest_cell, beside));
    used += gap.size() + columns[i].width;
  }
  for (std::size_t i = 0; i < columns.size() && used < width; ++i) {
    const auto more = std::min(whole[i] - columns[i].width, width - used);
    columns[i].width += more;
    used += more;
  }
}

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

std::string format_count(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (count < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string format_table(const json::array& rows, std::size_t width) {
  if (rows.empty()) return {};
  auto columns = columns_of(rows);
  if (columns.empty()) return {};
  fit_widths(columns, width);
  std::string out;
  // Every block begins with what a row is: its period and its group, where there are some, and its name.
  std::vector<const Column*> names;
  std::size_t width_of_names = 0;
  for (const auto& column : columns) {
    width_of_names += (names.empty() ? 0 : gap.size()) + column.width;
    names.push_back(&column);
    if (column.name != "start" && column.name != "group") break;
  }
  auto block = names;
  std::size_t used = width_of_names;
  for (std::size_t i = names.size(); i < columns.size(); ++i) {
    if (used + gap.size() + columns[i].width > width && block.size() > names.size()) {
      out += format_block(block, rows.size()) + "\n";
      block = names;
      used = width_of_names;
    }
    block.push_back(&columns[i]);
    used += gap.size() + columns[i].width;
  }
  return out + format_block(block, rows.size());
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
