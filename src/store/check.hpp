// A check reads every byte of a store and says what is not as it should be; a repair makes of a damaged store one that
// can be asked, and says what is missing from it then.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/fields.hpp"
#include "store/store.hpp"

namespace peregrine::store {

enum class Severity {
  damage,    // answers would be wrong, or are refused
  missing,   // set aside by a repair: answers are right for what is left
  leftover,  // takes room and changes no answer; the next import removes it
};
constexpr std::array<std::string_view, 3> enum_names(Severity) {
  return {"damage", "missing", "leftover"};
}

/// One thing that is not as it should be. The codes are part of the API: docs/guides/check.md lists them.
struct Finding {
  std::string file;                    // below the store's directory
  std::optional<std::int64_t> block;   // of 1 MiB, when one is damaged
  std::optional<std::int64_t> offset;  // its first byte
  std::string code;
  std::string sentence;
  Severity severity = Severity::damage;
  bool repairable = false;

  static constexpr auto fields() {
    return std::make_tuple(field<&Finding::file>("File or folder."), field<&Finding::block>("Damaged block of 1 MiB."),
                           field<&Finding::offset>("First byte of the block."), field<&Finding::code>("What it is."),
                           field<&Finding::sentence>("What it is, in words."),
                           field<&Finding::severity>("damage, missing (set aside before) or leftover."),
                           field<&Finding::repairable>("Can --repair do something about it?"));
  }
};

struct CheckReport {
  std::vector<Finding> findings;
  std::int64_t files = 0;  // that were read
  std::int64_t bytes = 0;
  std::int64_t events = 0;
  std::int64_t missing_events = 0;     // in what is or has been set aside
  std::int64_t missing_customers = 0;  // at most: journeys of what is missing
  bool import_under_way = false;       // then leftovers are not looked for
  std::vector<std::string> repaired;   // what a repair did, a sentence each

  static constexpr auto fields() {
    return std::make_tuple(
        field<&CheckReport::findings>("What is not as it should be."), field<&CheckReport::files>("Files read."),
        field<&CheckReport::bytes>("Bytes read."), field<&CheckReport::events>("Events of the store."),
        field<&CheckReport::missing_events>("Events that were set aside."),
        field<&CheckReport::missing_customers>("Customers they are of."),
        field<&CheckReport::import_under_way>("An import is under way: leftovers were not looked for."),
        field<&CheckReport::repaired>("What the repair did."));
  }

  bool damaged() const;
};

/// Writes nothing. `threads` 0: all cores. Throws `not_found` when there is no store, `invalid` when a newer program
/// wrote it; all else is a finding.
CheckReport check(Env& env, const std::string& directory, std::size_t threads = 0);

/// Sets damaged segments and files of quarantine aside (moves them, removes nothing of them), writes a damaged
/// dictionary anew, returns to a sound manifest, removes leftovers. The report is that of the store afterwards. Throws
/// `conflict` while an import is under way.
CheckReport repair(Env& env, const std::string& directory, std::size_t threads = 0);

}  // namespace peregrine::store
