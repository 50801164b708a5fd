// A replay reads rows that wait in quarantine once more, from their raw text: after a time zone was corrected, say, or
// with columns given that were not given before. Rows that can be read now become events and leave quarantine, in one
// publish with their ledgers; the others stay as they are. A second replay finds nothing more to do.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "ingest/mapping.hpp"
#include "store/store.hpp"

namespace peregrine::ingest {

struct ReplayRequest {
  std::string source;  // only rows of this file; empty: of all
  std::string code;    // only rows put aside for this reason; empty: for any
  ColumnRoles roles;   // what is given here holds; all else is as when the file was imported
};

/// What became of the rows of one file. Law: waiting = stored + remaining.
struct Replayed {
  std::string source;
  std::int64_t waiting = 0;
  std::int64_t stored = 0;     // with duplicates of events that are here already
  std::int64_t remaining = 0;  // wait on, as they were
  std::string note;            // why none could be read, or empty

  static constexpr auto fields() {
    return std::make_tuple(field<&Replayed::source>("File."), field<&Replayed::waiting>("Rejected rows that waited."),
                           field<&Replayed::stored>("Rows that left quarantine."),
                           field<&Replayed::remaining>("Rows that wait on."),
                           field<&Replayed::note>("Why rows wait on, when it is not their own fault."));
  }
};

/// Holds at most 256 MiB of rows: those beyond are not read, and a note says so. Publishes nothing when no row can be
/// read. Throws `conflict` while an import is under way.
std::vector<Replayed> replay(Env& env, store::Store& store, const ReplayRequest& request,
                             const std::atomic<bool>& cancelled);

}  // namespace peregrine::ingest
