#include "store/key_sort.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

TEST(KeySort, sorts_lists_of_any_length) {
  std::mt19937_64 random(test_seed());
  for (const std::size_t size : {0, 1, 2, 3, 7, 20, 63, 64, 65, 66, 1000, 100'000}) {
    for (const int bits : {1, 20, 64}) {  // with few bits neighbours differ only in their lowest ones
      std::vector<std::uint64_t> keys(size);
      for (std::size_t i = 0; i < size; ++i) keys[i] = (random() >> (64 - bits) << 20) ^ i;
      std::shuffle(keys.begin(), keys.end(), random);
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      const auto expected = keys;
      std::shuffle(keys.begin(), keys.end(), random);
      sort_keys(keys);
      EXPECT_EQ(keys, expected) << size << " keys of " << bits << " bits";
    }
  }
}

}  // namespace

}  // namespace peregrine::store
