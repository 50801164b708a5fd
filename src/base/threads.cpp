#include "base/threads.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace peregrine {

std::size_t available_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0) return static_cast<std::size_t>(CPU_COUNT(&cores));
  return std::max(1u, std::thread::hardware_concurrency());
}

void for_each_item(std::size_t count, std::size_t threads,
                   const std::function<void(std::size_t item, std::size_t thread)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  std::size_t failed_item = count;
  const auto run = [&](std::size_t thread) {
    for (std::size_t item = next.fetch_add(1); item < count; item = next.fetch_add(1)) {
      try {
        work(item, thread);
      } catch (...) {
        next.store(count);
        const std::lock_guard hold(mutex);
        if (item < failed_item) {
          failed_item = item;
          failure = std::current_exception();
        }
      }
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t thread = 1; thread < std::min(threads, count); ++thread) others.emplace_back(run, thread);
  run(0);
  others.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace peregrine
