#include "demo/demo.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "base/check.hpp"
#include "base/threads.hpp"
#include "demo/batch_writer.hpp"
#include "demo/walk.hpp"

namespace peregrine::demo {
namespace {

// Every 20 people are five accounts of 2 to 6 people, in an order of their own: so a person's account follows from the
// person's number, whoever else there is.
constexpr std::int64_t people_per_block = 20, accounts_per_block = 5;

std::vector<Group> groups_of(std::int64_t seed, std::int64_t block) {
  std::array<std::size_t, accounts_per_block> sizes{2, 3, 4, 5, 6};
  Chance chance(seed, Purpose::sizes, block);
  for (std::size_t i = sizes.size(); i > 1; --i) std::swap(sizes[i - 1], sizes[chance.below(i)]);
  std::vector<Group> groups;
  std::int64_t first = block * people_per_block;
  for (const auto size : sizes) {
    const auto number = block * accounts_per_block + static_cast<std::int64_t>(groups.size());
    groups.push_back({.number = number, .first = first, .size = size});
    first += static_cast<std::int64_t>(size);
  }
  return groups;
}

/// The groups that begin with the customers from `first` and before `end`.
std::vector<Group> groups_between(const Story& story, std::int64_t seed, std::int64_t first, std::int64_t end) {
  std::vector<Group> groups;
  if (!story.has_accounts) {
    for (auto customer = first; customer < end; ++customer) groups.push_back({.number = customer, .first = customer});
    return groups;
  }
  for (auto block = first / people_per_block; block * people_per_block < end; ++block) {
    for (const auto& group : groups_of(seed, block)) {
      if (group.first < end) groups.push_back(group);
    }
  }
  return groups;
}

void check(const Params& params) {
  for_each_field<Params>([&](const auto& each) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(each.of(params))>, std::int64_t>) {
      check_number(join_place("demo", each.name), static_cast<double>(each.of(params)), each.limits, "");
    }
  });
}

/// Lets the batches out in their order, whichever thread made them.
class Gatekeeper {
 public:
  explicit Gatekeeper(const std::function<void(EventBatch&&)>& sink) : sink_(sink) {}

  /// Waits until all batches before `number` are out. Does nothing after a failure.
  void let_out(std::size_t number, EventBatch batch, const Tally& tally, Tally& total) {
    std::unique_lock hold(mutex_);
    turn_.wait(hold, [&] { return failed_ || next_ == number; });
    if (failed_) return;
    batch.first_row = rows_;
    rows_ += batch.size();
    total.add(tally);
    try {
      if (batch.size() > 0) sink_(std::move(batch));
    } catch (...) {
      fail(hold);
      throw;
    }
    ++next_;
    turn_.notify_all();
  }
  /// No batch will come any more from a thread that waits for its turn.
  void give_up() {
    std::unique_lock hold(mutex_);
    fail(hold);
  }

 private:
  void fail(const std::unique_lock<std::mutex>&) {
    failed_ = true;
    turn_.notify_all();
  }

  const std::function<void(EventBatch&&)>& sink_;
  std::mutex mutex_;
  std::condition_variable turn_;
  std::size_t next_ = 0;
  std::uint64_t rows_ = 0;
  bool failed_ = false;
};

}  // namespace

Truth simulate(const Params& params, const std::function<void(EventBatch&&)>& sink, std::size_t threads) {
  check(params);
  const Story& story = params.scenario == Scenario::shop ? shop() : b2b();
  const Script& script = script_of(story);
  const auto per_batch = static_cast<std::int64_t>(story.people_per_batch);
  PEREGRINE_CHECK(per_batch % people_per_block == 0);  // or an account would be cut in two
  const auto batches = static_cast<std::size_t>((params.customers + per_batch - 1) / per_batch);
  Tally total(story, params.days);
  Gatekeeper gatekeeper(sink);

  for_each_item(batches, std::max<std::size_t>(1, threads), [&](std::size_t number, std::size_t) {
    try {
      Tally tally(story, params.days);
      Walk walk(script, params, tally);
      BatchWriter writer(script, params.seed);
      const auto first = static_cast<std::int64_t>(number) * per_batch;
      for (const auto& group :
           groups_between(story, params.seed, first, std::min(first + per_batch, params.customers))) {
        walk.run(group);
        for (const auto& person : walk.people()) writer.add(person, group.number);
      }
      gatekeeper.let_out(number, writer.take(), tally, total);
    } catch (...) {
      gatekeeper.give_up();
      throw;
    }
  });
  return tell(total, story, params);
}

}  // namespace peregrine::demo
