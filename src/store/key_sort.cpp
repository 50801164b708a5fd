#include "store/key_sort.hpp"

#include <algorithm>
#include <array>

namespace peregrine::store {

namespace {

// Up to here counting is faster than comparing: it takes n * n steps, and none of them is a branch to be guessed.
constexpr std::size_t longest_counted = 64;

/// The place of a key is how many are smaller.
void sort_by_counting(std::span<std::uint64_t> keys) {
  std::array<std::uint64_t, longest_counted> copy;
  std::copy(keys.begin(), keys.end(), copy.begin());
  const std::size_t count = keys.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t key = copy[i];
    std::size_t smaller = 0;
    for (std::size_t j = 0; j < count; ++j) smaller += copy[j] < key ? 1 : 0;
    keys[smaller] = key;
  }
}

}  // namespace

void sort_keys(std::span<std::uint64_t> keys) {
  if (keys.size() <= longest_counted) {
    sort_by_counting(keys);
  } else {
    std::sort(keys.begin(), keys.end());
  }
}

}  // namespace peregrine::store
