#include "golden/case_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/money.hpp"
#include "fold/described.hpp"

namespace peregrine::golden {

namespace {

constexpr std::int64_t first_day = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
constexpr std::int64_t day_micros = 86'400'000'000;

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(at, begin), text.size());
    parts.emplace_back(trim(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(end);
  text = trim(text);
  return word;
}

class Lines {
 public:
  Lines(std::string_view text, std::string file) : file_(std::move(file)) {
    for (auto& line : split_lines(text)) lines_.push_back(line);
  }

  bool at_end() const { return next_ >= lines_.size(); }
  std::size_t number() const { return next_; }
  /// The line without its comment; a comment begins with `#` at the start or after two spaces.
  std::string_view peek() const {
    std::string_view line = lines_[next_];
    if (trim(line).starts_with('#')) return {};
    if (const auto comment = line.find("  # "); comment != std::string_view::npos) line = line.substr(0, comment);
    return line;
  }
  std::string_view take() {
    const auto line = peek();
    ++next_;
    return line;
  }
  [[noreturn]] void fail(std::string what) const {
    throw Error(ErrorKind::invalid, file_ + ":" + std::to_string(next_), std::move(what));
  }

 private:
  static std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      lines.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
  }

  std::string file_;
  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
};

std::int64_t read_clock(std::string_view text, const Lines& lines) {
  const auto time = parse_time("2026-01-01T" + std::string(text));
  if (!time) lines.fail("is no time of day: " + std::string(text));
  return time->micros - first_day;
}

bool is_clock(std::string_view text) {
  return text.size() >= 4 && text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789:.") == std::string_view::npos;
}

std::int64_t take_time(std::string_view& text, std::int64_t previous, const Lines& lines) {
  if (text.starts_with("day ")) {
    take_word(text);
    const auto word = take_word(text);
    std::int64_t day = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), day);
    if (read.ec != std::errc()) lines.fail("is no day: " + std::string(word));
    std::int64_t micros = first_day + (day - 1) * day_micros;
    auto rest = text;
    if (const auto clock = take_word(rest); is_clock(clock)) {
      micros += read_clock(clock, lines);
      text = rest;
    }
    return micros;
  }
  if (text.starts_with("same ")) {
    take_word(text);
    return previous;
  }
  if (text.starts_with('+')) {
    const auto word = take_word(text).substr(1);
    const auto duration = parse_duration(word);
    if (!duration) lines.fail("is no length of time: " + std::string(word));
    return previous + duration->micros;
  }
  lines.fail("expected a time (day 1 09:30, +2h or same): " + std::string(text));
}

/// Takes ` key=value` pairs from the end of an event; what is left is its name.
std::map<std::string, std::string> take_pairs(std::string_view& text) {
  std::map<std::string, std::string> pairs;
  while (true) {
    const auto equals = text.rfind('=');
    if (equals == std::string_view::npos) return pairs;
    const auto space = text.rfind(' ', equals);
    if (space == std::string_view::npos) return pairs;
    auto value = trim(text.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    pairs.emplace(trim(text.substr(space, equals - space)), value);
    text = trim(text.substr(0, space));
  }
}

void add_pair(MemoryEvent& event, const std::string& key, const std::string& text, const Lines& lines) {
  if (key == "value") {
    event.value = parse_money(text);
    if (!event.value) lines.fail("is no amount: " + text);
    return;
  }
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text == "true" || text == "false") {
    event.properties[key] = text == "true";
  } else if (read.ec == std::errc() && read.ptr == text.data() + text.size()) {
    event.properties[key] = number;
  } else {
    event.properties[key] = text;
  }
}

/// A line of a journey: who, then events between bars. A bar or an equals sign inside quotes is not looked for.
void read_journey(std::string_view line, std::vector<MemoryEvent>& events, const Lines& lines) {
  auto text = trim(line);
  std::string customer(take_word(text));
  const bool known = !customer.ends_with('?');
  if (!known) customer.pop_back();
  std::int64_t previous = first_day;
  for (const auto& each : split(text, '|')) {
    if (each.empty()) continue;
    std::string_view rest = each;
    MemoryEvent event{.customer = customer, .known = known};
    event.time = {take_time(rest, previous, lines)};
    previous = event.time.micros;
    const auto pairs = take_pairs(rest);
    for (const auto& [key, value] : pairs) add_pair(event, key, value, lines);
    event.event = rest;
    if (event.event.empty()) lines.fail("an event without a name");
    events.push_back(std::move(event));
  }
}

bool is_indented(std::string_view line) {
  return line.starts_with("  ") && !trim(line).empty();
}

Expectation read_table(Lines& lines, std::string target) {
  Expectation table{.kind = Expectation::Kind::table, .target = std::move(target)};
  table.first_line = lines.number() - 1;
  if (!lines.at_end() && is_indented(lines.peek())) table.columns = split(lines.take(), '|');
  while (!lines.at_end() && is_indented(lines.peek())) {
    auto cells = split(lines.take(), '|');
    if (cells.size() != table.columns.size()) lines.fail("a row with another number of cells than the head");
    table.rows.push_back(std::move(cells));
  }
  table.last_line = lines.number() - 1;
  return table;
}

