#include "cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

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

std::string format_interval(std::string_view name, const json::object& row) {
  const auto* low = row.if_contains(std::string(name) + "_low");
  const auto* high = row.if_contains(std::string(name) + "_high");
  if (low == nullptr || high == nullptr || !low->is_number() || !high->is_number()) return {};
  const double scale = is_share(name) ? 100 : 1;
  return fmt::format(" ({:.1f}–{:.1f})", scale * low->to_number<double>(), scale * high->to_number<double>());
}

std::vector<std::string> member_names(const json::array& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) {
    for (const auto& member : row.get_object()) {
      if (std::find(names.begin(), names.end(), member.key()) == names.end()) names.emplace_back(member.key());
    }
  }
  return names;
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

}  // namespace peregrine::cli
