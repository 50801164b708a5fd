#include "ingest/reader.hpp"

#include <exception>
#include <new>

#include "base/error.hpp"
#include "ingest/file_kind.hpp"
#include "ingest/mapping_file.hpp"
#include "ingest/sandbox.hpp"

namespace peregrine::ingest {

namespace {

/// Loads the rules of the zones, which lie in files, while files may still be opened.
void load_zones(const Task& task) {
  const auto where = task.file + ": time zone";
  Zone::find(task.timezone, where).to_utc(0);
  if (task.roles.timezone) Zone::find(*task.roles.timezone, where).to_utc(0);
  if (task.mapping_file.empty()) return;
  const auto mapping = MappingFile::parse(task.mapping_text, task.mapping_file);
  if (mapping.timezone) Zone::find(*mapping.timezone, where).to_utc(0);
}

void read(int file_socket, int frames, const Task& task) {
  load_zones(task);
  const bool filtered = enter_sandbox(static_cast<std::uint64_t>(task.memory_bytes));
  ServedFile file(file_socket, static_cast<std::uint64_t>(task.size));
  ReaderOutput output(frames);
  const auto kind = kind_of_file(file, task.file);
  switch (kind.format) {
    case FileFormat::csv: read_csv(file, task, kind.compression, output); break;
    case FileFormat::json: read_json(file, task, kind.compression, output); break;
    case FileFormat::parquet: read_parquet(file, task, output); break;
    case FileFormat::xes: read_xes(file, task, kind.compression, output); break;
  }
  send_frame(frames, FrameKind::end, filtered ? "filtered" : "unfiltered");
}

void report(int frames, const Error& error) {
  std::string_view what = error.what();
  if (!error.where().empty()) what.remove_prefix(error.where().size() + 2);
  json::object object{{"kind", static_cast<int>(error.kind())},
                      {"where", boost::json::string(error.where())},
                      {"what", boost::json::string(what)}};
  send_frame(frames, FrameKind::error, json::format(object));
}

Error error_of(const std::exception& failure, const Task& task) {
  if (const auto* error = dynamic_cast<const Error*>(&failure)) {
    return error->where().empty() ? Error(error->kind(), task.file, error->what()) : *error;
  }
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) {
    return {ErrorKind::unavailable, task.file,
            "needs more than the " + std::to_string(task.memory_bytes >> 20) + " MiB of memory that its reader may use",
            "more memory for the import, or smaller files or row groups"};
  }
  return {ErrorKind::corrupt, task.file, std::string("cannot be read: ") + failure.what()};
}

}  // namespace

void ReaderOutput::give(const Mapping& mapping) {
  send_frame(socket_, FrameKind::mapping, json::format(to_json(mapping)));
}

int run_reader(int file, int frames) {
  Task task;
  try {
    const auto frame = receive_frame(frames);
    if (!frame || frame->kind != FrameKind::task) return 2;
    task = from_json<Task>(json::parse(frame->bytes, "task"), "task");
    read(file, frames, task);
    return 0;
  } catch (const std::exception& failure) {
    try {
      report(frames, error_of(failure, task));
      return 0;
    } catch (const std::exception&) {
      return 3;  // nobody is left to tell
    }
  }
}

}  // namespace peregrine::ingest
