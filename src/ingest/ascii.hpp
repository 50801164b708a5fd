// Digits and letters of ASCII, whatever the locale of the machine.
#pragma once

#include <algorithm>
#include <string_view>

namespace peregrine::ingest {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// `folded` is in lower case.
constexpr bool equals_folded(std::string_view text, std::string_view folded) {
  return text.size() == folded.size() &&
         std::equal(text.begin(), text.end(), folded.begin(), [](char a, char b) { return lower(a) == b; });
}

}  // namespace peregrine::ingest
