// A JsonOutline knows what stands between the values of the objects of a file: `{"customer":`, `,"time":"`, `}`.
// Objects of one file hardly differ there, so that of one whose outline is known only the values are looked at. What it
// does not read is not wrong: the parser then decides. It is for rows of no known shape and without lists. One thread.
//
// Measured on lines of four values: the parser and the looking up of keys took most of the reader's time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/laid_row.hpp"

namespace peregrine::ingest {

class JsonOutline {
 public:
  /// `row` must outlive this.
  explicit JsonOutline(LaidRow& row) : row_(row) {}

  /// Lays `text`, of which every byte and eight beyond it may be read, as the parser would. False when its outline is
  /// not known or a value is unusual: then the row is to begin anew.
  bool read(std::string_view text);

  /// Learns the outline of `text`, which is JSON and which the row holds now.
  void learn(std::string_view text);
  /// Reads and learns nothing from now on.
  void give_up();

 private:
  static constexpr std::size_t end = 0;  // in place of a value

  /// Bytes that were met behind a value, and the value that they lead to.
  struct Gap {
    std::string padded;  // with a word of zeros
    std::size_t to = end;

    std::size_t size() const { return padded.size() - sizeof(std::uint64_t); }
    std::string_view bytes() const { return {padded.data(), size()}; }
    /// Whether `text`, of which eight bytes beyond its end may be read, begins with it.
    bool begins(std::string_view text) const;
  };
  /// A value by its key, which also says which objects are around it: whatever was met behind one may follow another.
  struct Value {
    RowKey* key = nullptr;
    std::vector<Gap> gaps;
    std::size_t likely = 0;
  };

  static const Gap* find(Value& from, std::string_view rest);
  std::size_t value_of(RowKey& key);
  void connect(std::size_t from, std::string_view bytes, std::size_t to);

  LaidRow& row_;
  std::vector<Value> values_;  // the first is what stands before all others
  std::unordered_map<const RowKey*, std::size_t> places_;
  std::size_t lessons_ = 2'000;  // that it still takes
};

}  // namespace peregrine::ingest
