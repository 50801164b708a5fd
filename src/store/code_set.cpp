#include "store/code_set.hpp"

#include <bit>

namespace peregrine::store {

namespace {

constexpr std::size_t word_bits = 64;

}  // namespace

void CodeSet::add(std::uint32_t code) {
  const auto word = code / word_bits;
  if (word >= words_.size()) words_.resize(word + 1);
  words_[word] |= std::uint64_t{1} << code % word_bits;
}

std::size_t CodeSet::size() const {
  std::size_t size = 0;
  for (const auto word : words_) size += static_cast<std::size_t>(std::popcount(word));
  return size;
}

std::size_t CodeSet::end() const {
  return words_.empty() ? 0 : words_.size() * word_bits - static_cast<std::size_t>(std::countl_zero(words_.back()));
}

std::vector<std::uint32_t> CodeSet::codes() const {
  std::vector<std::uint32_t> codes;
  codes.reserve(size());
  for (std::size_t word = 0; word < words_.size(); ++word) {
    for (auto left = words_[word]; left != 0; left &= left - 1) {
      codes.push_back(static_cast<std::uint32_t>(word * word_bits + static_cast<std::size_t>(std::countr_zero(left))));
    }
  }
  return codes;
}

}  // namespace peregrine::store

namespace peregrine {

store::CodeSet JsonType<store::CodeSet>::read(const json::value& value, std::string_view where, const Limits&) {
  const auto* text = value.if_string();
  if (text == nullptr) refuse(where, value, "hexadecimal digits");
  store::CodeSet codes;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const char digit = (*text)[i];
    const int bits = digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
    if (bits < 0) refuse(where, value, "hexadecimal digits");
    for (std::uint32_t bit = 0; bit < 4; ++bit) {
      if (((bits >> bit) & 1) != 0) codes.add(static_cast<std::uint32_t>(i * 4) + bit);
    }
  }
  return codes;
}

json::value JsonType<store::CodeSet>::write(const store::CodeSet& codes) {
  boost::json::string text((codes.end() + 3) / 4, '0');
  constexpr std::string_view digits = "0123456789abcdef";
  std::vector<std::uint8_t> bits(text.size());
  for (const auto code : codes.codes()) bits[code / 4] = static_cast<std::uint8_t>(bits[code / 4] | 1U << code % 4);
  for (std::size_t i = 0; i < bits.size(); ++i) text[i] = digits[bits[i]];
  return text;
}

}  // namespace peregrine
