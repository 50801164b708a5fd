#include "ingest/json_outline.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "ingest/ascii.hpp"
#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t most_gaps = 16;  // behind one value
constexpr std::uint64_t ones = 0x0101010101010101u;
constexpr std::uint64_t high_bits = ones * 0x80;

std::uint64_t word_at(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Bytes of `word` that are `byte`: the lowest bit that is set is right, those above it may not be.
constexpr std::uint64_t bytes_equal(std::uint64_t word, char byte) {
  const auto differing = word ^ (ones * static_cast<unsigned char>(byte));
  return (differing - ones) & ~differing & high_bits;
}

/// Reads usual values from the front of a text.
class UsualValues {
 public:
  explicit UsualValues(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  std::string_view rest() const { return {at_, end_}; }
  void skip(std::size_t bytes) { at_ += bytes; }

  /// False for what the parser is to look at. `cell` is nothing before.
  bool next(Cell& cell) {
    if (at_ == end_) return false;
    switch (*at_) {
      case '"': return next_text(cell);
      case 'n': return next_word("null");
      case 't': cell = whole_cell(Cell::Kind::boolean, 1); return next_word("true");
      case 'f': cell = whole_cell(Cell::Kind::boolean, 0); return next_word("false");
      default: return next_number(cell);
    }
  }

 private:
  /// A text without escapes.
  bool next_text(Cell& cell) {
    const char* begin = at_ + 1;
    std::uint64_t beyond_ascii = 0;
    for (const char* at = begin; at < end_; at += sizeof(std::uint64_t)) {
      const auto word = word_at(at);
      const auto controls = (word - ones * 0x20) & ~word & high_bits;
      const auto ends = bytes_equal(word, '"') | bytes_equal(word, '\\') | controls;
      beyond_ascii |= word & high_bits;
      if (ends == 0) continue;
      at += static_cast<std::size_t>(std::countr_zero(ends)) / 8;
      if (at >= end_ || *at != '"') return false;
      cell.kind = Cell::Kind::text;
      cell.text = {begin, at};
      at_ = at + 1;
      return beyond_ascii == 0 || is_utf8(cell.text);
    }
    return false;
  }

  bool next_word(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    skip(word.size());
    return true;
  }

  /// A number of so few digits that whole numbers fit a cell, and that a fraction divided by its power of ten is the
  /// nearest double: both are exact.
  bool next_number(Cell& cell) {
    constexpr std::size_t most_digits = 15;
    constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char* at = at_;
    const bool minus = *at == '-';
    if (minus) ++at;
    const char* begin = at;
    std::int64_t number = 0;
    const auto take_digits = [&] {
      const char* first = at;
      for (; at < end_ && is_digit(*at) && static_cast<std::size_t>(at - begin) <= most_digits; ++at)
        number = number * 10 + (*at - '0');
      return static_cast<std::size_t>(at - first);
    };
    const auto whole = take_digits();
    const bool zero_first = whole > 0 && *begin == '0';
    if (whole == 0 || whole > most_digits || (zero_first && (whole > 1 || minus))) return false;
    if (at == end_ || *at != '.') {
      at_ = at;
      cell.kind = Cell::Kind::integer;
      cell.integer = minus ? -number : number;
      return true;
    }
    ++at;
    const auto decimals = take_digits();
    if (decimals == 0 || whole + decimals > most_digits) return false;
    at_ = at;
    const auto real = static_cast<double>(number) / powers[decimals];
    cell.kind = Cell::Kind::number;
    cell.number = minus ? -real : real;
    return true;
  }

  const char* at_;
  const char* end_;
};

/// Where the text, number or word at `at` ends.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  if (text[at] != '"') return std::min(text.find_first_of(",}] \t\r\n", at), text.size());
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

bool JsonOutline::Gap::begins(std::string_view text) const {
  if (text.size() < size()) return false;
  const char* mine = padded.data();
  const char* theirs = text.data();
  auto left = size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    if (word_at(mine) != word_at(theirs)) return false;
    mine += sizeof(std::uint64_t);
    theirs += sizeof(std::uint64_t);
  }
  return left == 0 || ((word_at(mine) ^ word_at(theirs)) << (64 - 8 * left)) == 0;
}

bool JsonOutline::read(std::string_view text) {
  if (values_.empty()) return false;
  row_.begin(Shape::plain);
  UsualValues values(text);
  for (std::size_t from = 0;;) {
    const auto* gap = find(values_[from], values.rest());
    if (gap == nullptr) return false;
    values.skip(gap->size());
    if (gap->to == end) return values.rest().empty();
    Cell cell;
    if (!values.next(cell)) return false;
    row_.put(*values_[gap->to].key, cell);
    from = gap->to;
  }
}

const JsonOutline::Gap* JsonOutline::find(Value& from, std::string_view rest) {
  if (from.gaps.empty()) return nullptr;
  if (const auto& likely = from.gaps[from.likely]; likely.begins(rest)) return &likely;
  for (std::size_t i = 0; i < from.gaps.size(); ++i) {
    if (!from.gaps[i].begins(rest)) continue;
    from.likely = i;
    return &from.gaps[i];
  }
  return nullptr;
}

void JsonOutline::learn(std::string_view text) {
  if (lessons_ == 0 || !row_.remembers_all()) return;
  --lessons_;
  if (values_.empty()) values_.emplace_back();
  std::vector<RowKey*> around;
  RowKey* key = &row_.top();  // whose value comes next; null: a key does
  std::size_t from = 0;
  std::size_t gap = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '[') return;
    if (c == '{') {
      around.push_back(std::exchange(key, nullptr));
      ++at;
    } else if (c == '}') {
      around.pop_back();
      ++at;
    } else if (c == ',' || c == ':' || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at;
    } else if (key == nullptr) {
      const auto name_end = end_of_value(text, at);
      const auto name = text.substr(at + 1, name_end - at - 2);
      if (name.find('\\') != std::string_view::npos) return;
      key = &row_.key(*around.back(), name);
      at = name_end;
    } else {
      const auto to = value_of(*std::exchange(key, nullptr));
      connect(from, text.substr(gap, at - gap), to);
      from = to;
      gap = at = end_of_value(text, at);
    }
  }
  connect(from, text.substr(gap), end);
}

std::size_t JsonOutline::value_of(RowKey& key) {
  const auto [found, is_new] = places_.emplace(&key, values_.size());
  if (is_new) values_.push_back({.key = &key});
  return found->second;
}

void JsonOutline::connect(std::size_t from, std::string_view bytes, std::size_t to) {
  auto& gaps = values_[from].gaps;
  const bool known = std::any_of(gaps.begin(), gaps.end(), [&](const Gap& gap) { return gap.bytes() == bytes; });
  if (!known && gaps.size() < most_gaps)
    gaps.push_back({std::string(bytes) + std::string(sizeof(std::uint64_t), '\0'), to});
}

void JsonOutline::give_up() {
  values_.clear();
  lessons_ = 0;
}

}  // namespace peregrine::ingest
