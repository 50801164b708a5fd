// A CodeSet is which event names occur in a segment: a bit for each code of the store's dictionary, as far as the last
// that is set. In JSON hexadecimal digits, four codes each, lowest first.
#pragma once

#include <cstdint>
#include <vector>

#include "base/fields.hpp"

namespace peregrine::store {

class CodeSet {
 public:
  void add(std::uint32_t code);

  bool empty() const { return words_.empty(); }
  /// How many codes are in it.
  std::size_t size() const;
  /// One more than the last; 0 when it is empty.
  std::size_t end() const;
  /// True when it holds every code below `end`.
  bool has_no_gaps() const { return size() == end(); }
  /// Ascending.
  std::vector<std::uint32_t> codes() const;
  bool operator==(const CodeSet&) const = default;

 private:
  std::vector<std::uint64_t> words_;  // the last is not 0
};

}  // namespace peregrine::store

template <>
struct peregrine::JsonType<peregrine::store::CodeSet> {
  static store::CodeSet read(const json::value& value, std::string_view where, const Limits&);
  static json::value write(const store::CodeSet& codes);
  static json::object schema(const Limits&) { return {{"type", "string"}}; }
};
