// Ingest turns files into events of a store: CSV, JSON lines, Parquet and XES, plain, .gz or .zst, several files,
// folders and patterns in one import. A file is parsed in a child process without rights (see reader_process.hpp); a
// file that fails fails the import and leaves the store as it was. A row that cannot be understood is quarantined,
// never lost.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"
#include "ingest/mapping.hpp"
#include "store/store.hpp"

namespace peregrine::ingest {

struct ImportRequest {
  std::vector<std::string> files;                          // or folders, or patterns: see find_inputs
  ColumnRoles roles;                                       // hold for every file
  std::string mapping_file;                                // name of one that holds for every file, or empty
  std::string mapping_text;                                // what it says
  std::string timezone = "UTC";                            // of times that name none, when roles do not say
  std::optional<store::IdentityRules> identity;            // as before when not said
  std::size_t memory_bytes = std::size_t{1} << 30;         // bound of what the store holds while it sorts
  std::size_t reader_memory_bytes = std::size_t{1} << 30;  // bound of the child that parses; beyond it the import fails
  std::size_t threads = 0;                                 // 0: all cores
  std::size_t block_bytes = std::size_t{2} << 20;          // of a text parsed at a time by one thread
};

struct ImportProgress {
  std::string_view phase;        // "reading", then "sorting"
  std::string_view file;         // being read
  std::uint64_t bytes_read = 0;  // of all files, as they lie on disk
  std::uint64_t bytes_total = 0;
  std::uint64_t rows = 0;  // read so far
  std::size_t partitions_done = 0;
  std::size_t partitions = 0;
  int reader = 0;  // process that parses the file, or 0
};

/// Something a person should know about a file that was imported.
struct Note {
  std::string file;
  std::string column;
  std::string sentence;

  static constexpr auto fields() {
    return std::make_tuple(field<&Note::file>("File."), field<&Note::column>("Column, or empty."),
                           field<&Note::sentence>("What is to be known."));
  }
};

struct Imported {
  std::vector<store::Ledger> ledgers;  // one a file, in the order they were found
  std::vector<Mapping> mappings;       // likewise; without columns for a file that was here already
  std::vector<Note> notes;
};

/// How each file would be read, from its first rows. Throws `invalid` when no column says who, when or what happened.
std::vector<Mapping> guess_mappings(Env& env, const ImportRequest& request);

/// What the first rows of a file would become.
struct Preview {
  Mapping mapping;
  store::Ledger counts;                         // of the rows that were looked at; what is here already is not
  json::array events;                           // the first, a row each: customer, time, event and what else it says
  std::vector<store::Quarantined> quarantined;  // the first
};

/// Looks at the first rows of each file, at least `rows` if it has as many, and writes nothing.
std::vector<Preview> preview_files(Env& env, const ImportRequest& request, std::size_t rows);

/// Imports all files or, with an Error, none. `progress` is called by this thread about ten times a second and at
/// least once a phase. Throws `unavailable` soon after `cancelled` becomes true.
Imported import_files(Env& env, store::Store& store, const ImportRequest& request,
                      const std::function<void(const ImportProgress&)>& progress, const std::atomic<bool>& cancelled);

/// To be called first in main(): does the work of a reader and returns its exit code when this process was started as
/// one, else returns -1. Without this call import_files refuses to start readers.
int run_child_if_asked(int argc, char** argv);

}  // namespace peregrine::ingest
