// The shape of a name is what is left of it when ids are taken out: `Viewed product *` of "Viewed product 12345". It is
// a pattern as touchpoints have them, and matches the name.
#pragma once

#include <string>
#include <string_view>

namespace peregrine {

/// With `*` for each run of digits, each hexadecimal id (8 letters or more, a digit among them), each UUID and each
/// e-mail address.
std::string name_shape(std::string_view name);

/// Names of one shape from which on they are better named by their shape than one by one.
constexpr std::size_t many_of_one_shape = 20;

/// True when the shape says something: it has a `*` and at least three letters beside it.
bool is_pattern(std::string_view shape);

}  // namespace peregrine
