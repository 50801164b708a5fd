// A LikePattern is the text behind `like`: `%` stands for any run of letters, `_` for one letter, `\%` and `\_` for
// themselves; the rest must be there as it is, in this case. Values; any number of threads.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace peregrine {

class LikePattern {
 public:
  explicit LikePattern(std::string_view text);

  /// Costs at most the product of both lengths.
  bool matches(std::string_view text) const;

 private:
  struct Part {
    enum class Is : std::uint8_t { byte, letter, run };
    Is is = Is::byte;
    char byte = 0;
  };
  std::vector<Part> parts_;
};

}  // namespace peregrine
