// Separators are the places in a CSV text of every delimiter, newline and quote, found 64 bytes at a time. What a place
// means is for others to say: a delimiter between quotes is one too. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/csv_record.hpp"

namespace peregrine::ingest {

class Separators {
 public:
  static constexpr std::size_t most_bytes = std::size_t{32} << 10;

  explicit Separators(const Dialect& dialect);

  /// The places in `text`, which has at most `most_bytes`, in order. They live until the next call.
  std::span<const std::uint32_t> find(std::string_view text);

 private:
  Dialect dialect_;
  std::vector<std::uint32_t> places_;
};

}  // namespace peregrine::ingest
