// A TextColumn is a column of texts on their way into the store: its distinct texts, and for each row which of them.
// Values; one thread owns a column at a time.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine {

/// Texts one behind another in one piece of memory, at most 4 GiB. They stay where they are until one is added, also
/// when the TextNames are moved.
class TextNames {
 public:
  class Iterator;

  std::size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.data() + begin, ends_[i] - begin};
  }
  Iterator begin() const;
  Iterator end() const;

  void add(std::string_view text);
  /// Makes room for as much as `other` holds.
  void make_room_for(const TextNames& other);
  /// Where each text ends, and all of them.
  const std::vector<std::uint32_t>& ends() const { return ends_; }
  std::string_view bytes() const { return {bytes_.data(), ends_.empty() ? 0 : ends_.back()}; }
  /// `ends` must not fall, and the last be the size of `bytes`.
  static TextNames of(std::vector<std::uint32_t> ends, std::string_view bytes);

 private:
  void make_room(std::size_t size);

  std::vector<std::uint32_t> ends_;
  std::vector<char> bytes_;  // with room for more
};

class TextNames::Iterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = std::string_view;
  using difference_type = std::ptrdiff_t;
  using pointer = const std::string_view*;
  using reference = std::string_view;

  Iterator() = default;
  Iterator(const TextNames& names, std::ptrdiff_t at) : names_(&names), at_(at) {}

  std::string_view operator*() const { return (*names_)[static_cast<std::size_t>(at_)]; }
  std::string_view operator[](std::ptrdiff_t i) const { return (*names_)[static_cast<std::size_t>(at_ + i)]; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this += -1; }
  Iterator operator++(int) { return {*names_, at_++}; }
  Iterator operator--(int) { return {*names_, at_--}; }
  Iterator& operator+=(std::ptrdiff_t steps) {
    at_ += steps;
    return *this;
  }
  Iterator& operator-=(std::ptrdiff_t steps) { return *this += -steps; }
  friend Iterator operator+(Iterator from, std::ptrdiff_t steps) { return from += steps; }
  friend Iterator operator+(std::ptrdiff_t steps, Iterator from) { return from += steps; }
  friend Iterator operator-(Iterator from, std::ptrdiff_t steps) { return from -= steps; }
  friend std::ptrdiff_t operator-(const Iterator& to, const Iterator& from) { return to.at_ - from.at_; }
  bool operator==(const Iterator&) const = default;
  auto operator<=>(const Iterator& other) const { return at_ <=> other.at_; }

 private:
  const TextNames* names_ = nullptr;
  std::ptrdiff_t at_ = 0;
};

inline TextNames::Iterator TextNames::begin() const {
  return {*this, 0};
}
inline TextNames::Iterator TextNames::end() const {
  return {*this, static_cast<std::ptrdiff_t>(size())};
}

/// Text values with their distinct names: row i is `names[codes[i]]`, or nothing where the code is `none`.
class TextColumn {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  void add(std::string_view text);
  /// The same without looking whether the text is there already: for columns where hardly any comes again. Names are
  /// distinct only in columns that never use this.
  void add_unseen(std::string_view text);
  void add_none() { codes_.push_back(none); }
  /// Adds nothings until there are `rows` rows.
  void fill(std::size_t rows) {
    if (codes_.size() != rows) codes_.resize(rows, none);
  }
  /// Makes room for as much as `other` holds.
  void make_room_for(const TextColumn& other);
  /// Columns that arrive whole (from a file's own dictionary): every code must be `none` or a place in `names`.
  static TextColumn of(TextNames names, std::vector<std::uint32_t> codes);
  static TextColumn of(const std::vector<std::string>& names, std::vector<std::uint32_t> codes);

  std::size_t size() const { return codes_.size(); }
  bool has(std::size_t row) const { return codes_[row] != none; }
  std::string_view text(std::size_t row) const { return names_[codes_[row]]; }
  /// Whether the last row is `text`.
  bool ends_with(std::string_view text) const;
  const std::vector<std::uint32_t>& codes() const { return codes_; }
  const TextNames& names() const { return names_; }

 private:
  void grow();

  std::vector<std::uint32_t> codes_;
  TextNames names_;
  // Finds the code of a name by open addressing: half of its hash above its code + 1; 0 is free. A std::unordered_map
  // here took 45 % of the time of importing a CSV file.
  std::vector<std::uint64_t> slots_;
};

}  // namespace peregrine
