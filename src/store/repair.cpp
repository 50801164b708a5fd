// A repair writes one new manifest without what is damaged. Files are moved before it, so that a crash in between
// leaves a store whose check finds them missing and whose repair goes on.
#include <algorithm>
#include <map>

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
    for (const auto& finding : found.findings) {
      if (finding.code == "manifest_damaged") set_newer_aside(before, finding.file);
    }
    set_segments_aside(before, checked);
    set_quarantine_aside(before, checked);
    if (checked.dictionary) write_dictionary();
    summarize(checked);
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
    const auto in = folder.empty() ? directory_ : join_path(directory_, folder);
    const auto from = join_path(in, name);
    const auto to = join_path(join_path(directory_, set_aside_name), name);
    if (env_.exists(from)) env_.rename(from, to);
    env_.sync_directory(join_path(directory_, set_aside_name));
    env_.sync_directory(in);
  }

  /// Another manifest counts now. What only the damaged one named is kept, and that one goes last: until then a repair
  /// that was stopped finds it, and goes on.
  void set_newer_aside(const Manifest& before, const std::string& damaged) {
    const auto left = leftovers(env_, directory_, before);
    for (auto file = left.rbegin(); file != left.rend(); ++file) {
      const auto slash = file->find('/');
      if (slash == std::string::npos) continue;
      const auto folder = file->substr(0, slash);
      if (folder != temporary_name) move(folder, file->substr(slash + 1));
    }
    move({}, damaged);
    next_.set_aside.push_back({.name = damaged, .time = env_.now()});
    said_.push_back(damaged +
                    " is damaged and was set aside with the files that it alone named: what the imports after " +
                    manifest_name(before.version) + " brought is missing, and can be imported again");
  }

  void set_segments_aside(const Manifest& before, const CheckedStore& checked) {
    for (const auto& segment : before.segments) {
      if (checked.segments.contains(segment.name)) set_aside(segment);
    }
    std::erase_if(next_.segments, [&](const auto& segment) { return checked.segments.contains(segment.name); });
  }
  void set_aside(const SegmentEntry& segment) {
    move(segments_name, segment.name);
    next_.set_aside.push_back({.name = segment.name,
                               .partition = segment.partition,
                               .events = segment.events,
                               .journeys = segment.journeys,
                               .time = env_.now()});
    said_.push_back("segment " + segment.name + " was set aside: " + std::to_string(segment.events) + " events of " +
                    std::to_string(segment.journeys) + " customers are missing");
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

  std::shared_ptr<const Segment> open(const SegmentEntry& entry) const {
    return Segment::open(env_, join_path(join_path(directory_, segments_name), entry.name), entry);
  }

  /// Every segment carries its names, and the manifest their codes. Names without events are forgotten, and the others
  /// move up: their order stays, and so do the codes inside the segments.
  void write_dictionary() {
    std::map<std::uint32_t, std::string> names;  // by code
    for (const auto& entry : next_.segments) {
      const auto segment = open(entry);  // the names are views into its files
      const auto found = segment->event_names();
      if (entry.names && entry.names->size() != found.size()) continue;
      const auto codes = entry.names ? entry.names->codes() : std::vector<std::uint32_t>();
      for (std::uint32_t i = 0; i < found.size(); ++i) names.try_emplace(entry.names ? codes[i] : i, found[i]);
    }
    EventDictionary dictionary;
    std::map<std::uint32_t, std::uint32_t> code_of;  // by old code
    for (const auto& [code, name] : names) code_of.emplace(code, dictionary.code(name));
    for (auto& entry : next_.segments) {
      if (!entry.names) continue;
      CodeSet moved;
      for (const auto code : entry.names->codes()) {
        if (const auto found = code_of.find(code); found != code_of.end()) moved.add(found->second);
      }
      entry.names = std::move(moved);
    }
    next_.dictionary = dictionary.write(env_, directory_, next_.version);
    said_.push_back("the dictionary was written anew with " + std::to_string(names.size()) + " event names");
  }

  /// What the manifest says of sound segments comes from them again.
  void summarize(const CheckedStore& checked) {
    if (checked.summaries.empty()) return;
    std::map<std::string, std::uint32_t, std::less<>> code_of;
    const auto dictionary = EventDictionary::read(env_, directory_, *next_.dictionary);
    for (const auto name : dictionary.names()) code_of.emplace(name, static_cast<std::uint32_t>(code_of.size()));
    std::erase_if(next_.segments, [&](auto& entry) {
      if (!checked.summaries.contains(entry.name)) return false;
      const auto segment = open(entry);
      const auto* time = segment->time();
      const auto [oldest, newest] = std::minmax_element(time, time + entry.events);
      entry.oldest = *oldest;
      entry.newest = *newest;
      if (entry.names && !name_events(entry, segment->event_names(), code_of)) {
        set_aside(entry);
        return true;
      }
      said_.push_back("what is known of segment " + entry.name + " was written anew");
      return false;
    });
  }
  /// False when the store's codes cannot say the names of the segment in their order.
  static bool name_events(SegmentEntry& entry, const std::vector<std::string_view>& names,
                          const std::map<std::string, std::uint32_t, std::less<>>& code_of) {
    CodeSet codes;
    for (const auto name : names) {
      const auto found = code_of.find(name);
      if (found == code_of.end() || found->second < codes.end()) return false;
      codes.add(found->second);
    }
    entry.names = std::move(codes);
    return true;
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