void read_statement(Lines& lines, Case& test) {
  const auto line = lines.take();
  auto rest = trim(line);
  const auto word = take_word(rest);
  const auto here = lines.number() - 1;
  if (word == "journeys") {
    while (!lines.at_end() && (is_indented(lines.peek()) || trim(lines.peek()).empty())) {
      const auto journey = lines.take();
      if (trim(journey).empty()) {
        if (lines.at_end() || !is_indented(lines.peek())) break;
        continue;
      }
      read_journey(journey, test.events, lines);
    }
  } else if (word == "quarantined") {
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), test.quarantined);
    if (read.ec != std::errc() || read.ptr != rest.data() + rest.size())
      lines.fail("is no number of rows: " + std::string(rest));
  } else if (word == "params") {
    test.params = json::parse(rest, "params").as_object();
  } else if (word == "expect") {
    test.expectations.push_back(read_table(lines, std::string(rest)));
  } else if (word == "expect_value") {
    const auto place = std::string(take_word(rest));
    test.expectations.push_back({.kind = Expectation::Kind::value,
                                 .target = place,
                                 .columns = {},
                                 .rows = {},
                                 .text = std::string(rest),
                                 .first_line = here,
                                 .last_line = here});
  } else if (word == "expect_error") {
    if (rest.size() < 2 || rest.front() != '`' || rest.back() != '`') lines.fail("expect_error wants `text`");
    test.expectations.push_back({.kind = Expectation::Kind::error,
                                 .target = {},
                                 .columns = {},
                                 .rows = {},
                                 .text = std::string(rest.substr(1, rest.size() - 2)),
                                 .first_line = here,
                                 .last_line = here});
  } else {
    lines.fail("expected case, journeys, quarantined, params, expect, expect_value or expect_error: " +
               std::string(word));
  }
}

/// `steps[1].median_seconds` as `steps`, `1`, `median_seconds`.
std::vector<std::string> parts_of(std::string_view place) {
  std::vector<std::string> parts;
  while (!place.empty()) {
    const auto end = std::min(place.find_first_of(".[]"), place.size());
    if (end > 0) parts.emplace_back(place.substr(0, end));
    place.remove_prefix(std::min(end + 1, place.size()));
  }
  return parts;
}

void expect_described(const json::object& schema, std::string_view place) {
  if (described_at(schema, parts_of(place)) != nullptr) return;
  throw Error(ErrorKind::invalid, std::string(place), "no field of the result has this name");
}

}  // namespace

std::vector<Case> parse_cases(std::string_view text, const std::string& file) {
  Lines lines(text, file);
  std::vector<Case> cases;
  while (!lines.at_end()) {
    auto line = trim(lines.peek());
    if (line.empty()) {
      lines.take();
      continue;
    }
    if (line.starts_with("case ")) {
      lines.take();
      cases.push_back({.name = std::string(line.substr(5)),
                       .line = lines.number(),
                       .events = {},
                       .params = {},
                       .expectations = {}});
      continue;
    }
    if (cases.empty()) lines.fail("the file must begin with a case");
    read_statement(lines, cases.back());
  }
  for (const auto& test : cases) {
    if (test.expectations.empty()) {
      throw Error(ErrorKind::invalid, file + ":" + std::to_string(test.line), "a case that expects nothing");
    }
  }
  return cases;
}

std::optional<json::value> find_value(const json::object& result, std::string_view place) {
  json::value at = result;
  for (const auto& part : parts_of(place)) {
    const json::value* next = nullptr;
    if (const auto* list = at.if_array()) {
      std::size_t index = 0;
      const auto read = std::from_chars(part.data(), part.data() + part.size(), index);
      if (read.ec == std::errc() && index < list->size()) next = &(*list)[index];
    } else if (const auto* object = at.if_object()) {
      next = object->if_contains(part);
    }
    if (next == nullptr) return std::nullopt;
    at = json::value(*next);
  }
  return at;
}

json::value value_at(const json::object& result, const json::object& schema, std::string_view place) {
  expect_described(schema, place);
  if (auto value = find_value(result, place)) return *value;
  const auto owner = place.substr(0, std::min(place.rfind('.'), place.size()));
  if (owner == place || find_value(result, owner)) return nullptr;
  throw Error(ErrorKind::invalid, std::string(place), "is not in the result", "there is no " + std::string(owner));
}

json::array rows_at(const json::object& result, const json::object& schema, const Expectation& table) {
  const auto list = value_at(result, schema, table.target);
  if (!list.is_array()) throw Error(ErrorKind::invalid, table.target, "is no list");
  for (const auto& column : table.columns) expect_described(schema, table.target + "[0]." + column);
  return list.get_array();
}

std::string format_expected(const json::value& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return std::string(json::text_of(value.get_string()));
  if (value.is_double()) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value.get_double(), std::chars_format::general, 6).ptr;
    return {text, end};
  }
  return json::format(value);
}

bool agrees(const json::value& value, std::string_view expected) {
  double wanted = 0;
  const auto read = std::from_chars(expected.data(), expected.data() + expected.size(), wanted);
  if (value.is_number() && read.ec == std::errc() && read.ptr == expected.data() + expected.size()) {
    const auto got = value.to_number<double>();
    return std::abs(got - wanted) <= 1e-6 * std::max({1.0, std::abs(got), std::abs(wanted)});
  }
  return format_expected(value) == expected;
}

std::vector<std::string> format_expectation(const Expectation& expectation, const json::object& result,
                                            const json::object& schema) {
  if (expectation.kind == Expectation::Kind::value) {
    return {"expect_value " + expectation.target + " " + format_expected(value_at(result, schema, expectation.target))};
  }
  std::vector<std::vector<std::string>> table{expectation.columns};
  for (const auto& row : rows_at(result, schema, expectation)) {
    std::vector<std::string> cells;
    for (const auto& column : expectation.columns)
      cells.push_back(format_expected(find_value(row.as_object(), column).value_or(nullptr)));
    table.push_back(std::move(cells));
  }
  std::vector<std::string> lines{"expect " + expectation.target};
  for (const auto& row : table) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::size_t width = 0;
      for (const auto& other : table) width = std::max(width, other[i].size());
      line += (i > 0 ? " | " : "") + row[i] + std::string(i + 1 < row.size() ? width - row[i].size() : 0, ' ');
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace peregrine::golden
