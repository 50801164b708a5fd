// Reads an event log in XES: a trace is a customer's journey.

#include "base/error.hpp"
#include "ingest/block_cutter.hpp"
#include "ingest/block_writer.hpp"
#include "ingest/cell_text.hpp"
#include "ingest/read_blocks.hpp"
#include "ingest/reader.hpp"
#include "ingest/row_sample.hpp"
#include "ingest/xes_log.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t sample_bytes = std::size_t{1} << 20;

void lay(const std::vector<XesAttribute>& trace, const XesEvent& event, LaidRow& row) {
  row.begin(Shape::xes);
  auto& of_trace = row.key(row.top(), "trace");
  for (const auto& attribute : trace) row.put(row.key(of_trace, attribute.key), attribute.cell());
  for (const auto& attribute : event.attributes) row.put(row.key(row.top(), attribute.key), attribute.cell());
}

/// The event as JSON: what stands in the file may be spread over the trace.
std::string raw_of(const std::vector<XesAttribute>& trace, const XesEvent& event) {
  json::object object;
  for (const auto& attribute : trace) object["trace." + attribute.key] = json_of(attribute.cell());
  for (const auto& attribute : event.attributes) object[attribute.key] = json_of(attribute.cell());
  return json::format(object);
}

void take_sample(std::string_view begun, bool final, const std::string& name, RowSample& sample) {
  XesLog log(name, [&](const std::vector<XesAttribute>& trace, const XesEvent& event) {
    lay(trace, event, sample.row());
    sample.add(Shape::xes);
    return !sample.full();
  });
  log.read(begun, final);
}

/// Gives every event of the log to the import.
void write_log(BegunFile& file, const std::string& name, BlockWriter& writer, const Pass& pass) {
  std::uint64_t rows = 0;
  XesLog log(name, [&](const std::vector<XesAttribute>& trace, const XesEvent& event) {
    constexpr std::uint64_t rows_at_once = 8192;
    const auto offset = static_cast<std::int64_t>(event.offset);
    if (event.too_large) {
      writer.reject(offset, {Reason::row_too_long, "", "event is longer than 16 MiB"}, raw_of(trace, event));
    } else {
      lay(trace, event, writer.row());
      writer.add(offset, [&] { return raw_of(trace, event); });
    }
    if (++rows % rows_at_once == 0) writer.finish();
    return !pass.has_enough();
  });
  auto& stream = file.from(0);
  std::string bytes(std::size_t{256} << 10, '\0');
  for (std::size_t got = bytes.size(); got == bytes.size();) {
    got = stream.read(bytes);
    if (!log.read(std::string_view(bytes).substr(0, got), got < bytes.size())) break;
  }
  writer.finish();
}

}  // namespace

void read_xes(ServedFile& file, const Task& task, std::string_view compression, ReaderOutput& output) {
  auto opened = std::make_unique<BegunFile>(file, compression, task.file);
  RowSample sample;
  opened->begin(sample_bytes);
  take_sample(opened->begun(), opened->is_whole(), task.file, sample);
  if (sample.empty())
    throw Error(ErrorKind::invalid, task.file, "holds no events in its first MiB", "<trace> with <event>");
  const auto plan = sample.plan(task);
  plan->mapping.file_format = FileFormat::xes;
  plan->mapping.format = "XES";
  plan->mapping.compression = compression;
  output.give(plan->mapping);
  if (task.mapping_only) return;

  run_passes(*plan, task, output, [&](Pass& pass) {
    if (opened == nullptr) opened = std::make_unique<BegunFile>(file, compression, task.file);
    LateNames names(plan->plan.columns.size(), task.known.types);
    BlockWriter writer(sample.layout(), *plan, names, task.now, [&](const MadeBlock& made) { pass.give(made); });
    write_log(*opened, task.file, writer, pass);
    opened.reset();
  });
}

}  // namespace peregrine::ingest
