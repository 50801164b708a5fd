// AllRows counts the rows of several parts through, so that one number names a row of any of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "store/rows.hpp"

namespace peregrine::store {

/// One row of one part.
struct Place {
  const Rows* part = nullptr;
  std::size_t row = 0;
};

class AllRows {
 public:
  /// `parts` must outlive this.
  explicit AllRows(const std::vector<const Rows*>& parts) : parts_(parts) {
    std::size_t rows = 0;
    for (const auto* part : parts) {
      begins_.push_back(static_cast<std::uint32_t>(rows));
      rows += part->size;
    }
    if (rows >= std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorKind::invalid, "store", "a partition has more than 4,294,967,294 events", "more partitions");
    }
    size_ = rows;
  }

  std::size_t size() const { return size_; }
  const std::vector<const Rows*>& parts() const { return parts_; }
  std::uint32_t begin(std::size_t part) const { return begins_[part]; }
  Place at(std::uint32_t row) const {
    const auto part =
        static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), row) - begins_.begin()) - 1;
    return {parts_[part], row - begins_[part]};
  }

 private:
  const std::vector<const Rows*>& parts_;
  std::vector<std::uint32_t> begins_;
  std::size_t size_ = 0;
};

template <class Claim>
bool any_part(const AllRows& rows, Claim&& claim) {
  return std::any_of(rows.parts().begin(), rows.parts().end(), [&](const Rows* part) { return claim(*part); });
}

}  // namespace peregrine::store
