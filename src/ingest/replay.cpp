#include "ingest/replay.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/error.hpp"
#include "ingest/quarantined_rows.hpp"
#include "ingest/read_block.hpp"
#include "ingest/reader_process.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t held_bytes = std::size_t{256} << 20;

/// A file in memory.
class TextFile final : public ReadableFile {
 public:
  explicit TextFile(const std::string& text) : text_(text) {}
  std::uint64_t size() const override { return text_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<char> into) const override {
    if (offset >= text_.size()) return 0;
    return std::string_view(text_).copy(into.data(), into.size(), static_cast<std::size_t>(offset));
  }

 private:
  const std::string& text_;
};

struct WaitingRow {
  std::uint64_t place = 0;  // in quarantine
  std::int64_t row = 0;     // in its file
  std::int64_t offset = -1;
  std::string raw;
};

/// The rows of one ledger.
struct Waiting {
  std::vector<WaitingRow> rows;
  Replayed replayed;
};

/// What is given on top of what was.
void override_roles(ColumnRoles& roles, const ColumnRoles& given) {
  for_each_field<ColumnRoles>([&](const auto& each) {
    if (each.of(given)) each.of(roles) = each.of(given);
  });
}

bool says_times(const ColumnRoles& given) {
  return given.time || given.time_format || given.day_first;
}

/// Throws `invalid` when times by themselves look otherwise than in their file: that is for people to say.
void expect_alike(const Mapping& now, const Mapping& before, const ColumnRoles& given, const std::string& file) {
  if (says_times(given) || now.times == before.times) return;
  throw Error(ErrorKind::invalid, file,
              "its times look like " + now.times + " and the file was read as " + before.times,
              "to take them so, say which column it is with --time, or --day-first");
}

class Replay {
 public:
  Replay(Env& env, store::Store& store, const ReplayRequest& request, const std::atomic<bool>& cancelled)
      : env_(env),
        request_(request),
        cancelled_(cancelled),
        import_(store.begin_import({})),
        snapshot_(store.snapshot()) {}

  std::vector<Replayed> run() {
    collect();
    const auto readings = snapshot_->kept_readings();
    for (auto& [ledger, waiting] : waiting_) {
      const auto kept =
          std::find_if(readings.begin(), readings.end(), [&](const auto& reading) { return reading.ledger == ledger; });
      if (kept == readings.end()) {
        waiting.replayed.note = "how it was read was not kept: it was imported by an earlier version";
      } else {
        read_again(ledger, waiting, kept->reading);
      }
    }
    if (!places_.empty()) {
      std::sort(places_.begin(), places_.end());
      if (std::adjacent_find(places_.begin(), places_.end()) != places_.end()) {
        throw Error(ErrorKind::corrupt, "replay", "its reader made two events of one row; nothing was changed");
      }
      import_->release(places_, events_);
      import_->publish({}, {}, cancelled_);
    }
    std::vector<Replayed> all;
    for (auto& [ledger, waiting] : waiting_) {
      waiting.replayed.remaining = waiting.replayed.waiting - waiting.replayed.stored;
      all.push_back(std::move(waiting.replayed));
    }
    return all;
  }

 private:
  void collect() {
    std::uint64_t place = 0;
    std::size_t held = 0;
    snapshot_->for_each_quarantined([&](store::Quarantined row) {
      const auto here = place++;
      const bool wanted = (request_.source.empty() || row.source == request_.source) &&
                          (request_.code.empty() || row.code == request_.code);
      if (!wanted || row.severity != "rejected" || row.ledger < 0) return true;
      auto& waiting = waiting_[row.ledger];
      waiting.replayed.source = row.source;
      ++waiting.replayed.waiting;
      if (!is_readable_alone(row)) return true;
      if (held > held_bytes) {
        waiting.replayed.note = "more rows wait than are read at a time: choose some with --source or --code";
        return true;
      }
      held += row.raw.size();
      waiting.rows.push_back({here, row.row, row.offset, std::move(row.raw)});
      return true;
    });
  }

