// read_laid_blocks parses the blocks of a file side by side and gives what was made of them in the order of the file. A
// block that guessed wrong what a late property is, is parsed once more in its turn (see BlockWriter).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ingest/block_writer.hpp"
#include "ingest/read_blocks.hpp"

namespace peregrine::ingest {

/// `open()` begins the file anew and returns an object whose `next()` is the next block or nothing.
/// `make_parser(writer)` makes what fills a BlockWriter by `parse(block)`; it must be able to parse a block again.
template <class Make, class Open>
void read_laid_blocks(FilePlan& file, const RowLayout& layout, const Task& task, ReaderOutput& output,
                      const Make& make_parser, const Open& open) {
  using Parser = decltype(make_parser(std::declval<BlockWriter&>()));
  using Block = typename decltype(open()->next())::value_type;
  struct Parsed {
    WrittenBlock written;
    Block block;
  };
  const auto threads = static_cast<std::size_t>(task.threads);
  run_passes(file, task, output, [&](Pass& pass) {
    LateNames names(file.plan.columns.size(), task.known.types);
    std::deque<BlockWriter> writers;
    std::vector<std::unique_ptr<Parser>> parsers;
    const auto add_parser = [&](BlockWriter& writer) { parsers.emplace_back(new Parser(make_parser(writer))); };
    for (std::size_t i = 0; i < threads; ++i) add_parser(writers.emplace_back(layout, file, names, task.now));
    BlockWriter writer_in_order(layout, file, names, task.now, [&](const MadeBlock& made) { pass.give(made); });
    Parser in_order = make_parser(writer_in_order);
    const auto settled = [&](const WrittenBlock& written) {
      bool right = !written.given_up;
      for (const auto& [name, type] : written.guessed) right = right && names.settle(name, type) == type;
      return right;
    };
    auto blocks = open();
    run_in_order(
        threads,
        [&]() -> decltype(blocks->next()) {
          if (pass.has_enough()) return std::nullopt;
          return blocks->next();
        },
        [&](Block& block, std::size_t thread) {
          parsers[thread]->parse(block);
          return Parsed{writers[thread].finish(), std::move(block)};
        },
        [&](Parsed& parsed) {
          if (settled(parsed.written)) {
            for (const auto& made : parsed.written.blocks) pass.give(made);
          } else {
            in_order.parse(parsed.block);
            writer_in_order.finish();
          }
        });
  });
}

}  // namespace peregrine::ingest
