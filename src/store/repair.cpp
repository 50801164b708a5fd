// A repair writes one new manifest without what is damaged. Files are moved before it, so that a crash in between
// leaves a store whose check finds them missing and whose repair goes on.
#include <algorithm>

#include "base/error.hpp"
#include "store/check.hpp"
#include "store/checked_store.hpp"
#include "store/event_dictionary.hpp"
#include "store/layout.hpp"
#include "store/segment_reader.hpp"

namespace peregrine::store {

namespace {

class Repair {
 public:
  Repair(Env& env, const std::string& directory, std::size_t threads)
      : env_(env), directory_(directory), threads_(threads) {}

  std::vector<std::string> run() {
    const auto found = find_manifest(env_, directory_);
    if (!found.manifest) {
      throw Error(ErrorKind::corrupt, directory_, "has no sound manifest", "restore it from a backup");
    }
    const auto& before = *found.manifest;
    const auto checked = check_manifest_and_below(env_, directory_, before, threads_);
    next_ = before;
    next_.version = std::max(before.version, list_manifests(env_, directory_).back()) + 1;
    set_segments_aside(before, checked);
    set_quarantine_aside(before, checked);
    if (checked.dictionary) write_dictionary();
    if (checked.links) set_links_aside(before);
    const bool changed = !said_.empty();
    if (changed) write_manifest(env_, directory_, next_);
    if (changed || !found.findings.empty()) {
      const auto version = changed ? next_.version : before.version;
      make_current(env_, directory_, version);
      if (!found.findings.empty()) said_.push_back("CURRENT names " + manifest_name(version) + " now");
    }
    const auto& current = changed ? next_ : before;
    const auto left = leftovers(env_, directory_, current);
    sweep(env_, directory_, current);
    if (!left.empty()) said_.push_back(std::to_string(left.size()) + " leftovers were removed");
    return said_;
  }

 private:
  /// What is not there any more, or was moved by a repair that did not end, is recorded all the same.
  void move(std::string_view folder, const std::string& name) {
    env_.make_directories(join_path(directory_, set_aside_name));
    env_.sync_directory(directory_);  // before anything is moved into it
    const auto from = join_path(join_path(directory_, folder), name);
    const auto to = join_path(join_path(directory_, set_aside_name), name);
    if (env_.exists(from)) env_.rename(from, to);
    env_.sync_directory(join_path(directory_, set_aside_name));
    env_.sync_directory(join_path(directory_, folder));
  }

  void set_segments_aside(const Manifest& before, const CheckedStore& checked) {
    for (const auto& segment : before.segments) {
      if (!checked.segments.contains(segment.name)) continue;
      move(segments_name, segment.name);
      next_.set_aside.push_back({.name = segment.name,
                                 .partition = segment.partition,
                                 .events = segment.events,
                                 .journeys = segment.journeys,
                                 .time = env_.now()});
      said_.push_back("segment " + segment.name + " was set aside: " + std::to_string(segment.events) + " events of " +
                      std::to_string(segment.journeys) + " customers are missing");
    }
    std::erase_if(next_.segments, [&](const auto& segment) { return checked.segments.contains(segment.name); });
  }

  void set_quarantine_aside(const Manifest& before, const CheckedStore& checked) {
    for (const auto& entry : before.quarantine) {
      if (!checked.quarantine.contains(entry.file.name)) continue;
      move(quarantine_name, entry.file.name);
      next_.set_aside.push_back({.name = entry.file.name, .rows = entry.rows, .time = env_.now()});
      said_.push_back("file of quarantine " + entry.file.name + " was set aside: " + std::to_string(entry.rows) +
                      " rows are missing");
    }
    std::erase_if(next_.quarantine, [&](const auto& entry) { return checked.quarantine.contains(entry.file.name); });
  }

  /// Events stay with the customers whom the links gave them to; what a file or a person said is to be said again.
  void set_links_aside(const Manifest& before) {
    move(identity_name, before.links->name);
    next_.set_aside.push_back({.name = before.links->name, .time = env_.now()});
    next_.links.reset();
    said_.push_back("the links between ids were set aside: events stay where they are, new ones know no links");
  }

  /// Every segment carries the names as they were when it was written, the newest carry all that have events.
  void write_dictionary() {
    std::vector<std::string> names;
    for (const auto& entry : next_.segments) {
      const auto segment = Segment::open(env_, join_path(join_path(directory_, segments_name), entry.name), entry);
      const auto found = segment->event_names();
      if (found.size() > names.size()) names.assign(found.begin(), found.end());
    }
    EventDictionary dictionary;
    for (const auto& name : names) dictionary.code(name);
    next_.dictionary = dictionary.write(env_, directory_, next_.version);
    said_.push_back("the dictionary was written anew with " + std::to_string(names.size()) + " event names");
  }

  Env& env_;
  const std::string& directory_;
  std::size_t threads_;
  Manifest next_;
  std::vector<std::string> said_;
};

}  // namespace

CheckReport repair(Env& env, const std::string& directory, std::size_t threads) {
  find_manifest(env, directory);  // before a lock is made where there is no store
  std::vector<std::string> repaired;
  {
    const auto lock = env.lock(join_path(directory, lock_name));
    repaired = Repair(env, directory, threads).run();
  }
  auto report = check(env, directory, threads);
  report.repaired = std::move(repaired);
  return report;
}

}  // namespace peregrine::store
