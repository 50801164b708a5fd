#include "engine/scan.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "base/error.hpp"
#include "base/threads.hpp"
#include "fold/filtered_part.hpp"

namespace peregrine::engine {

namespace {

using Folds = std::vector<std::unique_ptr<RunningFold>>;

/// Merges the folds of partitions in the order of the partitions, as soon as all before them are there.
class OrderedMerge {
 public:
  OrderedMerge(std::vector<Task*> tasks, const ScanOptions& options, std::size_t partitions)
      : tasks_(std::move(tasks)), options_(options), partitions_(partitions) {}

  void add(std::size_t partition, Folds folds) {
    const std::lock_guard hold(mutex_);
    waiting_.emplace(partition, std::move(folds));
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      const auto& ready = waiting_.begin()->second;
      for (std::size_t i = 0; i < tasks_.size(); ++i) tasks_[i]->fold->merge(*ready[i]);
      waiting_.erase(waiting_.begin());
      ++next_;
    }
    ++done_;
    if (options_.progress) options_.progress(done_, partitions_);
  }

 private:
  std::vector<Task*> tasks_;
  const ScanOptions& options_;
  std::size_t partitions_;
  std::mutex mutex_;
  std::map<std::size_t, Folds> waiting_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
};

/// The tasks that see the same events.
struct Group {
  const Selection* where = nullptr;
  ColumnRequest columns{.time = false, .event = false};
  std::vector<std::size_t> tasks;
};

std::vector<Group> group_by_where(const std::vector<Task*>& tasks) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto* where = tasks[i]->where ? &*tasks[i]->where : nullptr;
    const auto same = [&](const Group& group) {
      return (group.where == nullptr) == (where == nullptr) && (where == nullptr || group.where->is_same(*where));
    };
    auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found == groups.end()) found = groups.insert(groups.end(), Group{.where = where});
    found->columns.add(tasks[i]->columns);
    found->tasks.push_back(i);
  }
  return groups;
}

void fold_part(const Part& part, const std::vector<std::size_t>& tasks, const Folds& folds) {
  for (const auto task : tasks) folds[task]->enter(part);
  for_each_batch(part, [&](const JourneyBatch& batch) {
    for (const auto task : tasks) folds[task]->observe(batch);
  });
  for (const auto task : tasks) folds[task]->leave();
}

void scan_once(const store::Snapshot& snapshot, Labels labels, const std::vector<Task*>& tasks,
               const ScanOptions& options) {
  const auto groups = group_by_where(tasks);
  ColumnRequest all{.time = false, .event = false};
  for (const auto& group : groups) {
    all.add(group.columns);
    if (group.where != nullptr) all.add(group.where->columns());
  }
  OrderedMerge merge(tasks, options, snapshot.partitions());
  const auto work = [&](std::size_t partition, std::size_t) {
    if (options.cancelled != nullptr && options.cancelled->load()) {
      throw Error(ErrorKind::unavailable, "scan", "was cancelled");
    }
    Folds folds;
    for (const auto* task : tasks) folds.push_back(task->fold->empty());
    const auto part = snapshot.part(partition, all, labels);
    for (const auto& group : groups) {
      if (group.where == nullptr) {
        fold_part(*part, group.tasks, folds);
      } else {
        fold_part(FilteredPart(*part, *group.where, group.columns), group.tasks, folds);
      }
    }
    merge.add(partition, std::move(folds));
  };
  for_each_item(snapshot.partitions(), options.threads == 0 ? available_cores() : options.threads, work);
  snapshot.expect_intact();
}

}  // namespace

void scan(const store::Snapshot& snapshot, Labels labels, std::vector<Task>& tasks, const ScanOptions& options) {
  std::vector<Task*> unfinished;
  for (auto& task : tasks) unfinished.push_back(&task);
  while (!unfinished.empty()) {
    scan_once(snapshot, labels, unfinished, options);
    std::vector<Task*> again;
    for (auto* task : unfinished) {
      if (auto next = task->fold->next()) {
        task->fold = std::move(next);
        again.push_back(task);
      }
    }
    unfinished = std::move(again);
  }
}

}  // namespace peregrine::engine
