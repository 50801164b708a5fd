// Which program this is: not its version, which stays while it is worked on, but its very code.
#pragma once

#include <string>

namespace peregrine {

/// The linker's hash of this program (its build id) in hexadecimal; empty when it was linked without one.
std::string build_id();

}  // namespace peregrine
