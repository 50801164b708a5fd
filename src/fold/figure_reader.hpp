// A FigureReader finds a Figure in a Result without writing the Result as JSON, which would be done for every customer.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/fields.hpp"
#include "fold/figure.hpp"

namespace peregrine {

/// Whether the figure is other than 0.
template <class T>
using FigureReader = std::function<bool(const T&)>;

/// `reader(way)` follows a figure's way from a T on; it is empty when such a way does not lead through a T to a count.
template <class T>
struct FigureIn {
  static_assert(!std::is_same_v<T, json::value>, "figures are found in what says its fields");
  static FigureReader<T> reader(Figure::Way) { return {}; }
};

template <>
struct FigureIn<std::int64_t> {
  static FigureReader<std::int64_t> reader(Figure::Way way) {
    if (!way.empty()) return {};
    return [](std::int64_t count) { return count != 0; };
  }
};

template <class T>
struct FigureIn<std::optional<T>> {
  static FigureReader<std::optional<T>> reader(Figure::Way way) {
    auto inside = FigureIn<T>::reader(way);
    if (!inside) return {};
    return [inside = std::move(inside)](const std::optional<T>& value) { return value && inside(*value); };
  }
};

template <class T>
struct FigureIn<std::map<std::string, T>> {
  static FigureReader<std::map<std::string, T>> reader(Figure::Way way) {
    if (way.empty() || way.front().is_row) return {};
    auto inside = FigureIn<T>::reader(way.subspan(1));
    if (!inside) return {};
    return [name = way.front().member, inside = std::move(inside)](const std::map<std::string, T>& items) {
      const auto found = items.find(name);
      return found != items.end() && inside(found->second);
    };
  }
};

template <Described T>
struct FigureIn<T> {
  static FigureReader<T> reader(Figure::Way way) {
    FigureReader<T> found;
    if (way.empty() || way.front().is_row) return found;
    for_each_field<T>([&]<class F>(const F& each) {
      using M = std::remove_cvref_t<decltype(F::of(std::declval<const T&>()))>;
      if constexpr (SeveralMembers<M>) {
        json::object members;
        JsonType<M>::describe_members(members, each.name, each.words);
        const auto* member = members.if_contains(way.front().member);
        const auto* type = member == nullptr ? nullptr : member->as_object().if_contains("type");
        const bool is_count = type != nullptr && *type == json::value("integer");
        if (way.size() == 1 && is_count) found = written<F>(each.name, way.front().member);
      } else {
        if (each.name != way.front().member) return;
        auto inside = FigureIn<M>::reader(way.subspan(1));
        if (inside) found = [inside = std::move(inside)](const T& value) { return inside(F::of(value)); };
      }
    });
    return found;
  }

 private:
  /// Of a member that becomes several: it says itself what they are.
  template <class F>
  static FigureReader<T> written(std::string_view name, std::string member) {
    using M = std::remove_cvref_t<decltype(F::of(std::declval<const T&>()))>;
    return [name, member = std::move(member)](const T& value) {
      json::object members;
      JsonType<M>::write_members(members, name, F::of(value));
      const auto& count = members.at(member);
      return count.is_int64() && count.get_int64() != 0;
    };
  }
};

/// True when JSON would say the value so.
template <class M>
bool reads_as(const M& value, const json::value& said) {
  if constexpr (std::is_same_v<M, std::string>) {
    return said.is_string() && json::text_of(said.get_string()) == value;
  } else if constexpr (std::is_enum_v<M>) {
    return said.is_string() && json::text_of(said.get_string()) == enum_names(M{})[static_cast<std::size_t>(value)];
  } else if constexpr (std::is_same_v<M, std::int64_t>) {
    return said.is_int64() && said.get_int64() == value;
  } else {
    return JsonType<M>::write(value) == said;
  }
}

template <Described Row>
struct FigureIn<std::vector<Row>> {
  static FigureReader<std::vector<Row>> reader(Figure::Way way) {
    if (way.empty() || !way.front().is_row) return {};
    auto inside = FigureIn<Row>::reader(way.subspan(1));
    if (!inside) return {};
    return [is_it = matches(way.front().row), before = way.front().before,
            inside = std::move(inside)](const std::vector<Row>& rows) {
      auto left = before;
      for (const auto& row : rows) {
        if (is_it(row) && left-- == 0) return inside(row);
      }
      return false;
    };
  }

 private:
  /// Whether a row is known by `key`.
  static std::function<bool(const Row&)> matches(const json::object& key) {
    std::vector<std::function<bool(const Row&)>> members;
    for_each_field<Row>([&]<class F>(const F& each) {
      using M = std::remove_cvref_t<decltype(F::of(std::declval<const Row&>()))>;
      if constexpr (!SeveralMembers<M>) {
        const auto* said = key.if_contains(each.name);
        if (said != nullptr) members.push_back([said = *said](const Row& row) { return reads_as(F::of(row), said); });
      }
    });
    const bool knows_all = members.size() == key.size();
    return [knows_all, members = std::move(members)](const Row& row) {
      return knows_all && std::all_of(members.begin(), members.end(), [&](const auto& same) { return same(row); });
    };
  }
};

}  // namespace peregrine
