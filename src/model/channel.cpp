#include "model/channel.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include <boost/regex.hpp>

#include "base/embedded.hpp"
#include "base/fields.hpp"

namespace peregrine::embedded {
std::span<const EmbeddedFile> channels();
}

namespace peregrine {

namespace {

enum class VisitField : std::uint8_t { source, medium, campaign };
constexpr auto enum_names(VisitField) {
  return std::to_array<std::string_view>({"source", "medium", "campaign"});
}

/// A visit's three texts in small letters.
using Visit = std::array<std::string, 3>;

std::string small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

struct Condition {
  enum class Test : std::uint8_t { all, any, empty, in, contains, ends_with, matches, category };
  Test test = Test::all;
  VisitField field = VisitField::source;
  std::vector<Condition> parts;    // all, any
  std::vector<std::string> texts;  // in: each; contains, ends_with: the one
  boost::regex expression;         // Boost's matcher keeps its place on the heap: no text can exhaust the stack
  std::uint32_t category = 0;      // bit
};

struct ChannelRule {
  std::string channel;
  Condition condition;
};

}  // namespace

struct ChannelRules::Rules {
  std::vector<ChannelRule> rules;
  std::string otherwise;
  std::unordered_map<std::string, std::uint32_t> categories;  // of a source: bits

  bool holds(const Condition& condition, const Visit& visit) const;
};

bool ChannelRules::Rules::holds(const Condition& condition, const Visit& visit) const {
  using Test = Condition::Test;
  const auto part_holds = [&](const Condition& part) { return holds(part, visit); };
  const auto& text = visit[static_cast<std::size_t>(condition.field)];
  switch (condition.test) {
    case Test::all: return std::all_of(condition.parts.begin(), condition.parts.end(), part_holds);
    case Test::any: return std::any_of(condition.parts.begin(), condition.parts.end(), part_holds);
    case Test::empty: return text.empty();
    default: break;
  }
  if (text.empty()) return false;
  switch (condition.test) {
    case Test::in: return std::find(condition.texts.begin(), condition.texts.end(), text) != condition.texts.end();
    case Test::contains: return text.find(condition.texts.front()) != std::string::npos;
    case Test::ends_with: return text.ends_with(condition.texts.front());
    case Test::matches: return boost::regex_search(text, condition.expression);
    case Test::category: {
      const auto found = categories.find(text);
      return found != categories.end() && (found->second & condition.category) != 0;
    }
    default: return false;
  }
}

namespace {

[[noreturn]] void fail(std::string_view where, std::string what, std::string expected = {}) {
  throw Error(ErrorKind::invalid, std::string(where), std::move(what), std::move(expected));
}

/// Reads a rules file; the conditions named in it are put where they are used.
class RulesReader {
 public:
  explicit RulesReader(const std::map<std::string, std::uint32_t>& categories) : categories_(categories) {}

  void name(const std::string& name, const json::value& value) {
    named_.emplace(name, condition(value, join_place("conditions", name)));
  }

  Condition condition(const json::value& value, const std::string& where) const {
    const auto* object = value.if_object();
    if (object == nullptr) refuse(where, value, "a condition");
    check_keys(*object, where);
    if (object->contains("is")) return named(object->at("is"), where);
    for (const auto test : {Condition::Test::all, Condition::Test::any}) {
      const auto* key = test == Condition::Test::all ? "all" : "any";
      if (const auto* parts = object->if_contains(key)) return group(test, *parts, join_place(where, key));
    }
    return comparison(*object, where);
  }

 private:
  static void check_keys(const json::object& object, const std::string& where) {
    static constexpr auto known = std::to_array<std::string_view>(
        {"all", "any", "is", "field", "empty", "in", "contains", "ends_with", "matches", "category", "channel"});
    for (const auto& member : object) {
      if (std::find(known.begin(), known.end(), member.key()) == known.end())
        refuse_unknown(where, member.key(), known);
    }
  }

  Condition named(const json::value& value, const std::string& where) const {
    const auto name = from_json<std::string>(value, join_place(where, "is"));
    if (const auto found = named_.find(name); found != named_.end()) return found->second;
    std::vector<std::string_view> names;
    for (const auto& [known, condition] : named_) names.push_back(known);
    fail(join_place(where, "is"), "no condition is named \"" + name + "\"", propose(name, names));
  }

  Condition group(Condition::Test test, const json::value& value, const std::string& where) const {
    const auto parts = from_json<std::vector<json::value>>(value, where);
    if (parts.empty()) fail(where, "must list at least 1", "got 0");
    Condition out;
    out.test = test;
    for (std::size_t i = 0; i < parts.size(); ++i) out.parts.push_back(condition(parts[i], join_place(where, i)));
    return out;
  }

  Condition comparison(const json::object& object, const std::string& where) const {
    static constexpr auto tests =
        std::to_array<std::pair<std::string_view, Condition::Test>>({{"empty", Condition::Test::empty},
                                                                     {"in", Condition::Test::in},
                                                                     {"contains", Condition::Test::contains},
                                                                     {"ends_with", Condition::Test::ends_with},
                                                                     {"matches", Condition::Test::matches},
                                                                     {"category", Condition::Test::category}});
    const auto* field = object.if_contains("field");
    if (field == nullptr) fail(where, "must be a condition", "all, any, is, or field with a comparison");
    Condition out;
    out.field = from_json<VisitField>(*field, join_place(where, "field"));
    std::size_t found = 0;
    for (const auto& [key, test] : tests) {
      const auto* value = object.if_contains(key);
      if (value == nullptr) continue;
      ++found;
      out.test = test;
      compare(out, *value, join_place(where, key));
    }
    if (found != 1) fail(where, "must have one comparison", "empty, in, contains, ends_with, matches or category");
    return out;
  }

