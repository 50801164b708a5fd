// Runs the items 0..count-1 of a job on several threads. Each thread takes the next item when it is free.
#pragma once

#include <cstddef>
#include <functional>

namespace peregrine {

/// Cores this process may use.
std::size_t available_cores();

/// Calls `work(item, thread)` for every item, `thread` < `threads`. Returns when all are done. After an exception no
/// further item is begun, and the exception of the lowest item that failed is thrown on.
void for_each_item(std::size_t count, std::size_t threads,
                   const std::function<void(std::size_t item, std::size_t thread)>& work);

}  // namespace peregrine
