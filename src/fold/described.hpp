// What stands at a place of an answer, by the fields that its Result describes.
#pragma once

#include <span>
#include <string>

#include "base/json.hpp"

namespace peregrine {

/// The schema of an answer, given that of the analysis's result: a result for each group (`by`), and all that for each
/// period (`over`).
json::object schema_of_answer(json::object result, bool by, bool over);

/// The schema of the place to which the parts of a JSON pointer lead; null when nothing is described there. Any place
/// in a list is.
const json::object* described_at(const json::object& schema, std::span<const std::string> parts);

}  // namespace peregrine
