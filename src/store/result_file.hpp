// Results as Arrow: rows of a result become one Arrow IPC stream that any Arrow reader opens.
#pragma once

#include <string>

#include "base/json.hpp"

namespace peregrine::store {

/// The bytes of an Arrow IPC stream with one record batch: text, whole numbers, numbers and booleans as their own
/// types, anything else as JSON text. Every row is an object; a member a row lacks is null.
std::string write_result(const json::array& rows);

}  // namespace peregrine::store
