// The grammar of `where` expressions. Only selection.cpp reads this; the parser library stays behind it.
#pragma once

#include <memory>
#include <string_view>

#include "model/selection.hpp"

namespace peregrine {

std::shared_ptr<const Selection::Node> parse_selection(std::string_view text, std::string_view where);

}  // namespace peregrine
