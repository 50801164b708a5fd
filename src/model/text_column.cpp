#include "model/text_column.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace peregrine {

namespace {

template <class Word>
std::uint64_t word_at(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The first and the last bytes of a text of at most 16, which may overlap: with the size they are the whole text.
struct ShortText {
  explicit ShortText(std::string_view text) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    if (text.size() >= 8) {
      head = word_at<std::uint64_t>(begin);
      tail = word_at<std::uint64_t>(end - 8);
    } else if (text.size() >= 4) {
      head = word_at<std::uint32_t>(begin);
      tail = word_at<std::uint32_t>(end - 4);
    } else if (!text.empty()) {
      head = static_cast<unsigned char>(*begin) | word_at<std::uint8_t>(begin + text.size() / 2) << 8;
      tail = static_cast<unsigned char>(end[-1]);
    }
  }
  bool operator==(const ShortText&) const = default;

  std::uint64_t head = 0;
  std::uint64_t tail = 0;
};
constexpr std::size_t short_text = 16;

bool are_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  return a.size() <= short_text ? ShortText(a) == ShortText(b) : a == b;
}

/// Half of a hash; wyhash's multiplication for short texts, which nearly all names are.
std::uint32_t tag_of(std::string_view text) {
  if (text.size() > short_text) return static_cast<std::uint32_t>(hash64(text) >> 32);
  const ShortText words(text);
  const auto product = static_cast<unsigned __int128>(words.head ^ 0xa0761d6478bd642full) *
                       (words.tail ^ 0xe7037ed1a0b428dbull ^ text.size());
  const auto mixed = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  return static_cast<std::uint32_t>(mixed ^ (mixed >> 32));
}

std::uint64_t slot_of(std::uint32_t tag, std::size_t code) {
  return (std::uint64_t{tag} << 32) | (code + 1);
}

}  // namespace

void TextNames::add(std::string_view text) {
  const std::size_t used = ends_.empty() ? 0 : ends_.back();
  if (bytes_.size() - used < text.size()) make_room(used + text.size());
  char* into = bytes_.data() + used;
  if (text.size() >= 8 && text.size() <= short_text) {
    const ShortText words(text);
    std::memcpy(into, &words.head, 8);
    std::memcpy(into + text.size() - 8, &words.tail, 8);
  } else if (text.size() >= 4 && text.size() < 8) {
    const ShortText words(text);
    std::memcpy(into, &words.head, 4);
    std::memcpy(into + text.size() - 4, &words.tail, 4);
  } else if (!text.empty()) {
    std::memcpy(into, text.data(), text.size());
  }
  ends_.push_back(static_cast<std::uint32_t>(used + text.size()));
}

void TextNames::make_room(std::size_t size) {
  constexpr std::size_t least = 256;
  if (size > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::unavailable, "events", "have more than 4 GiB of texts in one column", "smaller blocks");
  }
  bytes_.resize(std::max({least, size, bytes_.size() * 2}));
}

void TextNames::make_room_for(const TextNames& other) {
  ends_.reserve(other.size());
  if (bytes_.size() < other.bytes().size()) bytes_.resize(other.bytes().size());
}

TextNames TextNames::of(std::vector<std::uint32_t> ends, std::string_view bytes) {
  TextNames names;
  names.ends_ = std::move(ends);
  names.bytes_.assign(bytes.begin(), bytes.end());
  return names;
}

void TextColumn::add_unseen(std::string_view text) {
  codes_.push_back(static_cast<std::uint32_t>(names_.size()));
  names_.add(text);
}

void TextColumn::add(std::string_view text) {
  if (names_.size() * 2 >= slots_.size()) grow();
  const auto tag = tag_of(text);
  const auto mask = slots_.size() - 1;
  auto at = tag & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const auto code = static_cast<std::uint32_t>(slots_[at]) - 1;
    if (slots_[at] >> 32 == tag && are_equal(names_[code], text)) {
      codes_.push_back(code);
      return;
    }
  }
  slots_[at] = slot_of(tag, names_.size());
  add_unseen(text);
}

bool TextColumn::ends_with(std::string_view text) const {
  return !codes_.empty() && codes_.back() != none && are_equal(names_[codes_.back()], text);
}

void TextColumn::make_room_for(const TextColumn& other) {
  codes_.reserve(other.size());
  names_.make_room_for(other.names_);
}

void TextColumn::grow() {
  constexpr std::size_t least = 16;
  slots_.assign(std::bit_ceil(std::max(least, names_.size() * 4)), 0);
  const auto mask = slots_.size() - 1;
  for (std::size_t code = 0; code < names_.size(); ++code) {
    const auto tag = tag_of(names_[code]);
    auto at = tag & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = slot_of(tag, code);
  }
}

TextColumn TextColumn::of(TextNames names, std::vector<std::uint32_t> codes) {
  TextColumn column;
  column.names_ = std::move(names);
  column.codes_ = std::move(codes);
  return column;
}

TextColumn TextColumn::of(const std::vector<std::string>& names, std::vector<std::uint32_t> codes) {
  TextNames all;
  for (const auto& name : names) all.add(name);
  return of(std::move(all), std::move(codes));
}

}  // namespace peregrine
