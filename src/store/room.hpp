// A Room is memory for values that are written before they are read. It is kept from one use to the next: fresh memory
// costs a page fault every 4 KiB, and a vector would fill it with zeros first.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace peregrine::store {

class Room {
 public:
  /// Room for `count` values. What an earlier call returned is gone.
  template <class T>
  std::span<T> take(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));
    const std::size_t bytes = count * sizeof(T);
    if (bytes > size_) {
      bytes_.reset();
      size_ = bytes + bytes / 8;
      bytes_ = std::make_unique_for_overwrite<std::byte[]>(size_);
    }
    return {reinterpret_cast<T*>(bytes_.get()), count};
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace peregrine::store
