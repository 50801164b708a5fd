// run_in_order works on a stream of items with several threads: items are taken one after another, worked on side by
// side, and given on in the order in which they were taken. At most one item a thread is in memory.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace peregrine::ingest {

/// `take()` returns the next item or nothing at the end; `work(item, thread)` returns a result; `give(result)` takes
/// it. Neither take nor give is ever called by two threads at once. The first exception in the order of items ends all
/// and is thrown on; what was taken before it has been given.
template <class Take, class Work, class Give>
void run_in_order(std::size_t threads, const Take& take, const Work& work, const Give& give) {
  std::mutex taking;
  std::mutex giving;
  std::condition_variable turn;
  std::uint64_t taken = 0;
  std::uint64_t given = 0;
  std::exception_ptr failure;
  bool ended = false;  // guarded by giving

  const auto wait_for = [&](std::unique_lock<std::mutex>& hold, std::uint64_t place) {
    turn.wait(hold, [&] { return ended || given == place; });
    return !ended;
  };
  const auto fail = [&](std::unique_lock<std::mutex>& hold) {
    if (!hold.owns_lock()) hold.lock();
    failure = std::current_exception();
    ended = true;
    turn.notify_all();
  };
  const auto run = [&](std::size_t thread) {
    for (;;) {
      std::uint64_t place = 0;
      std::unique_lock hold(giving, std::defer_lock);
      try {
        auto item = [&] {
          const std::lock_guard one_at_a_time(taking);
          place = taken++;
          return take();
        }();
        if (!item) return;
        auto result = work(*item, thread);
        hold.lock();
        if (!wait_for(hold, place)) return;
        give(result);
        ++given;
        turn.notify_all();
      } catch (...) {
        if (!hold.owns_lock()) hold.lock();
        if (wait_for(hold, place)) fail(hold);
        return;
      }
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t thread = 1; thread < threads; ++thread) others.emplace_back(run, thread);
  run(0);
  others.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace peregrine::ingest
