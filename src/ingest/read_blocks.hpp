// How a reader goes through its file: blocks are taken one after another, parsed side by side, and given on in order.
// Rows that are joined become events after the last block; if some of those cannot be, the file is read once more for
// their rows.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>

#include "ingest/block_builder.hpp"
#include "ingest/in_order.hpp"
#include "ingest/reader.hpp"

namespace peregrine::ingest {

/// One pass over a file: takes what is made of it, in order, by one thread at a time.
class Pass {
 public:
  Pass(FilePlan& file, const Task& task, ReaderOutput& output) : file_(file), task_(task), output_(output) {}

  void give(const MadeBlock& made);
  /// No more rows are asked for. Any thread.
  bool has_enough() const { return task_.first_rows > 0 && rows_ >= static_cast<std::uint64_t>(task_.first_rows); }

 private:
  FilePlan& file_;
  const Task& task_;
  ReaderOutput& output_;
  std::atomic<std::uint64_t> rows_ = 0;
};

/// Gives the joined events of a whole file.
void give_joined_rows(FilePlan& file, const Task& task, ReaderOutput& output);

/// `run(pass)` goes through the file from its first row on; it is called once, or twice for the sake of joined rows.
template <class Run>
void run_passes(FilePlan& file, const Task& task, ReaderOutput& output, const Run& run) {
  Pass first(file, task, output);
  run(first);
  if (!file.joined) return;
  give_joined_rows(file, task, output);
  if (!file.joined->has_failures()) return;
  Pass again(file, task, output);
  run(again);
}

/// `open()` begins the file anew and returns an object whose `next()` is the next block or nothing; `make_parser()`
/// returns a parser, one a thread, whose `parse(block)` is a MadeBlock.
template <class MakeParser, class Open>
void read_blocks(FilePlan& file, const Task& task, ReaderOutput& output, const MakeParser& make_parser,
                 const Open& open) {
  std::deque<decltype(make_parser())> parsers;
  for (std::int64_t i = 0; i < task.threads; ++i) parsers.push_back(make_parser());
  run_passes(file, task, output, [&](Pass& pass) {
    auto blocks = open();
    run_in_order(
        parsers.size(),
        [&]() -> decltype(blocks->next()) {
          if (pass.has_enough()) return std::nullopt;
          return blocks->next();
        },
        [&](const auto& block, std::size_t thread) { return parsers[thread].parse(block); },
        [&](const MadeBlock& made) { pass.give(made); });
  });
}

}  // namespace peregrine::ingest
