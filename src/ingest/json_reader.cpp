// Reads a file of JSON objects: one a line, or one behind another, or all in one array.
#include <algorithm>

#include "base/error.hpp"
#include "ingest/block_cutter.hpp"
#include "ingest/csv_record.hpp"
#include "ingest/json_row.hpp"
#include "ingest/json_values.hpp"
#include "ingest/laid_blocks.hpp"
#include "ingest/reader.hpp"
#include "ingest/row_sample.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t sample_bytes = std::size_t{1} << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// How the objects stand in the file. A text in JSON cannot hold a newline, so that one always ends a line; across
/// lines, only brackets and quotes tell where an object ends.
enum class Standing { on_lines, across_lines, in_array };

class JsonBorders final : public RecordBorders {
 public:
  explicit JsonBorders(Standing standing) : standing_(standing) {}

  std::size_t end_of_records(std::string_view text, bool final) const override {
    if (final) return text.size();
    if (standing_ == Standing::on_lines) return text.rfind('\n') + 1;
    JsonValues values(text, standing_ == Standing::in_array);
    std::size_t end = 0;
    while (const auto piece = values.next()) {
      if (!piece->whole) break;
      end = values.at();
    }
    return end;
  }
  char newline() const override { return '\n'; }

 private:
  Standing standing_;
};

bool is_blank(char c) {
  constexpr char record_separator = '\x1E';  // of JSON text sequences, RFC 7464
  return c == ' ' || c == '\t' || c == '\r' || c == record_separator;
}

/// Goes through the records of a text: `each(text, offset)` is called for every one.
template <class Each>
void for_each_record(std::string_view text, Standing standing, const Each& each) {
  if (standing != Standing::on_lines) {
    JsonValues values(text, standing == Standing::in_array);
    while (const auto piece = values.next()) {
      if (!each(piece->bytes, piece->at)) return;
    }
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const auto newline = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, newline - at);
    if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    if (!line.empty() && !each(line, static_cast<std::size_t>(line.data() - text.data()))) return;
    at = newline + 1;
  }
}

/// Calls `each` for the pieces of a line of several objects; false when it is no such line.
template <class Each>
bool for_each_of_several(std::string_view text, const Each& each) {
  const auto first = JsonValues(text, false).next();
  if (!first || first->bytes.size() == text.size() || first->bytes.front() != '{') return false;
  JsonValues values(text, false);
  while (const auto piece = values.next()) each(*piece);
  return true;
}

/// Turns blocks into rows. One a thread.
class JsonParser {
 public:
  JsonParser(BlockWriter& writer, Standing standing) : writer_(writer), row_(writer.row()), standing_(standing) {}

  void parse(TextBlock& block) {
    if (block.overlong_bytes > 0) {
      return writer_.reject(
          static_cast<std::int64_t>(block.offset),
          {Reason::row_too_long, "", "row is " + std::to_string(block.overlong_bytes) + " bytes long (at most 16 MiB)"},
          block.bytes);
    }
    const auto size = block.bytes.size();
    block.bytes.resize(size + json_padding);
    for_each_record({block.bytes.data(), size}, standing_, [&](std::string_view text, std::size_t at) {
      parse_record(text, static_cast<std::int64_t>(block.offset + at));
      return !writer_.given_up();
    });
    block.bytes.resize(size);
  }

 private:
  void parse_record(std::string_view text, std::int64_t offset) {
    if (auto fault = row_.read(text)) {
      if (fault->reason != Reason::json_invalid || !parse_several(text, offset)) {
        writer_.reject(offset, std::move(*fault), text);
      }
      return;
    }
    writer_.add(offset, [&] { return text; });
  }

  /// A line of several objects: each is a row.
  bool parse_several(std::string_view text, std::int64_t offset) {
    return for_each_of_several(text, [&](const JsonPiece& piece) {
      const auto place = offset + static_cast<std::int64_t>(piece.at);
      if (auto fault = row_.read(piece.bytes)) {
        writer_.reject(place, std::move(*fault), piece.bytes);
      } else {
        writer_.add(place, [&] { return piece.bytes; });
      }
    });
  }

