// A saved State travels between processes and machines: a header that says what it is, then its members.
//   "PGST" | format u32 | analysis text | parameters' hash 128 | State's bytes | hash64 of all before
// Loading refuses another analysis, other parameters, another format, and bytes that were changed.
#pragma once

#include <string>
#include <string_view>

#include "fold/analysis.hpp"

namespace peregrine {

std::string save_state(std::string_view analysis, const json::object& params, RunningFold& fold);

/// Fills `fold`, which must be empty and of the same question.
void load_state(std::string_view bytes, std::string_view analysis, const json::object& params, RunningFold& fold);

}  // namespace peregrine
