// A FaultStride is which of many calls or places a fault test tries: every one with PEREGRINE_FAULTS=all; otherwise
// every `step`-th from a start that chance gives, another one in each run, or PEREGRINE_SEED.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/env.hpp"

namespace peregrine {

struct FaultStride {
  std::size_t start = 0;  // below `step`
  std::size_t step = 1;
  std::uint64_t seed = 0;

  static bool tries_all() {
    const char* given = std::getenv("PEREGRINE_FAULTS");
    return given != nullptr && std::string_view(given) == "all";
  }
  static FaultStride every(std::size_t step) {
    if (tries_all()) return {};
    const char* given = std::getenv("PEREGRINE_SEED");
    const auto seed = given != nullptr ? std::stoull(given) : Env::real().random();
    return {.start = seed % step, .step = step, .seed = seed};
  }
  /// For the message of a failure.
  std::string words() const { return "PEREGRINE_SEED=" + std::to_string(seed); }
};

}  // namespace peregrine
