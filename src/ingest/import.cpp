#include <algorithm>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/threads.hpp"
#include "ingest/ingest.hpp"
#include "ingest/inputs.hpp"
#include "ingest/late_names.hpp"
#include "ingest/read_block.hpp"
#include "ingest/reader_process.hpp"

namespace peregrine::ingest {

namespace {

Task task_for(Env& env, const ImportRequest& request, const std::string& name, const ReadableFile& file) {
  Task task;
  task.file = name;
  task.size = static_cast<std::int64_t>(file.size());
  task.roles = request.roles;
  task.timezone = request.timezone;
  task.now = env.now();
  task.threads = static_cast<std::int64_t>(request.threads == 0 ? available_cores() : request.threads);
  task.memory_bytes = static_cast<std::int64_t>(request.reader_memory_bytes);
  task.block_bytes = static_cast<std::int64_t>(request.block_bytes);
  return task;
}

Mapping read_mapping(const Frame& frame) {
  return from_json<Mapping>(json::parse(frame.bytes, "mapping"), "mapping");
}

/// What is to be said of a file once it is read.
struct Oddities {
  std::map<std::string, std::uint64_t> mistyped;
  std::uint64_t beyond_names = 0;
};

/// One import under way.
class FileImport {
 public:
  FileImport(Env& env, store::Store& store, const ImportRequest& request,
             const std::function<void(const ImportProgress&)>& progress, const std::atomic<bool>& cancelled)
      : env_(env),
        request_(request),
        inputs_(find_inputs(env, request.files)),
        progress_(progress),
        cancelled_(cancelled),
        snapshot_(store.snapshot()) {
    import_ = store.begin_import({request.memory_bytes, request.threads});
    so_far_.phase = "reading";
  }

  Imported run() {
    for (const auto& left : inputs_.left_out) done_.notes.push_back({left.file, "", "was left out: " + left.why});
    for (const auto& name : inputs_.files) so_far_.bytes_total += env_.open(name)->size();
    for (std::size_t i = 0; i < inputs_.files.size(); ++i) import_file(i);
    publish();
    return std::move(done_);
  }

 private:
  void import_file(std::size_t i) {
    const auto opened = env_.open(inputs_.files[i]);  // one at a time: a folder may hold more than can be open
    const auto& file = *opened;
    so_far_.file = inputs_.files[i];
    store::Ledger ledger;
    ledger.source = inputs_.files[i];
    ledger.bytes = static_cast<std::int64_t>(file.size());
    ledger.imported = env_.now();
    if (const auto before = find_same(file)) {
      ledger.hash = before->hash;
      ledger.received = before->received;
      ledger.duplicates = before->received;
      Mapping mapping;
      mapping.file = ledger.source;
      done_.mappings.push_back(mapping);
      note("", "was imported before, as " + before->source + ": its rows are duplicates and nothing is added");
    } else {
      read_file(i, file, ledger);
    }
    bytes_before_ += file.size();
    so_far_.bytes_read = bytes_before_;
    report();
    done_.ledgers.push_back(std::move(ledger));
  }

  /// The ledger of the same bytes, imported before or earlier in this import. Files of unlike sizes are not hashed.
  std::optional<store::Ledger> find_same(const ReadableFile& file) {
    const auto size = static_cast<std::int64_t>(file.size());
    std::string hash;
    for (const auto* ledgers : {&snapshot_->ledgers(), &std::as_const(done_.ledgers)}) {
      for (const auto& ledger : *ledgers) {
        if (ledger.bytes != size || ledger.hash.empty()) continue;
        if (hash.empty()) hash = format_hash(hash_whole(file));
        if (ledger.hash == hash) return ledger;
      }
    }
    return std::nullopt;
  }

  Hash128 hash_whole(const ReadableFile& file) {
    Hasher hasher;
    std::string bytes(std::size_t{4} << 20, '\0');
    for (std::uint64_t at = 0; at < file.size();) {
      const auto got = file.read_at(at, bytes);
      if (got == 0) break;
      hasher.add(std::string_view(bytes).substr(0, got));
      at += got;
      stop_if_cancelled();
    }
    return hasher.hash();
  }

