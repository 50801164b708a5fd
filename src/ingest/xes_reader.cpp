// Reads an event log in XES: a trace is a customer's journey.
#include <algorithm>

#include "base/error.hpp"
#include "ingest/block_cutter.hpp"
#include "ingest/block_writer.hpp"
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
  return shorten_raw(json::format(object));
}

void take_sample(std::string_view begun, bool final, const std::string& name, RowSample& sample) {
  XesLog log(name, [&](const std::vector<XesAttribute>& trace, const XesEvent& event) {
    lay(trace, event, sample.row());
    sample.add(Shape::xes);
    return !sample.full();
  });
  log.read(begun, final);
}

}  // namespace

void read_xes(ServedFile& file, const Task& task, std::string_view compression, ReaderOutput& output) {
  const auto stream = open_stream(file, compression, task.file);
  std::string begun(sample_bytes, '\0');
  begun.resize(stream->read(begun));
  RowSample sample;
  take_sample(begun, begun.size() < sample_bytes, task.file, sample);
  if (sample.empty())
    throw Error(ErrorKind::invalid, task.file, "holds no events in its first MiB", "<trace> with <event>");
  auto planned = sample.plan(task.roles, task.file, task.timezone);
  planned.mapping.format = "XES";
  planned.mapping.compression = compression;
  output.give(planned.mapping);
  if (task.mapping_only) return;

  LateNames names(planned.plan.columns.size());
  BlockWriter writer(sample.layout(), planned.plan, names, task.now,
                     [&](const std::string& frame) { output.give_block(frame); });
  std::uint64_t rows = 0;
  XesLog log(task.file, [&](const std::vector<XesAttribute>& trace, const XesEvent& event) {
    constexpr std::uint64_t rows_of_a_frame = 8192;
    if (++rows % rows_of_a_frame == 0) writer.finish();
    const auto offset = static_cast<std::int64_t>(event.offset);
    if (event.too_large) {
      writer.reject(offset, raw_of(trace, event), {Reason::row_too_long, "", "event is longer than 16 MiB"});
      return true;
    }
    lay(trace, event, writer.row());
    writer.add(offset, [&] { return raw_of(trace, event); });
    return true;
  });
  ResumedStream data(begun, *stream);
  std::string bytes(std::size_t{256} << 10, '\0');
  for (std::size_t got = bytes.size(); got == bytes.size();) {
    got = data.read(bytes);
    log.read(std::string_view(bytes).substr(0, got), got < bytes.size());
  }
  writer.finish();
}

}  // namespace peregrine::ingest