  BlockWriter& writer_;
  JsonRow row_;
  Standing standing_;
};

/// Where the first object is and how the objects stand.
struct JsonHead {
  std::size_t data = 0;
  Standing standing = Standing::on_lines;
};

JsonHead read_head(std::string_view begun) {
  JsonHead head;
  if (begun.starts_with(byte_order_mark)) head.data = byte_order_mark.size();
  head.data = std::min(begun.find_first_not_of(" \t\r\n", head.data), begun.size());
  const auto text = begun.substr(head.data);
  if (text.starts_with('[')) {
    head.standing = Standing::in_array;
    return head;
  }
  JsonValues values(text, false);
  const auto first = values.next();
  const bool several_lines = first && first->whole && first->bytes.find('\n') != std::string_view::npos;
  if (!several_lines) return head;
  // A line that is broken also looks as if it went on: believed is only what is JSON.
  std::string padded(first->bytes);
  const auto size = padded.size();
  padded.resize(size + json_padding);
  RowLayout layout;
  LaidRow row(layout);
  if (!JsonRow(row).read({padded.data(), size})) head.standing = Standing::across_lines;
  return head;
}

/// Reads a MiB ahead, or more when the first object is longer.
JsonHead read_beginning(BegunFile& file) {
  for (auto wanted = sample_bytes;; wanted *= 2) {
    const std::string_view begun = file.begin(wanted);
    const auto head = read_head(begun);
    const auto text = begun.substr(head.data);
    const bool enough = wanted > max_record || JsonBorders(head.standing).end_of_records(text, false) > 0;
    if (file.is_whole() || enough) return head;
  }
}

void take_sample(std::string& begun, bool final, const JsonHead& head, RowSample& sample) {
  const auto text = std::string_view(begun).substr(head.data);
  const auto size = JsonBorders(head.standing).end_of_records(text, final);
  begun.resize(begun.size() + json_padding);
  JsonRow row(sample.row());
  for_each_record({begun.data() + head.data, size}, head.standing, [&](std::string_view record, std::size_t) {
    const auto take = [&](std::string_view object) {
      const bool taken = !row.read(object);
      if (taken) sample.add(row.shape());
      return taken;
    };
    if (!take(record)) for_each_of_several(record, [&](const JsonPiece& piece) { take(piece.bytes); });
    return !sample.full();
  });
  begun.resize(begun.size() - json_padding);
}

}  // namespace

void read_json(ServedFile& file, const Task& task, std::string_view compression, ReaderOutput& output) {
  auto opened = std::make_unique<BegunFile>(file, compression, task.file);
  const auto head = read_beginning(*opened);
  const auto begun_bytes = opened->begun().size();
  RowSample sample;
  take_sample(opened->begun(), opened->is_whole(), head, sample);
  if (sample.empty()) {
    throw Error(ErrorKind::invalid, task.file, "begins with no JSON object that can be read",
                R"(like {"customer": "ann", "time": "2026-02-28T13:05:00Z", "event": "Order Completed"})");
  }
  const auto plan = sample.plan(task);
  plan->mapping.file_format = FileFormat::json;
  plan->mapping.format = head.standing == Standing::in_array ? "JSON array" : "JSON lines";
  if (const auto words = sample.words(); !words.empty()) plan->mapping.format += " (" + words + ")";
  plan->mapping.compression = compression;
  output.give(plan->mapping);
  if (task.mapping_only) return;

  const JsonBorders borders(head.standing);
  read_laid_blocks(
      *plan, sample.layout(), task, output, [&](BlockWriter& writer) { return JsonParser(writer, head.standing); },
      [&] {
        if (opened == nullptr) opened = std::make_unique<BegunFile>(file, compression, task.file);
        opened->begin(begun_bytes);
        return std::make_unique<CutFile>(std::move(opened), head.data, borders,
                                         static_cast<std::size_t>(task.block_bytes), json_padding);
      });
}

}  // namespace peregrine::ingest
