// read_blocks drives a reader: blocks are taken one after another, parsed side by side, and given on in order. Rows
// that are joined become events after the last block; if some of those cannot be, the file is read once more for their
// rows.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>

#include "ingest/block_builder.hpp"
#include "ingest/in_order.hpp"
#include "ingest/reader.hpp"

namespace peregrine::ingest {

/// Gives the joined events of a whole file.
void give_joined_rows(FilePlan& file, const Task& task, ReaderOutput& output);

/// `open()` begins the file anew and returns an object whose `next()` is the next block or nothing; `make_parser()`
/// returns a parser, one a thread, whose `parse(block)` is a MadeBlock.
template <class MakeParser, class Open>
void read_blocks(FilePlan& file, const Task& task, ReaderOutput& output, const MakeParser& make_parser,
                 const Open& open) {
  std::deque<decltype(make_parser())> parsers;
  for (std::int64_t i = 0; i < task.threads; ++i) parsers.push_back(make_parser());
  const auto pass = [&](const auto& give) {
    auto blocks = open();
    std::atomic<std::uint64_t> rows = 0;
    run_in_order(
        parsers.size(),
        [&]() -> decltype(blocks->next()) {
          if (task.first_rows > 0 && rows >= static_cast<std::uint64_t>(task.first_rows)) return std::nullopt;
          return blocks->next();
        },
        [&](const auto& block, std::size_t thread) { return parsers[thread].parse(block); },
        [&](const MadeBlock& made) {
          output.give_block(made.bytes);
          give(made, rows.load());
          rows += made.rows;
        });
  };
  pass([&](const MadeBlock& made, std::uint64_t first_row) {
    if (file.joined) file.joined->add(made.waiting, first_row);
  });
  if (!file.joined) return;
  give_joined_rows(file, task, output);
  if (file.joined->has_failures()) pass([](const MadeBlock&, std::uint64_t) {});
}

}  // namespace peregrine::ingest
