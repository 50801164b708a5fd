#include "workspace/touchpoint_text.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/fields.hpp"

namespace peregrine {

namespace {

constexpr std::string_view key = "touchpoints:";

/// With their line feeds.
std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  if (!lines.empty() && lines.back().back() != '\n') lines.back() += '\n';
  return lines;
}

std::size_t indentation_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

/// Empty, or nothing but a comment.
bool says_nothing(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || line[first] == '#';
}

bool starts_entry(std::string_view line) {
  const auto place = indentation_of(line);
  return line.substr(place).starts_with("- ") || line.substr(place).starts_with("-\n");
}

/// Where the comment behind a value begins, with the spaces before it; the end of the line when there is none.
std::size_t comment_place(std::string_view line) {
  char quote = 0;
  std::size_t end = 0;  // of what is not a space
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char letter = line[i];
    if (quote == 0 && letter == '#' && end < i) return end;
    if (quote == '"' && letter == '\\') {
      ++i;
    } else if (quote != 0) {
      if (letter == quote) quote = 0;
    } else if ((letter == '"' || letter == '\'') &&
               (end < i || std::string_view("{[,").find(line[i - 1]) != std::string_view::npos)) {
      quote = letter;  // a quote inside a word is an apostrophe
    }
    if (letter != ' ' && letter != '\t' && letter != '\r' && letter != '\n') end = i + 1;
  }
  return end;
}

std::string_view value_of(std::string_view line) {
  auto value = line.substr(key.size(), comment_place(line) - std::min(comment_place(line), key.size()));
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

[[noreturn]] void refuse_text(std::string_view where, std::string_view what) {
  throw Error(ErrorKind::invalid, join_place(where, "touchpoints"), std::string(what) + ", so it is not edited",
              "each entry on a line of its own that begins with \"- \"");
}

std::string join(std::span<const std::string> lines) {
  std::string text;
  for (const auto& line : lines) text += line;
  return text;
}

}  // namespace

std::string format_touchpoint(const TouchpointRule& rule) {
  const auto quoted = [](const std::string& text) { return json::format(json::value(boost::json::string(text))); };
  std::string text = "{event: " + quoted(rule.pattern);
  if (!rule.touchpoint.empty()) text += ", touchpoint: " + quoted(rule.touchpoint);
  text += ", role: " + std::string(name_of(rule.role)) + ", kind: " + std::string(name_of(rule.kind));
  if (rule.survey != Survey::none) text += ", survey: " + std::string(name_of(rule.survey));
  if (rule.guess) text += ", guess: true";
  return text + "}";
}

TouchpointText::TouchpointText(std::string_view yaml, std::string_view where) {
  const auto lines = split_lines(yaml);
  const auto all = std::span(lines);
  const auto at = std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.starts_with(key); });
  if (at == lines.end()) {
    head_ = join(all) + (lines.empty() ? "" : "\n") + std::string(key);
    key_end_ = head_.size();
    head_ += "\n";
    return;
  }
  const auto before = static_cast<std::size_t>(at - lines.begin());
  const auto value = value_of(*at);
  if (!value.empty() && value != "[]") refuse_text(where, "is written in one line");
  head_ = join(all.first(before)) + std::string(key);
  key_end_ = head_.size();
  head_ += at->substr(std::max(comment_place(*at), key.size()));

  auto end = before + 1;  // the last entry ends where something else begins in the first column
  auto last = end;
  for (; end < lines.size(); ++end) {
    if (says_nothing(lines[end])) continue;
    if (indentation_of(lines[end]) == 0 && !starts_entry(lines[end])) break;
    last = end + 1;
  }
  read_entries(all.subspan(before + 1, last - before - 1), where);
  tail_ = join(all.subspan(last));
}

void TouchpointText::read_entries(std::span<const std::string> lines, std::string_view where) {
  std::size_t place = 0;
  while (place < lines.size()) {
    Entry entry;
    for (; place < lines.size() && says_nothing(lines[place]); ++place) entry.above += lines[place];
    if (place == lines.size() || !starts_entry(lines[place])) refuse_text(where, "is no list");
    const auto indentation = indentation_of(lines[place]);
    indentation_.assign(indentation, ' ');
    auto end = place + 1;
    while (end < lines.size() && !(indentation_of(lines[end]) <= indentation && !says_nothing(lines[end]))) ++end;
    while (says_nothing(lines[end - 1])) --end;
    entry.lines = join(lines.subspan(place, end - place));
    auto rules = read_touchpoints(json::parse_yaml(entry.lines, where), where);
    if (rules.size() != 1) refuse_text(where, "has several entries in one");
    entry.rule = std::move(rules.front());
    entries_.push_back(std::move(entry));
    place = end;
  }
}

void TouchpointText::put(const TouchpointRule& rule) {
  const auto line = indentation_ + "- " + format_touchpoint(rule);
  const auto same = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& each) { return each.rule.pattern == rule.pattern; });
  if (same != entries_.end()) {
    const bool one_line = std::count(same->lines.begin(), same->lines.end(), '\n') == 1;
    same->lines = line + (one_line ? same->lines.substr(comment_place(same->lines)) : "\n");
    same->rule = rule;
    return;
  }
  const auto shadow = std::find_if(entries_.begin(), entries_.end(),
                                   [&](const Entry& each) { return matches(each.rule.pattern, rule.pattern); });
  entries_.insert(shadow, Entry{.above = {}, .lines = line + "\n", .rule = rule});
}

const TouchpointRule* TouchpointText::find(std::string_view event) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& each) { return each.rule.pattern == event; });
  return found == entries_.end() ? nullptr : &found->rule;
}

std::string TouchpointText::text() const {
  if (entries_.empty()) {
    auto text = head_;
    return text.insert(key_end_, " []") + tail_;
  }
  std::string text = head_;
  for (const auto& each : entries_) text += each.above + each.lines;
  return text + tail_;
}

}  // namespace peregrine
