// TouchpointText is the text of a workspace.yaml whose touchpoints are edited: entries are put in or replaced, and
// every other line, comments among them, stays as a person wrote it.
//
//   touchpoints:                                    or   touchpoints: []   or   nothing of the kind
//     # Where the catalogue is read                      a line of comment belongs to the entry under it
//     - {event: "Catalogue *", role: read}   # paper     a comment behind an entry stays when it is replaced
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocabulary.hpp"

namespace peregrine {

class TouchpointText {
 public:
  /// `where` names the file in errors. Throws `invalid` when the touchpoints are not written an entry a line or more.
  TouchpointText(std::string_view yaml, std::string_view where);

  /// Replaces the first entry for the same event. Else adds one: at the end, or before the first entry whose pattern
  /// would take the event from it.
  void put(const TouchpointRule& rule);

  /// The entry for exactly this event; nothing when there is none.
  const TouchpointRule* find(std::string_view event) const;
  std::string text() const;

 private:
  struct Entry {
    std::string above;  // lines of comment, and empty ones
    std::string lines;
    TouchpointRule rule;
  };
  void read_entries(std::span<const std::string> lines, std::string_view where);

  std::string head_;         // up to the first entry
  std::size_t key_end_ = 0;  // where in it a list without entries is said
  std::vector<Entry> entries_;
  std::string tail_;  // from the last entry on
  std::string indentation_ = "  ";
};

/// `{event: "Catalogue *", role: read, kind: marketing}`
std::string format_touchpoint(const TouchpointRule& rule);

}  // namespace peregrine
