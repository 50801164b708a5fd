// A Gather brings columns of several parts into the order of the journeys: a column of all parts is first laid end to
// end, then read row by row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "store/all_rows.hpp"
#include "store/room.hpp"
#include "store/segment_writer.hpp"
#include "store/text_numbers.hpp"

namespace peregrine::store {

/// Memory of one gathering after another.
struct GatherSpace {
  Room values;
  Room valid;
};

inline Bits bits_of(const std::vector<std::uint8_t>& values) {
  Bits bits((values.size() + 7) / 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0) set_bit(bits, i);
  }
  return bits;
}

class Gather {
 public:
  /// `order` are the rows in the order of the journeys.
  Gather(const AllRows& rows, std::span<const std::uint32_t> order, GatherSpace& space)
      : rows_(rows), order_(order), space_(space) {}

  /// `column(part)` is a pointer to values or null; rows of parts without one get T{}.
  template <class T, class Column>
  void values(Column&& column, std::vector<T>& to) const {
    const auto flat = space_.values.take<T>(rows_.size());
    for_each_part([&](const Rows& in, std::size_t begin) {
      T* into = flat.data() + begin;
      if (const T* from = column(in)) {
        std::copy(from, from + in.size, into);
      } else {
        std::fill(into, into + in.size, T{});
      }
    });
    put_in_order<T>(flat, to);
  }

  /// `value(part, row)` for every row.
  template <class T, class Value>
  void each(Value&& value, std::vector<T>& to) const {
    const auto flat = space_.values.take<T>(rows_.size());
    for_each_part([&](const Rows& in, std::size_t begin) {
      T* into = flat.data() + begin;
      for (std::size_t row = 0; row < in.size; ++row) into[row] = static_cast<T>(value(in, row));
    });
    put_in_order<T>(flat, to);
  }

  /// Values and, in `to`, which rows have one. Rows without get T{}, so that equal columns are equal bytes.
  /// `put(part, values, valid)` sets for every row of the part whether it has a value, and the value if so.
  template <class T, class Put>
  void valid_values(Put&& put, std::vector<T>& values, StoredColumn& to) const {
    const auto flat = space_.values.take<T>(rows_.size());
    const auto valid = space_.valid.take<std::uint8_t>(rows_.size());
    for_each_part([&](const Rows& in, std::size_t begin) { put(in, flat.data() + begin, valid.data() + begin); });
    start(to);
    values.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const auto row = order_[i];
      if (valid[row] != 0) {
        values[i] = flat[row];
        add_value(to, i);
      } else {
        values[i] = T{};
      }
    }
    finish(to);
  }

  /// Codes in order of first use, so that they do not depend on how the rows came. `column(part)` may be null.
  template <class Column>
  void texts(Column&& column, StoredColumn& to) const {
    TextNumbers names;
    const auto flat = space_.values.take<std::uint32_t>(rows_.size());
    std::vector<std::uint32_t> numbers;
    for_each_part([&](const Rows& in, std::size_t begin) {
      std::uint32_t* into = flat.data() + begin;
      const TextRows* from = column(in);
      if (from == nullptr || !from->exists()) {
        std::fill(into, into + in.size, no_text);
        return;
      }
      names.number(from->names, numbers);
      for (std::size_t row = 0; row < in.size; ++row) into[row] = from->has(row) ? numbers[from->codes[row]] : no_text;
    });
    std::vector<std::uint32_t> code_of(names.texts().size(), no_text);
    start(to);
    to.names.clear();
    to.codes.assign(order_.size(), 0);
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const auto number = flat[order_[i]];
      if (number == no_text) continue;
      if (code_of[number] == no_text) {
        code_of[number] = static_cast<std::uint32_t>(to.names.size());
        to.names.push_back(names.texts()[number]);
      }
      to.codes[i] = code_of[number];
      add_value(to, i);
    }
    finish(to);
  }

 private:
  /// Calls `visit(part, place of its first row)`.
  template <class Visit>
  void for_each_part(Visit&& visit) const {
    for (std::size_t part = 0; part < rows_.parts().size(); ++part) visit(*rows_.parts()[part], rows_.begin(part));
  }
  template <class T>
  void put_in_order(std::span<const T> flat, std::vector<T>& to) const {
    to.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) to[i] = flat[order_[i]];
  }
  void start(StoredColumn& to) const {
    to.values = 0;
    to.validity.assign((order_.size() + 7) / 8, 0);
  }
  static void add_value(StoredColumn& to, std::size_t i) {
    ++to.values;
    set_bit(to.validity, i);
  }
  /// A column without any value does not exist; one without gaps needs no bits.
  void finish(StoredColumn& to) const {
    to.rows = to.values == 0 ? 0 : order_.size();
    if (to.values == order_.size()) to.validity.clear();
  }

  const AllRows& rows_;
  std::span<const std::uint32_t> order_;
  GatherSpace& space_;
};

}  // namespace peregrine::store
