#include "model/role_guess.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/check.hpp"
#include "base/embedded.hpp"
#include "base/fields.hpp"
#include "model/vocabulary.hpp"

namespace peregrine {

namespace embedded {
std::span<const EmbeddedFile> role_words();
}

namespace {

constexpr std::int64_t fewest_events = 30;
constexpr std::size_t fewest_roles = 3;
constexpr double least_lead = 0.3;  // natural logarithm of a likelihood, per event

/// A word of a name, and the word without its ending.
struct Word {
  std::string text;
  std::string stem;
};

bool ends(std::string_view word, std::string_view ending, std::size_t at_least) {
  return word.size() >= ending.size() + at_least && word.ends_with(ending);
}

/// `view` of viewed, viewing and views. Not a word of a dictionary: the same cut is made on both sides of a comparison.
std::string stem_of(std::string word) {
  const auto cut = [&](std::size_t letters) { word.resize(word.size() - letters); };
  if (ends(word, "ies", 2) || ends(word, "ied", 2)) {
    cut(3);
    return word + "y";
  }
  if (ends(word, "ing", 3)) {
    cut(3);
  } else if (ends(word, "ed", 3)) {
    cut(2);
  } else if (ends(word, "s", 3) && !word.ends_with("ss")) {
    cut(1);
  }
  if (ends(word, "e", 3)) cut(1);
  const auto size = word.size();
  const bool doubled = size > 3 && word[size - 1] == word[size - 2];
  if (doubled && std::string_view("bdgmnprt").find(word.back()) != std::string_view::npos) cut(1);
  return word;
}

bool is_large(char letter) {
  return letter >= 'A' && letter <= 'Z';
}
bool is_small(char letter) {
  return (letter >= 'a' && letter <= 'z') || static_cast<unsigned char>(letter) >= 0x80;
}

/// The words of "Order_completed", "orderCompleted" and "order/completed" are order and completed.
std::vector<Word> words_of(std::string_view name) {
  std::vector<Word> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back({word, stem_of(word)});
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char letter = name[i];
    if (is_large(letter)) {
      const bool starts = i > 0 && (is_small(name[i - 1]) || (i + 1 < name.size() && is_small(name[i + 1])));
      if (starts) end_word();
      word += static_cast<char>(letter | 0x20);
    } else if (is_small(letter)) {
      word += letter;
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

struct RuleText {
  std::string words;
  std::string role;
  std::string kind;
  static constexpr auto fields() {
    return std::make_tuple(field<&RuleText::words>("words that must be in the name", {.required = true}),
                           field<&RuleText::role>("What the customer does."),
                           field<&RuleText::kind>("Where the customer meets the brand."));
  }
};

struct FileText {
  std::vector<RuleText> roles;
  std::vector<RuleText> kinds;
  std::map<std::string, std::string> role_kinds;
  static constexpr auto fields() {
    return std::make_tuple(field<&FileText::roles>("rules in order", {.required = true}),
                           field<&FileText::kinds>("rules in order", {.required = true}),
                           field<&FileText::role_kinds>("the usual kind of each role", {.required = true}));
  }
};

/// A word of a rule: one that a name has as it stands, or one whose stem it has.
struct Wanted {
  std::string text;
  bool exact = false;
};

struct Rule {
  std::vector<std::vector<Wanted>> all;  // one of each
  Role role = Role::none;
  Kind kind = Kind::none;
};

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Rule parse_rule(const RuleText& text, const std::string& where) {
  Rule rule{.role = read_role(text.role, join_place(where, "role")),
            .kind = read_kind(text.kind, join_place(where, "kind"))};
  for (const auto part : split(text.words, ' ')) {
    auto& any = rule.all.emplace_back();
    for (const auto word : split(part, '|')) {
      const bool exact = word.starts_with('=');
      any.push_back({exact ? std::string(word.substr(1)) : stem_of(std::string(word)), exact});
    }
  }
  return rule;
}

struct Rules {
  std::vector<Rule> roles;
  std::vector<Rule> kinds;
  std::array<Kind, role_count> usual{};
};

const Rules& rules() {
  static const Rules read = [] {
    PEREGRINE_CHECK(embedded::role_words().size() == 1);
    const auto& file = embedded::role_words().front();
    const std::string where(file.name);
    const auto text = from_json<FileText>(json::parse_yaml(file.bytes, where), where);
    Rules out;
    for (const auto& rule : text.roles) out.roles.push_back(parse_rule(rule, where));
    for (const auto& rule : text.kinds) out.kinds.push_back(parse_rule(rule, where));
    for (const auto& [role, kind] : text.role_kinds) {
      out.usual[static_cast<std::size_t>(read_role(role, where))] = read_kind(kind, where);
    }
    return out;
  }();
  return read;
}

/// The words of the name that fulfil the rule, as they stand in it; empty when they do not. Each word fulfils one part.
std::string fulfil(const Rule& rule, const std::vector<Word>& words) {
  std::string said;
  std::vector<bool> taken(words.size());
  for (const auto& any : rule.all) {
    std::size_t found = 0;
    for (; found < words.size(); ++found) {
      const auto fits = [&](const Wanted& wanted) {
        return wanted.text == (wanted.exact ? words[found].text : words[found].stem);
      };
      if (!taken[found] && std::any_of(any.begin(), any.end(), fits)) break;
    }
    if (found == words.size()) return {};
    taken[found] = true;
    said += (said.empty() ? "" : ", ") + words[found].text;
  }
  return said;
}

Kind kind_of(Role role, const std::vector<Word>& words) {
  for (const auto& rule : rules().kinds) {
    if (!fulfil(rule, words).empty()) return rule.kind;
  }
  return usual_kind(role);
}

/// Natural logarithm of how likely `seen` is among events that are spread like `known`, per event. A smoothed share, so
/// that what was never seen is unlikely, not impossible.
template <std::size_t N>
double log_likelihood(const std::array<std::int64_t, N>& seen, const std::array<std::int64_t, N>& known) {
  constexpr double smoothing = 0.5;
  double events = 0;
  double whole = smoothing * N;
  for (std::size_t i = 0; i < N; ++i) {
    events += static_cast<double>(seen[i]);
    whole += static_cast<double>(known[i]);
  }
  double sum = 0;
  for (std::size_t i = 0; i < N; ++i) {
    if (seen[i] > 0)
      sum += static_cast<double>(seen[i]) * std::log((static_cast<double>(known[i]) + smoothing) / whole);
  }
  return events > 0 ? sum / events : 0;
}

double likeness(const Surroundings& seen, const Surroundings& known) {
  const auto parts = [](std::int64_t part, std::int64_t whole) { return std::array{part, whole - part}; };
  return log_likelihood(seen.before, known.before) + log_likelihood(seen.after, known.after) +
         log_likelihood(seen.place, known.place) +
         log_likelihood(parts(seen.first, seen.events), parts(known.first, known.events)) +
         log_likelihood(parts(seen.bought, seen.events), parts(known.bought, known.events));
}

std::string say_most(const std::array<std::int64_t, role_count>& roles, std::string_view nothing) {
  const auto most = std::max_element(roles.begin(), roles.end()) - roles.begin();
  return most == 0 ? std::string(nothing) : std::string(name_of(static_cast<Role>(most)));
}

}  // namespace

Kind usual_kind(Role role) {
  return rules().usual[static_cast<std::size_t>(role)];
}

std::optional<RoleGuess> guess_by_words(std::string_view name) {
  const auto words = words_of(name);
  for (const auto& rule : rules().roles) {
    const auto said = fulfil(rule, words);
    if (said.empty()) continue;
    if (rule.role == Role::none) return RoleGuess{.role = Role::none, .kind = rule.kind, .why = "words: " + said};
    return RoleGuess{.role = rule.role,
                     .kind = rule.kind != Kind::none ? rule.kind : kind_of(rule.role, words),
                     .why = "words: " + said};
  }
  return std::nullopt;
}

void Surroundings::add(const Surroundings& other) {
  events += other.events;
  first += other.first;
  bought += other.bought;
  for (std::size_t i = 0; i < role_count; ++i) {
    before[i] += other.before[i];
    after[i] += other.after[i];
  }
  for (std::size_t i = 0; i < places; ++i) place[i] += other.place[i];
}

std::optional<RoleGuess> guess_by_place(const Surroundings& surroundings, std::span<const KnownRole> known) {
  if (surroundings.events < fewest_events || known.size() < fewest_roles) return std::nullopt;
  std::vector<std::pair<double, Role>> likely;
  for (const auto& each : known) likely.emplace_back(likeness(surroundings, each.surroundings), each.role);
  std::partial_sort(likely.begin(), likely.begin() + 2, likely.end(), std::greater<>());
  if (likely[0].first - likely[1].first < least_lead) return std::nullopt;
  return RoleGuess{.role = likely[0].second,
                   .kind = usual_kind(likely[0].second),
                   .why = "stands like " + std::string(name_of(likely[0].second)) + ": after " +
                          say_most(surroundings.before, "nothing") + ", before " +
                          say_most(surroundings.after, "nothing")};
}

}  // namespace peregrine
