#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace peregrine {
namespace {

// From the test vectors of the reference implementation (xxHash 0.8).
TEST(Hash, of_nothing_is_what_the_reference_says) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(format_hash(hash128("")), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, depends_on_every_byte_and_on_the_seed) {
  const std::string text(300, 'a');
  std::set<std::uint64_t> seen{hash64(text), hash64(text, 1)};
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = 'b';
    seen.insert(hash64(changed));
  }
  EXPECT_EQ(seen.size(), text.size() + 2);
}

TEST(Hash, is_written_with_leading_zeros) {
  EXPECT_EQ(format_hash({.low = 0x1, .high = 0xab}), "00000000000000ab0000000000000001");
}

TEST(Hasher, bytes_piece_by_piece_have_the_hash_of_the_whole) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50; ++round) {
    std::string bytes(random() % 5'000, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    Hasher hasher;
    for (std::string_view left = bytes; !left.empty();) {
      const auto piece = left.substr(0, 1 + random() % 700);
      hasher.add(piece);
      left.remove_prefix(piece.size());
    }
    ASSERT_EQ(hasher.hash(), hash128(bytes));
  }
}

TEST(Hasher, may_go_on_after_it_was_asked) {
  Hasher hasher;
  hasher.add("pere");
  EXPECT_EQ(hasher.hash(), hash128("pere"));
  hasher.add("grine");
  EXPECT_EQ(hasher.hash(), hash128("peregrine"));
}

}  // namespace
}  // namespace peregrine
