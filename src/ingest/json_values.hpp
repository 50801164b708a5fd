// JsonValues go through a text in which JSON values stand one behind another, on lines of their own or not, divided by
// white space or commas, or in an array. They find where a value ends by its brackets and quotes; whether it is JSON is
// for its parser to say. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace peregrine::ingest {

struct JsonPiece {
  std::string_view bytes;
  std::size_t at = 0;
  bool whole = true;  // false: it does not end before the text does
};

class JsonValues {
 public:
  /// In an array, brackets between the values are passed over like commas.
  JsonValues(std::string_view text, bool in_array) : text_(text), in_array_(in_array) {}

  /// The next value, or nothing at the end. What is no value is given up to the next white space, comma or bracket.
  std::optional<JsonPiece> next();
  /// Where the last value ended.
  std::size_t at() const { return at_; }

 private:
  bool divides(char c) const;
  std::size_t end_of_string(std::size_t from) const;
  std::size_t end_of_brackets(std::size_t from) const;
  std::size_t end_of_word(std::size_t from) const;

  std::string_view text_;
  bool in_array_;
  std::size_t at_ = 0;
};

}  // namespace peregrine::ingest
