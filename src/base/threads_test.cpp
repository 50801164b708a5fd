#include "base/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace peregrine {
namespace {

TEST(ForEachItem, every_item_is_worked_once_by_a_thread_that_exists) {
  for (const std::size_t threads : {0u, 1u, 2u, 7u, 16u}) {
    for (const std::size_t count : {0u, 1u, 5u, 1000u}) {
      std::vector<std::atomic<int>> seen(count);
      std::atomic<std::size_t> strangers{0};
      for_each_item(count, threads, [&](std::size_t item, std::size_t thread) {
        ++seen[item];
        if (thread >= std::max<std::size_t>(1, threads)) ++strangers;
      });
      for (std::size_t item = 0; item < count; ++item) ASSERT_EQ(seen[item], 1) << item;
      EXPECT_EQ(strangers, 0u);
    }
  }
}

TEST(ForEachItem, one_thread_takes_the_items_in_order) {
  std::vector<std::size_t> order;
  for_each_item(5, 1, [&](std::size_t item, std::size_t thread) {
    EXPECT_EQ(thread, 0u);
    order.push_back(item);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(ForEachItem, the_exception_of_the_lowest_item_is_thrown_on) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> begun{0};
    std::string message;
    try {
      for_each_item(4, 4, [&](std::size_t item, std::size_t) {
        ++begun;
        while (begun < 4) std::this_thread::yield();  // all four are under way before the first fails
        throw std::runtime_error("item " + std::to_string(item));
      });
    } catch (const std::runtime_error& failure) {
      message = failure.what();
    }
    ASSERT_EQ(message, "item 0");
  }
}

TEST(ForEachItem, after_an_exception_no_further_item_is_begun) {
  std::vector<std::size_t> begun;
  EXPECT_THROW(for_each_item(10, 1,
                             [&](std::size_t item, std::size_t) {
                               begun.push_back(item);
                               if (item == 3) throw std::runtime_error("stop");
                             }),
               std::runtime_error);
  EXPECT_EQ(begun, (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(AvailableCores, there_is_at_least_one) {
  EXPECT_GE(available_cores(), 1u);
}

}  // namespace
}  // namespace peregrine
