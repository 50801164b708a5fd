// TextNumbers gives each distinct text the next number, from 0. It keeps views: the texts must outlive it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.hpp"

namespace peregrine::store {

class TextNumbers {
 public:
  std::uint32_t number(std::string_view text) { return number(text, hash64(text)); }

  std::uint32_t number(std::string_view text, std::uint64_t hash) {
    if ((texts_.size() + 1) * 2 > slots_.size()) grow();
    for (std::size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::uint32_t found = slots_[slot];
      if (found == empty) {
        slots_[slot] = static_cast<std::uint32_t>(texts_.size());
        texts_.push_back(text);
        hashes_.push_back(hash);
        return slots_[slot];
      }
      if (hashes_[found] == hash && texts_[found] == text) return found;
    }
  }

  /// The number of a text, or how many there are when it has none.
  std::size_t find(std::string_view text) const {
    if (slots_.empty()) return 0;
    const auto hash = hash64(text);
    for (std::size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::uint32_t found = slots_[slot];
      if (found == empty) return texts_.size();
      if (hashes_[found] == hash && texts_[found] == text) return found;
    }
  }

  const std::vector<std::string_view>& texts() const { return texts_; }
  const std::vector<std::uint64_t>& hashes() const { return hashes_; }

 private:
  static constexpr std::uint32_t empty = 0xffffffff;

  void grow() {
    slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, empty);
    for (std::uint32_t i = 0; i < texts_.size(); ++i) {
      std::size_t slot = hashes_[i] & (slots_.size() - 1);
      while (slots_[slot] != empty) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = i;
    }
  }

  std::vector<std::uint32_t> slots_;
  std::vector<std::string_view> texts_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace peregrine::store