  void read_file(std::size_t i, const ReadableFile& file, store::Ledger& ledger) {
    ReaderProcess reader(file, task_for(env_, request_, ledger.source, file));
    so_far_.reader = reader.process();
    Oddities odd;
    const auto look_up = [&] {
      so_far_.bytes_read = bytes_before_ + reader.file().bytes_served();
      report();
      stop_if_cancelled();
    };
    for (bool ended = false; !ended;) {
      const auto frame = reader.next(look_up, static_cast<std::uint64_t>(ledger.received));
      switch (frame.kind) {
        case FrameKind::mapping: done_.mappings.push_back(read_mapping(frame)); break;
        case FrameKind::block: take_block(read_block(frame.bytes), i, ledger, odd); break;
        default: ended = true;
      }
      if (ended && frame.bytes != "filtered")
        note("", "was read without a filter of system calls: this machine has no seccomp");
      look_up();
    }
    reader.file().rethrow_failure();
    if (done_.mappings.size() != i + 1) throw Error(ErrorKind::corrupt, ledger.source, "its reader gave no mapping");
    const bool hashed = reader.file().hashed() == file.size();
    ledger.hash = format_hash(hashed ? reader.file().hash() : hash_whole(file));
    so_far_.reader = 0;
    note(odd);
  }

  void take_block(ReadBlock block, std::size_t source, store::Ledger& ledger, Oddities& odd) {
    const auto first_row = static_cast<std::uint64_t>(ledger.received);
    for (auto& found : block.found) {
      const auto& entry = entry_of(found.finding.reason);
      if (is_rejection(found.finding.reason)) ++ledger.quarantined;
      import_->quarantine({.source = ledger.source,
                           .row = static_cast<std::int64_t>(first_row + found.row + 1),
                           .offset = found.offset,
                           .code = std::string(entry.name),
                           .field = std::move(found.finding.field),
                           .sentence = std::move(found.finding.sentence),
                           .raw = std::move(found.raw),
                           .severity = std::string(entry.severity)});
    }
    for (const auto& [column, count] : block.mistyped) odd.mistyped[column] += count;
    odd.beyond_names += block.beyond_names;
    ledger.received += static_cast<std::int64_t>(block.rows);
    so_far_.rows += block.rows;
    block.batch.source = static_cast<std::uint32_t>(source);
    block.batch.first_row = first_row;
    if (block.batch.size() > 0) import_->add(block.batch);
  }

  void publish() {
    so_far_.phase = "sorting";
    so_far_.file = {};
    report();
    const auto sorted = [&](store::Import::Progress progress) {
      so_far_.partitions_done = progress.partitions_done;
      so_far_.partitions = progress.partitions;
      report();
    };
    stop_if_cancelled();
    done_.ledgers = import_->publish(std::move(done_.ledgers), sorted, cancelled_);
  }

  void note(const Oddities& odd) {
    for (const auto& [column, count] : odd.mistyped) {
      note(column, std::to_string(count) +
                       " values are not of the column's type; they are kept as text in a column of their own");
    }
    if (odd.beyond_names == 0) return;
    note(std::string(rest_property), std::to_string(odd.beyond_names) + " values have names beyond the first " +
                                         std::to_string(max_names) + "; they are kept as JSON in this one property");
  }
  void note(std::string column, std::string sentence) {
    done_.notes.push_back({std::string(so_far_.file), std::move(column), std::move(sentence)});
  }
  void report() const {
    if (progress_) progress_(so_far_);
  }
  void stop_if_cancelled() const {
    if (cancelled_) throw Error(ErrorKind::unavailable, "import", "was cancelled; nothing was imported");
  }

  Env& env_;
  const ImportRequest& request_;
  Inputs inputs_;
  const std::function<void(const ImportProgress&)>& progress_;
  const std::atomic<bool>& cancelled_;
  std::shared_ptr<const store::Snapshot> snapshot_;  // shared with the store and its scans
  std::unique_ptr<store::Import> import_;
  std::uint64_t bytes_before_ = 0;
  ImportProgress so_far_;
  Imported done_;
};

}  // namespace

std::vector<Mapping> guess_mappings(Env& env, const ImportRequest& request) {
  std::vector<Mapping> mappings;
  for (const auto& name : find_inputs(env, request.files).files) {
    const auto file = env.open(name);
    auto task = task_for(env, request, name, *file);
    task.mapping_only = true;
    ReaderProcess reader(*file, task);
    for (auto frame = reader.next({}, 0); frame.kind != FrameKind::end; frame = reader.next({}, 0)) {
      if (frame.kind == FrameKind::mapping) mappings.push_back(read_mapping(frame));
    }
  }
  return mappings;
}

Imported import_files(Env& env, store::Store& store, const ImportRequest& request,
                      const std::function<void(const ImportProgress&)>& progress, const std::atomic<bool>& cancelled) {
  if (request.files.empty()) throw Error(ErrorKind::invalid, "import", "names no file", "at least one");
  return FileImport(env, store, request, progress, cancelled).run();
}

}  // namespace peregrine::ingest
