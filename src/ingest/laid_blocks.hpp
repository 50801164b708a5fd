// write_in_order parses the blocks of a file side by side and gives what was made of them in the order of the file. A
// block that guessed wrong what a late property is, is parsed once more in its turn (see BlockWriter).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ingest/block_writer.hpp"
#include "ingest/in_order.hpp"
#include "ingest/reader.hpp"

namespace peregrine::ingest {

/// `take()` returns the next block or nothing. `make_parser(writer)` makes what fills a BlockWriter by `parse(block)`;
/// it must be able to parse a block again.
template <class Take, class Make>
void write_in_order(const Take& take, const Make& make_parser, const RowLayout& layout, const Plan& plan,
                    const Task& task, ReaderOutput& output) {
  using Parser = decltype(make_parser(std::declval<BlockWriter&>()));
  using Block = typename decltype(take())::value_type;
  struct Parsed {
    WrittenBlock written;
    Block block;
  };
  LateNames names(plan.columns.size());
  const auto threads = static_cast<std::size_t>(task.threads);
  std::deque<BlockWriter> writers;
  std::vector<std::unique_ptr<Parser>> parsers;
  const auto add_parser = [&](BlockWriter& writer) { parsers.emplace_back(new Parser(make_parser(writer))); };
  for (std::size_t i = 0; i < threads; ++i) add_parser(writers.emplace_back(layout, plan, names, task.now));
  BlockWriter writer_in_order(layout, plan, names, task.now,
                              [&](const std::string& frame) { output.give_block(frame); });
  Parser in_order = make_parser(writer_in_order);
  const auto settled = [&](const WrittenBlock& written) {
    bool right = !written.given_up;
    for (const auto& [name, type] : written.guessed) right = right && names.settle(name, type) == type;
    return right;
  };
  run_in_order(
      threads, take,
      [&](Block& block, std::size_t thread) {
        parsers[thread]->parse(block);
        return Parsed{writers[thread].finish(), std::move(block)};
      },
      [&](Parsed& parsed) {
        if (settled(parsed.written)) {
          for (const auto& frame : parsed.written.frames) output.give_block(frame);
        } else {
          in_order.parse(parsed.block);
          writer_in_order.finish();
        }
      });
}

}  // namespace peregrine::ingest
