#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace peregrine {

void check_failed(const char* claim, const char* file, int line) noexcept {
  std::fprintf(stderr, "peregrine: bug: %s:%d: does not hold: %s\n", file, line, claim);
  std::abort();
}

}  // namespace peregrine
