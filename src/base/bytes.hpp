// Writer and Reader put plain values into bytes and take them out again: little-endian, lengths before contents.
// A Reader never trusts a length: it is checked against what is left before anything is allocated.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace peregrine {

static_assert(std::endian::native == std::endian::little, "bytes on disk are little-endian");

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class Writer {
 public:
  template <Plain T>
  void put(T value) {
    append(&value, sizeof value);
  }
  void put(std::string_view text) {
    put<std::uint64_t>(text.size());
    append(text.data(), text.size());
  }
  template <Plain T>
  void put(std::span<const T> values) {
    put<std::uint64_t>(values.size());
    append(values.data(), values.size_bytes());
  }
  /// Makes room for `size` bytes more.
  void reserve(std::size_t size) { bytes_.reserve(bytes_.size() + size); }
  void append(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  /// `where` names the source in errors.
  Reader(std::string_view bytes, std::string_view where) : left_(bytes), where_(where) {}

  template <Plain T>
  T get() {
    if constexpr (std::is_same_v<T, bool>) {
      const auto byte = get<std::uint8_t>();
      if (byte > 1) fail("has a boolean that is neither true nor false");
      return byte == 1;
    } else {
      T value;
      std::memcpy(&value, take(sizeof value).data(), sizeof value);
      return value;
    }
  }
  std::string_view text() { return take(size(1)); }

  template <Plain T>
  std::vector<T> values() {
    const std::size_t count = size(sizeof(T));
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), take(count * sizeof(T)).data(), count * sizeof(T));
    return values;
  }

  /// A count of things of which each takes at least `item_bytes`: refused when that many cannot be left.
  std::size_t size(std::size_t item_bytes) {
    const auto count = get<std::uint64_t>();
    if (count > left_.size() / (item_bytes == 0 ? 1 : item_bytes)) fail("says more than it holds");
    return static_cast<std::size_t>(count);
  }

  std::string_view take(std::size_t size) {
    if (size > left_.size()) fail("ends too early");
    const auto taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  /// What is left, taken whole.
  std::string_view rest() { return take(left_.size()); }

  bool at_end() const { return left_.empty(); }
  void expect_end() {
    if (!at_end()) fail("goes on after its end");
  }
  [[noreturn]] void fail(std::string what) const {
    throw Error(ErrorKind::corrupt, std::string(where_), std::move(what));
  }

 private:
  std::string_view left_;
  std::string_view where_;
};

}  // namespace peregrine