  void read_again(std::int64_t ledger, Waiting& waiting, const std::string& reading) {
    if (waiting.rows.empty()) return;
    const auto kept = from_json<KeptMapping>(json::parse(reading, "mapping"), "mapping");
    const auto& before = kept.mapping;
    if (auto note = why_not_again(before); !note.empty()) {
      waiting.replayed.note = std::move(note);
      return;
    }
    QuarantinedRows rows(before);
    for (const auto& row : waiting.rows) rows.add(row.raw);
    Task task;
    task.file = waiting.replayed.source + " (quarantine)";
    const auto text = rows.text();
    task.size = static_cast<std::int64_t>(text.size());
    task.mapping_file = before.mapping_file;
    task.mapping_text = kept.mapping_text;
    task.known = known_columns_of(before);
    for (const auto& column : snapshot_->properties()) task.known.types.emplace(column.name, column.type);
    if (request_.roles.value) task.known.amounts.reset();
    task.roles = roles_of(before);
    override_roles(task.roles, request_.roles);
    task.timezone = task.roles.timezone.value_or("UTC");
    task.now = env_.now();
    task.memory_bytes = std::int64_t{1} << 30;
    task.block_bytes = std::int64_t{2} << 20;
    const auto stored = places_.size();
    const auto begun = events_.size();
    said_.clear();
    try {
      read_file(text, task, ledger, waiting, before);
      waiting.replayed.stored = static_cast<std::int64_t>(places_.size() - stored);
      for (auto& row : said_) import_->quarantine(std::move(row));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid) throw;
      waiting.replayed.note = error.what();  // such as times that still cannot be read: all rows wait on
      places_.resize(stored);
      events_.resize(begun);
    }
  }

  void read_file(const std::string& text, const Task& task, std::int64_t ledger, const Waiting& waiting,
                 const Mapping& before) {
    const TextFile file(text);
    ReaderProcess reader(file, task);
    std::uint64_t read = 0;
    const auto stop_if_cancelled = [&] {
      if (cancelled_) throw Error(ErrorKind::unavailable, "replay", "was cancelled; nothing was changed");
    };
    stop_if_cancelled();
    for (auto frame = reader.next(stop_if_cancelled, read); frame.kind != FrameKind::end;
         frame = reader.next(stop_if_cancelled, read)) {
      stop_if_cancelled();
      if (frame.kind == FrameKind::mapping) {
        expect_alike(from_json<Mapping>(json::parse(frame.bytes, "mapping"), "mapping"), before, request_.roles,
                     task.file);
      }
      if (frame.kind == FrameKind::block) read += take_block(read_block(frame.bytes), read, ledger, waiting);
    }
    reader.file().rethrow_failure();
    if (read != waiting.rows.size()) {
      throw Error(ErrorKind::invalid, task.file, "its rows cannot be told apart without the file",
                  "import the corrected file under another name");
    }
  }

  std::uint64_t take_block(ReadBlock block, std::uint64_t first, std::int64_t ledger, const Waiting& waiting) {
    if (block.rows > waiting.rows.size() - first) {
      throw Error(ErrorKind::invalid, waiting.replayed.source + " (quarantine)",
                  "its rows cannot be told apart without the file", "import the corrected file under another name");
    }
    auto& batch = block.batch;
    const std::set<std::uint32_t> became_events(batch.row.begin(), batch.row.end());
    for (auto& row : batch.row) {
      const auto& from = waiting.rows[static_cast<std::size_t>(first + row)];
      places_.push_back(from.place);
      if (from.row > std::numeric_limits<std::uint32_t>::max()) {
        throw Error(ErrorKind::invalid, waiting.replayed.source + " (quarantine)",
                    "row " + std::to_string(from.row) + " stands too far down to be read again by itself",
                    "import the corrected rows under another name");
      }
      row = static_cast<std::uint32_t>(from.row - 1);
    }
    for (auto& found : block.found) {
      if (!became_events.contains(static_cast<std::uint32_t>(found.row))) continue;  // it waits already
      const auto& from = waiting.rows[static_cast<std::size_t>(first + found.row)];
      said_.push_back(quarantined(waiting.replayed.source, from.row, from.offset, std::move(found.finding), from.raw));
    }
    const auto rows = block.rows;
    batch.first_row = 0;
    batch.source = static_cast<std::uint32_t>(ledger);
    events_.push_back(std::move(batch));
    return rows;
  }

  Env& env_;
  const ReplayRequest& request_;
  const std::atomic<bool>& cancelled_;
  std::unique_ptr<store::Import> import_;
  std::shared_ptr<const store::Snapshot> snapshot_;  // shared with the store; taken while no other import can publish
  std::map<std::int64_t, Waiting> waiting_;          // by ledger
  std::vector<std::uint64_t> places_;                // of rows that are events now
  std::vector<EventBatch> events_;
  std::vector<store::Quarantined> said_;  // of rows of the file being read that are events now
};

}  // namespace

std::vector<Replayed> replay(Env& env, store::Store& store, const ReplayRequest& request,
                             const std::atomic<bool>& cancelled) {
  return Replay(env, store, request, cancelled).run();
}

}  // namespace peregrine::ingest
