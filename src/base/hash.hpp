// XXH3, the one hash of the house: partitions, checksums, cache keys. Not for secrets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace peregrine {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const Hash128&) const = default;
  auto operator<=>(const Hash128&) const = default;
};

Hash128 hash128(std::string_view bytes);

/// 32 lower-case hexadecimal digits.
std::string format_hash(Hash128 hash);

}  // namespace peregrine
