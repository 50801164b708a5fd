#include "model/vocabulary.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/embedded.hpp"
#include "base/fields.hpp"

namespace peregrine::embedded {
std::span<const EmbeddedFile> vocabularies();
}

namespace peregrine {

namespace {

constexpr auto shipped_order = std::to_array<std::string_view>(
    {"segment", "ga4", "hubspot", "salesforce", "matomo", "shop_orders", "call_centre", "surveys", "general"});

// What a file says, before it is known to make sense.

struct TouchpointText {
  std::string event;
  std::string touchpoint;
  std::string role;
  std::string kind;
  std::string survey;
  bool guess = false;
  static constexpr auto fields() {
    return std::make_tuple(
        field<&TouchpointText::event>("name of an event, with * for any run of characters", {.required = true}),
        field<&TouchpointText::touchpoint>("Name of the touchpoint; the event's own when left out."),
        field<&TouchpointText::role>("What the customer does."),
        field<&TouchpointText::kind>("Where the customer meets the brand."),
        field<&TouchpointText::survey>("Survey that a score belongs to."),
        field<&TouchpointText::guess>("Proposed by a program and not yet confirmed by a person."));
  }
};

struct VocabularyText {
  std::string name;
  std::string title;
  std::string source;
  std::vector<json::value> touchpoints;
  static constexpr auto fields() {
    return std::make_tuple(field<&VocabularyText::name>("name, in small letters", {.required = true}),
                           field<&VocabularyText::title>("What people call it."),
                           field<&VocabularyText::source>("Where the names come from."),
                           field<&VocabularyText::touchpoints>("the entries in order", {.required = true}));
  }
};

template <class E>
E read_name(const std::string& text, std::string where) {
  if (text.empty()) return E{};
  if (const auto value = find_named<E>(text)) return *value;
  static constexpr auto names = enum_names(E{});
  std::string list;
  for (const auto name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  const auto near = propose(text, names);
  const bool said = near.empty() || near.starts_with("one of");
  throw Error(ErrorKind::invalid, std::move(where), "must be one of " + list, said ? "got \"" + text + "\"" : near);
}

TouchpointRule read_touchpoint(const TouchpointText& text, const std::string& where) {
  if (text.event.empty()) throw Error(ErrorKind::invalid, join_place(where, "event"), "must not be empty");
  return {.pattern = text.event,
          .touchpoint = text.touchpoint,
          .role = read_name<Role>(text.role, join_place(where, "role")),
          .kind = read_name<Kind>(text.kind, join_place(where, "kind")),
          .survey = read_name<Survey>(text.survey, join_place(where, "survey")),
          .guess = text.guess};
}

ShippedVocabulary parse_vocabulary(const EmbeddedFile& file) {
  auto text = from_json<VocabularyText>(json::parse_yaml(file.bytes, file.name), file.name);
  json::array touchpoints(text.touchpoints.begin(), text.touchpoints.end());
  return {.name = std::move(text.name),
          .title = std::move(text.title),
          .source = std::move(text.source),
          .touchpoints = read_touchpoints(touchpoints, std::string(file.name) + ": touchpoints")};
}

}  // namespace

Role read_role(const std::string& name, std::string where) {
  return read_name<Role>(name, std::move(where));
}

Kind read_kind(const std::string& name, std::string where) {
  return read_name<Kind>(name, std::move(where));
}

Survey read_survey(const std::string& name, std::string where) {
  return read_name<Survey>(name, std::move(where));
}

std::vector<TouchpointRule> read_touchpoints(const json::value& list, std::string_view where) {
  const auto texts = from_json<std::vector<TouchpointText>>(list, where);
  std::vector<TouchpointRule> rules;
  rules.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) rules.push_back(read_touchpoint(texts[i], join_place(where, i)));
  return rules;
}

const std::vector<ShippedVocabulary>& shipped_vocabularies() {
  static const std::vector<ShippedVocabulary> shipped = [] {
    std::vector<ShippedVocabulary> all;
    for (const auto& file : embedded::vocabularies()) all.push_back(parse_vocabulary(file));
    const auto place = [](const ShippedVocabulary& each) {
      const auto found = std::find(shipped_order.begin(), shipped_order.end(), each.name);
      PEREGRINE_CHECK(found != shipped_order.end());
      return found;
    };
    std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
    return all;
  }();
  return shipped;
}

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  auto star = std::string_view::npos;  // place of the last `*` seen; what it stands for ends before `held`
  std::size_t held = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      held = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++held;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Vocabulary::Vocabulary(std::vector<TouchpointRule> own) : own_(std::move(own)) {
  for (const auto& rule : own_) add(rule, rule.guess ? "guess" : "workspace");
  for (const auto& vocabulary : shipped_vocabularies()) {
    for (const auto& rule : vocabulary.touchpoints) add(rule, vocabulary.name);
  }
}

void Vocabulary::Patterns::add(std::string_view text, const Ranked& pattern) {
  by_text[text].push_back(pattern);
  if (std::find(lengths.begin(), lengths.end(), text.size()) == lengths.end()) lengths.push_back(text.size());
}

void Vocabulary::add(const TouchpointRule& rule, std::string_view origin) {
  const Ranked ranked{rules_++, &rule, origin};
  const std::string_view pattern = rule.pattern;
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) {
    exact_.try_emplace(pattern, ranked);
  } else if (star > 0) {
    by_begin_.add(pattern.substr(0, star), ranked);
  } else {
    by_end_.add(pattern.substr(pattern.rfind('*') + 1), ranked);
  }
}

Vocabulary::Ranked Vocabulary::find(std::string_view event) const {
  const auto exact = exact_.find(event);
  auto best = exact != exact_.end() ? exact->second : Ranked{.rank = rules_};
  const auto try_each = [&](const Patterns& patterns, std::string_view text) {
    const auto found = patterns.by_text.find(text);
    if (found == patterns.by_text.end()) return;
    for (const auto& each : found->second) {
      if (each.rank >= best.rank) return;
      if (matches(each.rule->pattern, event)) best = each;
    }
  };
  for (const auto length : by_begin_.lengths) {
    if (length <= event.size()) try_each(by_begin_, event.substr(0, length));
  }
  for (const auto length : by_end_.lengths) {
    if (length <= event.size()) try_each(by_end_, event.substr(event.size() - length));
  }
  return best;
}

std::string_view Vocabulary::origin(std::string_view event) const {
  return find(event).origin;
}

Label Vocabulary::label(std::string_view event) const {
  const auto* rule = find(event).rule;
  if (rule == nullptr) return {.event = event, .touchpoint = event};
  return {.event = event,
          .touchpoint = rule->touchpoint.empty() ? event : std::string_view(rule->touchpoint),
          .role = rule->role,
          .kind = rule->kind,
          .survey = rule->survey,
          .labelled = true,
          .guessed = rule->guess};
}

std::vector<Label> Vocabulary::label(NameList events) const {
  std::vector<Label> labels;
  labels.reserve(events.size());
  for (const auto event : events) labels.push_back(label(event));
  return labels;
}

}  // namespace peregrine
