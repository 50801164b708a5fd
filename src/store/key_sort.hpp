// Sorting of unlike 64-bit keys that come in very many short lists: the events of one customer.
#pragma once

#include <cstdint>
#include <span>

namespace peregrine::store {

/// Ascending. No two keys may be equal.
void sort_keys(std::span<std::uint64_t> keys);

}  // namespace peregrine::store
