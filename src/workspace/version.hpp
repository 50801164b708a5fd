// The version of the program, from the build.
#pragma once

#include <string_view>

namespace peregrine {

constexpr std::string_view version() {
  return PEREGRINE_VERSION;
}

}  // namespace peregrine
