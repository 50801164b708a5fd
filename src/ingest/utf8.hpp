// Whether bytes are ASCII or UTF-8.
#pragma once

#include <string_view>

namespace peregrine::ingest {

bool is_ascii(std::string_view bytes);

/// Well-formed by Unicode: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view bytes);

}  // namespace peregrine::ingest
