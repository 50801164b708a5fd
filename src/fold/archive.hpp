// Saving and loading a State from one list of its members: `archive(counts, times, names)` in the State.
// Loading checks every size before it allocates.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/money.hpp"

namespace peregrine {

class Saver {
 public:
  static constexpr bool loading = false;
  explicit Saver(Writer& out) : out_(out) {}

  template <class... T>
  void operator()(T&... members) {
    (put(members), ...);
  }

 private:
  template <Plain T>
  void put(T value) {
    out_.put(value);
  }
  void put(MoneySum value) {
    out_.put(static_cast<std::uint64_t>(value));
    out_.put(static_cast<std::int64_t>(value >> 64));
  }
  void put(const std::string& text) { out_.put(std::string_view(text)); }
  template <class T>
  void put(std::optional<T>& value) {
    out_.put(value.has_value());
    if (value) put(*value);
  }
  template <class A, class B>
  void put(std::pair<A, B>& pair) {
    put(pair.first);
    put(pair.second);
  }
  template <class T>
  void put(std::vector<T>& values) {
    out_.put<std::uint64_t>(values.size());
    for (auto&& value : values) {
      if constexpr (std::is_same_v<T, bool>) {
        put(static_cast<bool>(value));  // the elements of a vector<bool> are no bools
      } else {
        put(value);
      }
    }
  }
  template <class T, std::size_t N>
  void put(std::array<T, N>& values) {
    for (auto& value : values) put(value);
  }
  template <class K, class V>
  void put(std::map<K, V>& values) {
    out_.put<std::uint64_t>(values.size());
    for (auto& [key, value] : values) {
      put(const_cast<K&>(key));
      put(value);
    }
  }
  template <class T>
  requires requires(T& value, Saver& saver) { value.archive(saver); }
  void put(T& value) { value.archive(*this); }

  Writer& out_;
};

class Loader {
 public:
  static constexpr bool loading = true;
  explicit Loader(Reader& in) : in_(in) {}

  template <class... T>
  void operator()(T&... members) {
    (get(members), ...);
  }
  /// Refuses what was read: the State's own limits.
  void require(bool holds, const char* what) {
    if (!holds) in_.fail(what);
  }

 private:
  template <Plain T>
  void get(T& value) {
    value = in_.get<T>();
  }
  void get(MoneySum& value) {
    const auto low = in_.get<std::uint64_t>();
    const auto high = in_.get<std::int64_t>();
    value = (static_cast<MoneySum>(high) << 64) | low;
  }
  void get(std::string& text) { text = in_.text(); }
  template <class T>
  void get(std::optional<T>& value) {
    value.reset();
    if (in_.get<bool>()) get(value.emplace());
  }
  template <class A, class B>
  void get(std::pair<A, B>& pair) {
    get(pair.first);
    get(pair.second);
  }
  template <class T>
  void get(std::vector<T>& values) {
    values.clear();
    const auto count = in_.size(1);
    for (std::size_t i = 0; i < count; ++i) {
      T value{};
      get(value);
      values.push_back(std::move(value));
    }
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& values) {
    for (auto& value : values) get(value);
  }
  template <class K, class V>
  void get(std::map<K, V>& values) {
    values.clear();
    const auto count = in_.size(2);
    for (std::size_t i = 0; i < count; ++i) {
      K key{};
      get(key);
      if (values.contains(key)) in_.fail("says a key twice");
      get(values[key]);
    }
  }
  template <class T>
  requires requires(T& value, Loader& loader) { value.archive(loader); }
  void get(T& value) { value.archive(*this); }

  Reader& in_;
};

}  // namespace peregrine
