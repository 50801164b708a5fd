#include <algorithm>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/threads.hpp"
#include "ingest/ingest.hpp"
#include "ingest/inputs.hpp"
#include "ingest/late_names.hpp"
#include "ingest/mapping_file.hpp"
#include "ingest/quarantined_rows.hpp"
#include "ingest/read_block.hpp"
#include "ingest/reader_process.hpp"
#include "ingest/shown_events.hpp"

namespace peregrine::ingest {

namespace {

Task task_for(Env& env, const ImportRequest& request, const std::string& name, const ReadableFile& file) {
  Task task;
  task.file = name;
  task.size = static_cast<std::int64_t>(file.size());
  task.roles = request.roles;
  task.mapping_file = request.mapping_file;
  task.mapping_text = request.mapping_text;
  task.timezone = request.timezone;
  task.now = env.now();
  task.threads = static_cast<std::int64_t>(request.threads == 0 ? available_cores() : request.threads);
  task.memory_bytes = static_cast<std::int64_t>(request.reader_memory_bytes);
  task.block_bytes = static_cast<std::int64_t>(request.block_bytes);
  return task;
}

Mapping read_mapping(const Frame& frame, const Task& task) {
  auto mapping = from_json<Mapping>(json::parse(frame.bytes, "mapping"), "mapping");
  if (mapping.mapping_file != task.mapping_file)
    throw Error(ErrorKind::bug, task.file, "was read without the mapping file " + task.mapping_file);
  return mapping;
}

/// The rows of one file as its reader gives them: counted in the ledger, and put to where they belong.
class RowsOfFile {
 public:
  explicit RowsOfFile(store::Ledger& ledger) : ledger_(ledger) {}

  /// Sets the block's first row; `put_aside` is called for each row that has something to be said of it.
  template <class PutAside>
  void take(ReadBlock& block, const PutAside& put_aside) {
    const auto received = static_cast<std::uint64_t>(ledger_.received);
    auto& first_row = block.batch.first_row;
    switch (block.pass) {
      case ReadBlock::Pass::first:
        first_row = received;
        ledger_.received += static_cast<std::int64_t>(block.rows);
        waiting_ += block.waiting;
        for (const auto& [because, count] : block.left_out) {
          ledger_.left_out += static_cast<std::int64_t>(count);
          ledger_.left_out_because[because] += static_cast<std::int64_t>(count);
        }
        break;
      case ReadBlock::Pass::joined:
        first_row = block.first_row;
        expect(block.first_row <= received && block.rows <= received - block.first_row);
        take_from_waiting(block.batch.size());
        break;
      case ReadBlock::Pass::again:
        first_row = rows_again_;
        rows_again_ += block.rows;
        expect(rows_again_ <= received);
        break;
    }
    for (auto& found : block.found) {
      if (is_rejection(found.finding.reason)) {
        ++ledger_.quarantined;
        if (block.pass == ReadBlock::Pass::again) take_from_waiting(1);
      }
      put_aside(quarantined(found, first_row));
    }
  }

  /// After the last block.
  void end() { ledger_.joined = static_cast<std::int64_t>(waiting_); }

 private:
  void expect(bool claim) const {
    if (!claim) throw Error(ErrorKind::corrupt, ledger_.source, "its reader gives rows that do not add up");
  }
  void take_from_waiting(std::uint64_t rows) {
    expect(rows <= waiting_);
    waiting_ -= rows;
  }
  store::Quarantined quarantined(FoundRow& found, std::uint64_t first_row) const {
    return ingest::quarantined(ledger_.source, static_cast<std::int64_t>(first_row + found.row + 1), found.offset,
                               std::move(found.finding), std::move(found.raw));
  }

  store::Ledger& ledger_;
  std::uint64_t waiting_ = 0;  // rows that are neither events nor in quarantine
  std::uint64_t rows_again_ = 0;
};

/// What is to be said of a file once it is read.
struct Oddities {
  std::map<std::string, std::uint64_t> mistyped;
  std::uint64_t beyond_names = 0;
  std::uint64_t beyond_join = 0;

