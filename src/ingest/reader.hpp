// A reader is the child process that parses one file. What it is asked is a Task; what it gives goes into a
// ReaderOutput.
#pragma once

#include <cstdint>
#include <string>

#include "base/fields.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/frame.hpp"
#include "ingest/mapping.hpp"
#include "ingest/read_block.hpp"
#include "ingest/served_file.hpp"

namespace peregrine::ingest {

struct Task {
  std::string file;  // its name, for words only
  std::int64_t size = 0;
  ColumnRoles roles;
  std::string timezone;  // of times that name none, when roles do not say
  Time now;
  std::int64_t threads = 1;
  std::int64_t memory_bytes = 0;
  std::int64_t block_bytes = 0;
  bool mapping_only = false;    // stop after the mapping
  std::int64_t first_rows = 0;  // stop after the block that holds as many; 0: never
  std::string mapping_file;     // its name, or empty
  std::string mapping_text;
  KnownColumns known;

  static constexpr auto fields() {
    return std::make_tuple(field<&Task::file>(""), field<&Task::size>(""), field<&Task::roles>(""),
                           field<&Task::timezone>(""), field<&Task::now>(""), field<&Task::threads>(""),
                           field<&Task::memory_bytes>(""), field<&Task::block_bytes>(""),
                           field<&Task::mapping_only>(""), field<&Task::first_rows>(""), field<&Task::mapping_file>(""),
                           field<&Task::mapping_text>(""), field<&Task::known>(""));
  }
};

/// The way back to the import. One thread at a time.
class ReaderOutput {
 public:
  explicit ReaderOutput(int socket) : socket_(socket) {}

  void give(const Mapping& mapping);
  void give_block(std::string_view bytes) { send_frame(socket_, FrameKind::block, bytes); }

 private:
  int socket_;
};

void read_csv(ServedFile& file, const Task& task, std::string_view compression, ReaderOutput& output);
void read_json(ServedFile& file, const Task& task, std::string_view compression, ReaderOutput& output);
void read_parquet(ServedFile& file, const Task& task, ReaderOutput& output);
void read_xes(ServedFile& file, const Task& task, std::string_view compression, ReaderOutput& output);

/// Does what the task that comes over `frames` says; returns the exit code of the process.
int run_reader(int file, int frames);

/// How many rows at the start of a file are looked at to guess its mapping.
constexpr std::size_t sample_rows = 5000;

}  // namespace peregrine::ingest