  void compare(Condition& out, const json::value& value, const std::string& where) const {
    switch (out.test) {
      case Condition::Test::empty:
        if (!from_json<bool>(value, where)) fail(where, "must be true");
        return;
      case Condition::Test::in:
        for (const auto& text : from_json<std::vector<std::string>>(value, where))
          out.texts.push_back(small_letters(text));
        return;
      case Condition::Test::matches: out.expression = expression(from_json<std::string>(value, where), where); return;
      case Condition::Test::category: out.category = category(from_json<std::string>(value, where), where); return;
      default: out.texts.push_back(small_letters(from_json<std::string>(value, where))); return;
    }
  }

  static boost::regex expression(const std::string& text, const std::string& where) {
    try {
      return boost::regex(text, boost::regex::perl | boost::regex::icase);
    } catch (const boost::regex_error&) {
      fail(where, "must be a regular expression", "got \"" + text + "\"");
    }
  }

  std::uint32_t category(const std::string& name, const std::string& where) const {
    if (const auto found = categories_.find(name); found != categories_.end()) return found->second;
    std::vector<std::string_view> names;
    for (const auto& [known, bit] : categories_) names.push_back(known);
    fail(where, "no source is of the category \"" + name + "\"", propose(name, names));
  }

  const std::map<std::string, std::uint32_t>& categories_;
  std::map<std::string, Condition> named_;
};

/// Reads `source,source_category` lines. Returns the bit of each category's name.
std::map<std::string, std::uint32_t> read_sources(std::string_view csv,
                                                  std::unordered_map<std::string, std::uint32_t>& sources) {
  constexpr std::string_view prefix = "SOURCE_CATEGORY_";
  std::map<std::string, std::uint32_t> bits;
  for (std::size_t line = 1; !csv.empty(); ++line) {
    const auto end = csv.find('\n');
    auto text = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (line == 1 || text.empty()) continue;
    const auto comma = text.rfind(',');
    auto category = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (!category.starts_with(prefix)) {
      fail("sources:" + std::to_string(line), "has no category", "a line like bing,SOURCE_CATEGORY_SEARCH");
    }
    category.remove_prefix(prefix.size());
    const auto [bit, added] = bits.try_emplace(std::string(category), std::uint32_t{1} << (bits.size() & 31));
    if (bits.size() > 32) fail("sources:" + std::to_string(line), "is of one category too many", "at most 32");
    sources[small_letters(text.substr(0, comma))] |= bit->second;
  }
  return bits;
}

struct RulesText {
  std::string name;
  std::string title;
  std::string source;
  std::string sources;
  std::map<std::string, json::value> conditions;
  std::vector<json::value> rules;
  std::string otherwise;
  static constexpr auto fields() {
    return std::make_tuple(field<&RulesText::name>("name, in small letters", {.required = true}),
                           field<&RulesText::title>("What people call them."),
                           field<&RulesText::source>("Where they come from."),
                           field<&RulesText::sources>("File with the list of sources."),
                           field<&RulesText::conditions>("Conditions that rules refer to by name."),
                           field<&RulesText::rules>("the rules in order", {.min_items = 1, .required = true}),
                           field<&RulesText::otherwise>("channel of what no rule matches", {.required = true}));
  }
};

std::string_view file_named(std::string_view name) {
  for (const auto& file : embedded::channels()) {
    if (file.name.ends_with(name)) return file.bytes;
  }
  throw Error(ErrorKind::bug, std::string(name), "is not in the program");
}

}  // namespace

ChannelRules ChannelRules::parse(std::string_view rules_yaml, std::string_view sources_csv, std::string_view where) {
  const auto document = json::parse_yaml(rules_yaml, where);
  try {
    auto rules = std::make_unique<Rules>();
    const auto categories = read_sources(sources_csv, rules->categories);
    const auto text = from_json<RulesText>(document, "");
    RulesReader reader(categories);
    for (const auto& [name, value] : text.conditions) reader.name(name, value);
    for (std::size_t i = 0; i < text.rules.size(); ++i) {
      const auto place = join_place("rules", i);
      const auto* object = text.rules[i].if_object();
      const auto* channel = object == nullptr ? nullptr : object->if_contains("channel");
      if (channel == nullptr) fail(place, "must name a channel");
      rules->rules.push_back(
          {from_json<std::string>(*channel, join_place(place, "channel")), reader.condition(text.rules[i], place)});
    }
    rules->otherwise = text.otherwise;
    return ChannelRules(std::move(rules));
  } catch (const Error& error) {
    throw Error(error.kind(), std::string(where), error.what());
  }
}

const ChannelRules& ChannelRules::ga4() {
  static const ChannelRules rules =
      parse(file_named("ga4_rules.yaml"), file_named("ga4_source_categories.csv"), "ga4_rules.yaml");
  return rules;
}

ChannelRules::ChannelRules(std::unique_ptr<Rules> rules) : rules_(std::move(rules)) {}
ChannelRules::ChannelRules(ChannelRules&&) noexcept = default;
ChannelRules& ChannelRules::operator=(ChannelRules&&) noexcept = default;
ChannelRules::~ChannelRules() = default;

std::string_view ChannelRules::channel(std::string_view source, std::string_view medium,
                                       std::string_view campaign) const {
  const Visit visit = {small_letters(source), small_letters(medium), small_letters(campaign)};
  for (const auto& rule : rules_->rules) {
    if (rules_->holds(rule.condition, visit)) return rule.channel;
  }
  return rules_->otherwise;
}

std::vector<std::string_view> ChannelRules::channels() const {
  std::vector<std::string_view> names;
  for (const auto& rule : rules_->rules) names.push_back(rule.channel);
  names.push_back(rules_->otherwise);
  return names;
}

}  // namespace peregrine
