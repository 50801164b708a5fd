// A Vocabulary labels event names: each with its touchpoint, role and kind. A workspace's own touchpoints come first,
// then the vocabularies that ship (Segment, GA4, names in common use); the first entry that matches a whole name wins.
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
};

/// Reads a list of `{event, touchpoint, role, kind, survey}`, as in a vocabulary or under `touchpoints` of
/// workspace.yaml; an entry may also say `guess: true`, which changes nothing here. `where` names the list in errors.
std::vector<TouchpointRule> read_touchpoints(const json::value& list, std::string_view where);

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

 private:
  struct Ranked {
    std::size_t rank = 0;
    const TouchpointRule* rule = nullptr;
  };
  void add(const TouchpointRule& rule);
  const TouchpointRule* find(std::string_view event) const;

  std::vector<TouchpointRule> own_;
  std::size_t rules_ = 0;
  std::unordered_map<std::string_view, Ranked> exact_;  // names without a `*`: the first entry of each
  std::vector<Ranked> patterns_;                        // in order
};

/// True when `pattern` matches the whole of `text`. Linear in memory and never worse than their product in time.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace peregrine
