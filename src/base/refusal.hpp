// The refusal of a call, for tests: kind and full text of the Error that it throws.
#pragma once

#include <string>
#include <utility>

#include "base/error.hpp"

namespace peregrine {

/// `invalid | funnel.window: must be at least 1 s (got 0)`, or `nothing was thrown`.
template <class Call>
std::string refusal_of(Call&& call) {
  try {
    std::forward<Call>(call)();
  } catch (const Error& error) {
    return std::string(name_of(error.kind())) + " | " + error.what();
  }
  return "nothing was thrown";
}

}  // namespace peregrine
