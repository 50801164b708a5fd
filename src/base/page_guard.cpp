#include "base/page_guard.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <mutex>

namespace peregrine {

/// One guarded range in a list that only grows: the handler walks it without a lock, and a range that is given up stays
/// for the next guard.
struct PageGuard::Range {
  std::atomic<std::uintptr_t> begin{0};  // 0: free
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> lost{false};
  Range* next = nullptr;  // set before the range is in the list, never changed
};

namespace {

std::atomic<PageGuard::Range*> first_range{nullptr};
std::mutex making;  // guards who takes which range; never held by the handler
std::uintptr_t page_bytes = 4096;
struct sigaction before {};

/// Only atomics and system calls: this runs in the middle of anything.
void replace_page(int signal, siginfo_t* info, void* context) {
  const int saved = errno;
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  bool ours = false;
  // Of a signal that a process sent, the address is none.
  const bool of_memory = info->si_code == BUS_ADRERR || info->si_code == BUS_OBJERR || info->si_code == BUS_MCEERR_AR;
  for (auto* range = first_range.load(std::memory_order_acquire); of_memory && range != nullptr; range = range->next) {
    if (address < range->begin.load(std::memory_order_acquire) || address >= range->end.load()) continue;
    // Goes on: of a range that is just now given up and taken again, half may be seen. It is told for nothing then.
    range->lost.store(true);
    ours = true;
  }
  void* const page = reinterpret_cast<void*>(address / page_bytes * page_bytes);
  if (ours && ::mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
    errno = saved;
    return;
  }
  // Not ours: as it was before. Returning repeats the access; a signal that was sent is sent again.
  if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction != nullptr) {
    before.sa_sigaction(signal, info, context);
  } else {
    ::signal(SIGBUS, before.sa_handler);
    if (!of_memory) ::raise(SIGBUS);
  }
  errno = saved;
}

void install_once() {
  static const bool installed = [] {
    page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = replace_page;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &before);
    return true;
  }();
  static_cast<void>(installed);
}

PageGuard::Range& take_range(std::uintptr_t begin, std::uintptr_t end) {
  const std::lock_guard hold(making);
  auto* range = first_range.load();
  while (range != nullptr && range->begin.load() != 0) range = range->next;
  const bool fresh = range == nullptr;
  if (fresh) range = new PageGuard::Range;  // lives as long as the process
  range->lost.store(false);
  range->end.store(end);
  range->begin.store(begin, std::memory_order_release);
  if (fresh) {
    range->next = first_range.load();
    first_range.store(range, std::memory_order_release);
  }
  return *range;
}

}  // namespace

PageGuard::PageGuard(void* begin, std::size_t size)
    : range_((install_once(),
              take_range(reinterpret_cast<std::uintptr_t>(begin), reinterpret_cast<std::uintptr_t>(begin) + size))) {}

PageGuard::~PageGuard() {
  range_.end.store(0);
  range_.begin.store(0);
}

bool PageGuard::lost() const {
  return range_.lost.load();
}

}  // namespace peregrine
