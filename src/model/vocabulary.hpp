// A Vocabulary labels event names: each with its touchpoint, role and kind. A workspace's own touchpoints come first,
// then the vocabularies that ship (those of single tools, then names in common use); the first entry that matches a
// whole name wins.
// It never changes once made, so threads may share it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.hpp"
#include "model/journey.hpp"
#include "model/names.hpp"

namespace peregrine {

/// One entry. In `pattern` a `*` stands for any run of characters, also for none; case counts.
struct TouchpointRule {
  std::string pattern{};
  std::string touchpoint{};  // empty: named like the event
  Role role = Role::none;
  Kind kind = Kind::none;
  Survey survey = Survey::none;
  bool guess = false;  // proposed by a program and not yet confirmed by a person

  bool operator==(const TouchpointRule&) const = default;
};

/// Reads a list of `{event, touchpoint, role, kind, survey}`, as in a vocabulary or under `touchpoints` of
/// workspace.yaml; an entry may also say `guess: true`. `where` names the list in errors.
std::vector<TouchpointRule> read_touchpoints(const json::value& list, std::string_view where);
/// The value of one field of an entry, such as `try` of a role. Throws `invalid` with the names there are.
Role read_role(const std::string& name, std::string where);
Kind read_kind(const std::string& name, std::string where);
Survey read_survey(const std::string& name, std::string where);

/// A vocabulary that ships.
struct ShippedVocabulary {
  std::string name;
  std::string title;
  std::string source;
  std::vector<TouchpointRule> touchpoints;
};

/// In the order in which they are tried.
const std::vector<ShippedVocabulary>& shipped_vocabularies();

class Vocabulary {
 public:
  /// `own` is tried before what ships.
  explicit Vocabulary(std::vector<TouchpointRule> own = {});
  Vocabulary(Vocabulary&&) noexcept = default;  // moving keeps what labels point to; copies would not share it
  Vocabulary& operator=(Vocabulary&&) noexcept = default;

  /// Valid as long as this and the text of `event` live.
  Label label(std::string_view event) const;
  /// One label an event name, in the same order. Valid as long as this and the names live.
  std::vector<Label> label(NameList events) const;
  /// Where the label of an event comes from: `workspace`, `guess`, the name of a vocabulary that ships, or `none`.
  std::string_view origin(std::string_view event) const;

 private:
  struct Ranked {
    std::size_t rank = 0;
    const TouchpointRule* rule = nullptr;
    std::string_view origin = "none";
  };
  /// Patterns by the text that they begin (or end) with. Only those that share this text with a name are tried on it,
  /// so labelling takes about as long with thousands of patterns as with one.
  struct Patterns {
    std::unordered_map<std::string_view, std::vector<Ranked>> by_text;
    std::vector<std::size_t> lengths;  // of the texts, each once
    void add(std::string_view text, const Ranked& pattern);
  };
  void add(const TouchpointRule& rule, std::string_view origin);
  Ranked find(std::string_view event) const;

  std::vector<TouchpointRule> own_;
  std::size_t rules_ = 0;
  std::unordered_map<std::string_view, Ranked> exact_;  // names without a `*`: the first entry of each
  Patterns by_begin_;                                   // by what stands before the first `*`
  Patterns by_end_;                                     // those that begin with `*`, by what stands after the last
};

/// True when `pattern` matches the whole of `text`. Linear in memory and never worse than their product in time.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace peregrine
