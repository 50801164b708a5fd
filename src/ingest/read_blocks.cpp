#include "ingest/read_blocks.hpp"

namespace peregrine::ingest {

void Pass::give(const MadeBlock& made) {
  output_.give_block(made.bytes);
  if (file_.joined) file_.joined->add(made.waiting, rows_);
  rows_ += made.rows;
}

void give_joined_rows(FilePlan& file, const Task& task, ReaderOutput& output) {
  BatchBuilder builder(file.plan, task.now);
  while (const auto block = file.joined->next_events(builder)) output.give_block(write_block(*block));
}

}  // namespace peregrine::ingest
