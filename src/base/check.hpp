// CHECK states what must hold if our own code is right. It stays on in release builds.
#pragma once

namespace peregrine {

[[noreturn]] void check_failed(const char* claim, const char* file, int line) noexcept;

}  // namespace peregrine

#define PEREGRINE_CHECK(claim) \
  (static_cast<bool>(claim) ? static_cast<void>(0) : ::peregrine::check_failed(#claim, __FILE__, __LINE__))
