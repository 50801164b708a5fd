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

/// The tasks that see the same events.
struct Group {
  const Selection* where = nullptr;
  Time to = Time::earliest();  // the last of theirs
  ColumnRequest columns{.time = false, .event = false};
  std::vector<std::size_t> tasks;
};

/// Merges the folds of partitions in the order of the partitions, as soon as all before them are there.
class OrderedMerge {
 public:
  OrderedMerge(std::vector<Task*> tasks, const ScanOptions& options, std::size_t partitions)
      : tasks_(std::move(tasks)), options_(options), partitions_(partitions) {
    for (auto* task : tasks_) task->skipped = partitions;
  }

  /// `read` are the groups whose folds saw the partition.
  void add(std::size_t partition, Folds folds, const std::vector<const Group*>& read) {
    const std::lock_guard hold(mutex_);
    for (const auto* group : read) {
      for (const auto task : group->tasks) --tasks_[task]->skipped;
    }
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

std::vector<Group> group_by_where(const std::vector<Task*>& tasks) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto* where = tasks[i]->where ? &*tasks[i]->where : nullptr;
    const auto same = [&](const Group& group) {
      return (group.where == nullptr) == (where == nullptr) && (where == nullptr || group.where->is_same(*where));
    };
    auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found == groups.end()) found = groups.insert(groups.end(), Group{.where = where});
    found->to = std::max(found->to, tasks[i]->to);
    found->columns.add(tasks[i]->columns);
    found->tasks.push_back(i);
  }
  return groups;
}

/// Those that the partition concerns; all when nothing is known of it.
std::vector<const Group*> concerned(const std::vector<Group>& groups, const store::Snapshot& snapshot,
                                    std::size_t partition, Labels labels) {
  const bool any_bound = std::any_of(groups.begin(), groups.end(), [](const Group& group) {
    return group.where != nullptr || group.to != Time::latest();
  });
  const auto summary = any_bound ? snapshot.summary(partition, labels) : std::nullopt;
  std::vector<const Group*> found;
  for (const auto& group : groups) {
    if (!summary || may_concern(*summary, group.where, group.to)) found.push_back(&group);
  }
  return found;
}

void fold_part(const Part& part, const std::vector<std::size_t>& tasks, const Folds& folds) {
  for (const auto task : tasks) folds[task]->enter(part);
  for_each_batch(part, [&](const JourneyBatch& batch) {
    for (const auto task : tasks) folds[task]->observe(batch);
  });
  for (const auto task : tasks) folds[task]->leave();
}

ColumnRequest columns_of(const std::vector<const Group*>& groups) {
  ColumnRequest all{.time = false, .event = false};
  for (const auto* group : groups) {
    all.add(group->columns);
    if (group->where != nullptr) all.add(group->where->columns());
  }
  return all;
}

void fold_for(const std::vector<const Group*>& groups, const Part& part, const Folds& folds) {
  for (const auto* group : groups) {
    if (group->where == nullptr) {
      fold_part(part, group->tasks, folds);
    } else {
      fold_part(FilteredPart(part, *group->where, group->columns), group->tasks, folds);
    }
  }
}

void scan_once(const store::Snapshot& snapshot, Labels labels, const std::vector<Task*>& tasks,
               const ScanOptions& options) {
  const auto groups = group_by_where(tasks);
  OrderedMerge merge(tasks, options, snapshot.partitions());
  const auto work = [&](std::size_t partition, std::size_t) {
    if (options.cancelled != nullptr && options.cancelled->load()) {
      throw Error(ErrorKind::unavailable, "scan", "was cancelled");
    }
    Folds folds;
    for (const auto* task : tasks) folds.push_back(task->fold->empty());
    const auto wanted = concerned(groups, snapshot, partition, labels);
    if (!wanted.empty()) fold_for(wanted, *snapshot.part(partition, columns_of(wanted), labels), folds);
    merge.add(partition, std::move(folds), wanted);
  };
  for_each_item(snapshot.partitions(), options.threads == 0 ? available_cores() : options.threads, work);
  snapshot.expect_intact();
}

}  // namespace

bool may_concern(const PartSummary& part, const Selection* where, Time to) {
  return part.events > 0 && part.oldest < to && (where == nullptr || where->may_keep(part));
}

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
