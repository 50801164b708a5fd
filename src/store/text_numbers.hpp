// TextNumbers gives each distinct text the next number, from 0. The views it gives are those it got: the texts must
// outlive it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.hpp"

namespace peregrine::store {

class TextNumbers {
 public:
  std::uint32_t number(std::string_view text) { return number(text, hash64(text)); }

  std::uint32_t number(std::string_view text, std::uint64_t hash) {
    if ((texts_.size() + 1) * 2 > slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      if (slots_[at] == empty) {
        slots_[at] = add(text, hash);
        return static_cast<std::uint32_t>(texts_.size() - 1);
      }
      if (is(slots_[at], text, hash)) return number_in(slots_[at]);
    }
  }

  /// The numbers of many texts, in less time: what is known of the next ones is fetched while one is looked up.
  void number(std::span<const std::string_view> texts, std::vector<std::uint32_t>& numbers) {
    numbers.resize(texts.size());
    ahead_.resize(std::min(texts.size(), looked_ahead));
    for (std::size_t begin = 0; begin < texts.size(); begin += looked_ahead) {
      const auto some = texts.subspan(begin, std::min(looked_ahead, texts.size() - begin));
      for (std::size_t i = 0; i < some.size(); ++i) {
        ahead_[i] = hash64(some[i]);
        if (!slots_.empty()) __builtin_prefetch(&slots_[ahead_[i] & (slots_.size() - 1)]);
      }
      for (std::size_t i = 0; i < some.size() && !slots_.empty(); ++i) {
        const auto slot = slots_[ahead_[i] & (slots_.size() - 1)];
        if (slot != empty) __builtin_prefetch(&words_[word_of(slot)]);
      }
      for (std::size_t i = 0; i < some.size(); ++i) numbers[begin + i] = number(some[i], ahead_[i]);
    }
  }

  /// The number of a text, or how many there are when it has none.
  std::size_t find(std::string_view text) const {
    if (slots_.empty()) return 0;
    const auto hash = hash64(text);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      if (slots_[at] == empty) return texts_.size();
      if (is(slots_[at], text, hash)) return number_in(slots_[at]);
    }
  }

  /// Forgets all texts and keeps the memory.
  void clear() {
    std::fill(slots_.begin(), slots_.end(), empty);
    words_.assign(1, 0);
    texts_.clear();
    hashes_.clear();
  }

  const std::vector<std::string_view>& texts() const { return texts_; }
  const std::vector<std::uint64_t>& hashes() const { return hashes_; }

 private:
  // A slot is the upper half of the text's hash above the place of its entry in words_: number | size << 32, then the
  // text once more, filled up with zeros. So looking a text up touches two places, and what is touched is small.
  static constexpr std::uint64_t empty = 0;
  static constexpr std::size_t looked_ahead = 256;
  static constexpr std::size_t word_bytes = sizeof(std::uint64_t);
  static std::size_t word_of(std::uint64_t slot) { return static_cast<std::uint32_t>(slot); }
  std::uint32_t number_in(std::uint64_t slot) const { return static_cast<std::uint32_t>(words_[word_of(slot)]); }

  /// The bytes of 1 to 8 as a word. Nothing beyond them is read.
  static std::uint64_t word(const char* bytes, std::size_t size) {
    std::uint64_t word = 0;
    if (size == word_bytes) {
      std::memcpy(&word, bytes, word_bytes);
    } else if (size >= 4) {
      std::uint32_t head = 0, tail = 0;
      std::memcpy(&head, bytes, sizeof head);
      std::memcpy(&tail, bytes + size - sizeof tail, sizeof tail);
      word = head | std::uint64_t{tail} << (size - sizeof tail) * 8;
    } else {
      for (std::size_t i = 0; i < size; ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << i * 8;
    }
    return word;
  }

  bool is(std::uint64_t slot, std::string_view text, std::uint64_t hash) const {
    if (slot >> 32 != hash >> 32) return false;
    const std::uint64_t* entry = &words_[word_of(slot)];
    if (entry[0] >> 32 != text.size()) return false;
    for (++entry; text.size() > word_bytes; ++entry, text.remove_prefix(word_bytes)) {
      if (*entry != word(text.data(), word_bytes)) return false;
    }
    return text.empty() || *entry == word(text.data(), text.size());
  }

  std::uint64_t add(std::string_view text, std::uint64_t hash) {
    const std::uint64_t slot = (hash >> 32 << 32) | words_.size();
    words_.push_back(texts_.size() | std::uint64_t{text.size()} << 32);
    texts_.push_back(text);
    hashes_.push_back(hash);
    for (; !text.empty(); text.remove_prefix(std::min(word_bytes, text.size()))) {
      words_.push_back(word(text.data(), std::min(word_bytes, text.size())));
    }
    return slot;
  }

  void grow() {
    std::vector<std::uint64_t> slots(slots_.empty() ? 64 : slots_.size() * 2, empty);
    const std::size_t mask = slots.size() - 1;
    for (const auto slot : slots_) {
      if (slot == empty) continue;
      std::size_t at = hashes_[number_in(slot)] & mask;
      while (slots[at] != empty) at = (at + 1) & mask;
      slots[at] = slot;
    }
    slots_.swap(slots);
  }

  std::vector<std::uint64_t> slots_;
  std::vector<std::uint64_t> words_{0};  // no entry is at 0: a slot of 0 is empty
  std::vector<std::uint64_t> ahead_;
  std::vector<std::string_view> texts_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace peregrine::store
