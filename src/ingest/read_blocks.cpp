#include "ingest/read_blocks.hpp"

namespace peregrine::ingest {

void give_joined_rows(FilePlan& file, const Task& task, ReaderOutput& output) {
  BatchBuilder builder(file.plan, task.now);
  while (const auto block = file.joined->next_events(builder)) output.give_block(write_block(*block));
}

}  // namespace peregrine::ingest
