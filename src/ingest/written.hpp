// A Written is a piece of text that a person wrote into a file, with the place where it stands there.
#pragma once

#include <cstdint>
#include <string>

namespace peregrine::ingest {

struct Written {
  std::string text;
  std::string file;  // its name
  std::int64_t line = 1;
  std::int64_t column = 1;  // of the first letter

  /// `orders.yaml:9:21` of the letter at `at`.
  std::string place(std::size_t at = 0) const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column + static_cast<std::int64_t>(at));
  }
};

}  // namespace peregrine::ingest
