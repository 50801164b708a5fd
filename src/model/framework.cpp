#include "model/framework.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/embedded.hpp"
#include "base/fields.hpp"

namespace peregrine::embedded {
std::span<const EmbeddedFile> frameworks();
}

namespace peregrine {

namespace {

constexpr std::size_t most_stages = 64;

// What a file says, before it is known to make sense.

struct RuleText {
  std::string role;
  std::string event;
  Survey survey = Survey::none;
  std::optional<double> at_least;
  std::optional<double> at_most;
  static RuleText from_text(const std::string& text) {
    RuleText rule;
    rule.role = text;
    return rule;
  }
  static constexpr auto fields() {
    return std::make_tuple(
        field<&RuleText::role>("What the customer does."), field<&RuleText::event>("Name of an event."),
        field<&RuleText::survey>("Only answers of this survey."), field<&RuleText::at_least>("Only from this score."),
        field<&RuleText::at_most>("Only up to this score."));
  }
};

struct StageText {
  std::string name;
  Phase phase = Phase::buyer;
  std::vector<RuleText> enter;
  std::vector<std::string> metrics;
  std::vector<std::string> content;
  static constexpr auto fields() {
    return std::make_tuple(field<&StageText::name>("name of the stage", {.required = true}),
                           field<&StageText::phase>("buyer or customer", {.required = true}),
                           field<&StageText::enter>("roles or rules that enter it", {.min_items = 1, .required = true}),
                           field<&StageText::metrics>("What one usually measures there."),
                           field<&StageText::content>("What one usually offers there."));
  }
};

enum class Cut { none, quantiles };
constexpr auto enum_names(Cut) {
  return std::to_array<std::string_view>({"none", "quantiles"});
}

struct FrameworkText {
  std::string name;
  std::string title;
  std::string summary;
  std::string source;
  bool monotone = false;
  std::string note;
  Cut cut = Cut::none;         // the stages are groups of adopters: how they are cut ...
  std::vector<double> shares;  // ... and the share of each
  std::vector<StageText> stages;
  static constexpr auto fields() {
    return std::make_tuple(
        field<&FrameworkText::name>("name, in small letters", {.required = true}),
        field<&FrameworkText::title>("What people call it."), field<&FrameworkText::summary>("What it shows."),
        field<&FrameworkText::source>("Who described it, and where."),
        field<&FrameworkText::monotone>("Stages are never gone back to."),
        field<&FrameworkText::note>("How it was read."),
        field<&FrameworkText::cut>("How adopters are cut into the stages."),
        field<&FrameworkText::shares>("Share of each stage when adopters are cut.", {.max_items = most_stages}),
        field<&FrameworkText::stages>("the stages in order",
                                      {.min_items = 1, .max_items = most_stages, .required = true}));
  }
};

[[noreturn]] void fail(std::string where, std::string what, std::string expected = {}) {
  throw Error(ErrorKind::invalid, std::move(where), std::move(what), std::move(expected));
}

Role read_role(const std::string& text, const std::string& where) {
  static constexpr auto names = enum_names(Role{});
  const auto roles = std::span(names).subspan(1);  // all but `none`
  if (const auto role = find_named<Role>(text); role && *role != Role::none) return *role;
  std::string list;
  for (const auto role : roles) list += (list.empty() ? "" : ", ") + std::string(role);
  const auto near = propose(text, roles);
  fail(where, "must be one of " + list, near.empty() ? "got \"" + text + "\"" : near);
}

EntryRule read_rule(const RuleText& text, const std::string& where) {
  if (text.role.empty() == text.event.empty()) fail(where, "must name a role or an event", "one of the two");
  EntryRule rule{.event = text.event, .survey = text.survey, .at_least = text.at_least, .at_most = text.at_most};
  if (!text.role.empty()) rule.role = read_role(text.role, where);
  if (rule.at_least && rule.at_most && *rule.at_least > *rule.at_most) {
    fail(where, "must have at_least no larger than at_most");
  }
  return rule;
}

Stage read_stage(const StageText& text, const std::string& where) {
  Stage stage{.name = text.name, .phase = text.phase, .enter = {}, .metrics = text.metrics, .content = text.content};
  if (stage.name.empty()) fail(join_place(where, "name"), "must not be empty");
  for (std::size_t i = 0; i < text.enter.size(); ++i) {
    stage.enter.push_back(read_rule(text.enter[i], join_place(join_place(where, "enter"), i)));
  }
  return stage;
}

void check_name(const std::string& name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!plain) fail("name", "must be made of small letters, digits and _", "got \"" + name + "\"");
}

void check_order(const std::vector<Stage>& stages) {
  for (std::size_t i = 1; i < stages.size(); ++i) {
    const auto where = join_place("stages", i);
    if (stages[i].phase < stages[i - 1].phase) {
      fail(join_place(where, "phase"), "must not be buyer after a stage of the customer phase");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (stages[j].name == stages[i].name) {
        fail(join_place(where, "name"), "must be the only one of its name", "\"" + stages[i].name + "\" stands twice");
      }
    }
  }
}

void check_shares(const FrameworkText& text) {
  if (text.cut == Cut::none && text.shares.empty()) return;
  if (text.shares.size() != text.stages.size()) {
    fail("shares", "must list one share a stage", "got " + std::to_string(text.shares.size()));
  }
  const double sum = std::accumulate(text.shares.begin(), text.shares.end(), 0.0);
  const bool positive = std::all_of(text.shares.begin(), text.shares.end(), [](double share) { return share > 0; });
  if (!positive || std::abs(sum - 1) > 1e-9) fail("shares", "must be positive and add up to 1");
}

Framework read_framework(const FrameworkText& text) {
  check_name(text.name);
  Framework framework{.name = text.name,
                      .title = text.title.empty() ? text.name : text.title,
                      .summary = text.summary,
                      .source = text.source,
                      .monotone = text.monotone,
                      .stages = {}};
  for (std::size_t i = 0; i < text.stages.size(); ++i) {
    framework.stages.push_back(read_stage(text.stages[i], join_place("stages", i)));
  }
  check_order(framework.stages);
  check_shares(text);
  return framework;
}

}  // namespace

Framework parse_framework(std::string_view yaml, std::string_view where) {
  const auto document = json::parse_yaml(yaml, where);
  try {
    return read_framework(from_json<FrameworkText>(document, ""));
  } catch (const Error& error) {
    // Places inside the document are written after the file: `mine.yaml: stages[2].enter[0]: must be ...`.
    throw Error(error.kind(), std::string(where), error.what());
  }
}

const std::vector<Framework>& shipped_frameworks() {
  static const std::vector<Framework> frameworks = [] {
    std::vector<Framework> all;
    for (const auto& file : embedded::frameworks()) all.push_back(parse_framework(file.bytes, file.name));
    std::sort(all.begin(), all.end(), [](const Framework& a, const Framework& b) { return a.name < b.name; });
    return all;
  }();
  return frameworks;
}

}  // namespace peregrine