  void add(const ReadBlock& block) {
    for (const auto& [column, count] : block.mistyped) mistyped[column] += count;
    beyond_names += block.beyond_names;
    beyond_join += block.beyond_join;
  }
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
        cancelled_(cancelled) {
    if (!request.mapping_file.empty())
      mapping_hash_ = MappingFile::parse(request.mapping_text, request.mapping_file).hash;
    import_ = store.begin_import({request.memory_bytes, request.threads, request.identity});
    snapshot_ = store.snapshot();  // nobody else publishes from here on
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
    ledger.mapping = mapping_hash_;
    if (const auto before = find_same(file)) {
      expect_same_mapping(*before);
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

  /// Other events of the same rows would count them twice, and nothing at all is not what was asked for.
  void expect_same_mapping(const store::Ledger& before) const {
    if (before.mapping == mapping_hash_) return;
    throw Error(ErrorKind::conflict, std::string(so_far_.file),
                "was imported before, as " + before.source +
                    (before.mapping.empty() ? ", without this mapping file" : ", with another mapping file"),
                "a new workspace for the other mapping, or the mapping that was used");
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
    const auto task = task_for(env_, request_, ledger.source, file);
    ReaderProcess reader(file, task);
    RowsOfFile rows(ledger);
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
        case FrameKind::mapping: done_.mappings.push_back(read_mapping(frame, task)); break;
        case FrameKind::block: take_block(read_block(frame.bytes), i, rows, odd); break;
        default: ended = true;
      }
      if (ended && frame.bytes != "filtered")
        note("", "was read without a filter of system calls: this machine has no seccomp");
      look_up();
    }
    rows.end();
    reader.file().rethrow_failure();
    if (done_.mappings.size() != i + 1) throw Error(ErrorKind::corrupt, ledger.source, "its reader gave no mapping");
    const bool hashed = reader.file().hashed() == file.size();
    ledger.hash = format_hash(hashed ? reader.file().hash() : hash_whole(file));
    import_->keep_reading(static_cast<std::uint32_t>(i),
                          json::format(to_json(KeptMapping{done_.mappings.back(), request_.mapping_text})));
    so_far_.reader = 0;
    note(odd);
  }

  void take_block(ReadBlock block, std::size_t source, RowsOfFile& rows, Oddities& odd) {
    rows.take(block, [&](store::Quarantined row) { import_->quarantine(std::move(row)); });
    odd.add(block);
    if (block.pass == ReadBlock::Pass::first) so_far_.rows += block.rows;
    block.batch.source = static_cast<std::uint32_t>(source);
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
    if (odd.beyond_names > 0) {
      note(std::string(rest_property), std::to_string(odd.beyond_names) + " values have names beyond the first " +
                                           std::to_string(max_names) + "; they are kept as JSON in this one property");
    }
    if (odd.beyond_join > 0) {
      note("", std::to_string(odd.beyond_join) +
                   " values have names that the first rows did not have; joined rows go without them");
    }
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
  std::string mapping_hash_;  // empty without a mapping file
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
      if (frame.kind == FrameKind::mapping) mappings.push_back(read_mapping(frame, task));
    }
  }
  return mappings;
}

std::vector<Preview> preview_files(Env& env, const ImportRequest& request, std::size_t rows) {
  constexpr std::size_t most_shown = 10;
  constexpr std::int64_t small_block = std::int64_t{64} << 10;
  std::vector<Preview> previews;
  for (const auto& name : find_inputs(env, request.files).files) {
    const auto file = env.open(name);
    auto task = task_for(env, request, name, *file);
    task.first_rows = static_cast<std::int64_t>(rows);
    task.threads = 1;
    task.block_bytes = std::min(task.block_bytes, small_block);
    auto& preview = previews.emplace_back();
    preview.counts.source = name;
    RowsOfFile counted(preview.counts);
    ReaderProcess reader(*file, task);
    for (auto frame = reader.next({}, 0); frame.kind != FrameKind::end; frame = reader.next({}, 0)) {
      if (frame.kind == FrameKind::mapping) preview.mapping = read_mapping(frame, task);
      if (frame.kind != FrameKind::block) continue;
      auto block = read_block(frame.bytes);
      counted.take(block, [&](store::Quarantined row) {
        if (preview.quarantined.size() < most_shown) preview.quarantined.push_back(std::move(row));
      });
      preview.counts.stored += static_cast<std::int64_t>(block.batch.size());
      show_events(block.batch, most_shown, preview.events);
    }
    counted.end();
    reader.file().rethrow_failure();
  }
  return previews;
}

Imported import_files(Env& env, store::Store& store, const ImportRequest& request,
                      const std::function<void(const ImportProgress&)>& progress, const std::atomic<bool>& cancelled) {
  if (request.files.empty()) throw Error(ErrorKind::invalid, "import", "names no file", "at least one");
  return FileImport(env, store, request, progress, cancelled).run();
}

}  // namespace peregrine::ingest
