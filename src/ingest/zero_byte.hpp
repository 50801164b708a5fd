// Whether a text holds a zero byte: ids and names are short, so calling memchr costs more than looking.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace peregrine::ingest {

inline bool holds_zero_byte(std::string_view text) {
  const auto zero_in = [](std::uint64_t word) {
    return ((word - 0x0101010101010101u) & ~word & 0x8080808080808080u) != 0;
  };
  const auto word_at = [&]<class Word>(Word word, std::size_t at) {
    std::memcpy(&word, text.data() + at, sizeof word);
    return word;
  };
  const auto size = text.size();
  if (size > 16) return std::memchr(text.data(), '\0', size) != nullptr;
  if (size >= 8) return zero_in(word_at(std::uint64_t{}, 0)) || zero_in(word_at(std::uint64_t{}, size - 8));
  if (size >= 4) {
    return zero_in(std::uint64_t{word_at(std::uint32_t{}, 0)} << 32 | word_at(std::uint32_t{}, size - 4));
  }
  for (const char c : text) {
    if (c == '\0') return true;
  }
  return false;
}

}  // namespace peregrine::ingest
