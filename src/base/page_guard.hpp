// A PageGuard watches the memory of a mapped file. A page that cannot be had (the file became shorter, the disk failed)
// raises SIGBUS where it is read; the guard puts a page of zeros there and remembers it, and the reader goes on.
// Without one the process would end. Any number of threads may read, make and destroy guards.
#pragma once

#include <cstddef>

namespace peregrine {

class PageGuard {
 public:
  /// The memory must stay mapped while this lives.
  PageGuard(void* begin, std::size_t size);
  ~PageGuard();
  PageGuard(const PageGuard&) = delete;
  PageGuard& operator=(const PageGuard&) = delete;

  /// True once a page was replaced: what was read may be zeros.
  bool lost() const;

  struct Range;

 private:
  Range& range_;
};

}  // namespace peregrine
