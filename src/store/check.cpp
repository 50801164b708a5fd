#include "store/check.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/threads.hpp"
#include "store/checked_store.hpp"
#include "store/checksum.hpp"
#include "store/event_dictionary.hpp"
#include "store/layout.hpp"
#include "store/quarantine_file.hpp"
#include "store/segment_check.hpp"

namespace peregrine::store {

namespace {

Finding damage(std::string file, std::string code, std::string sentence, bool repairable) {
  Finding finding;
  finding.file = std::move(file);
  finding.code = std::move(code);
  finding.sentence = std::move(sentence);
  finding.repairable = repairable;
  return finding;
}

/// The words of an Error without its place, which is the path of the file again.
std::string words_of(const Error& error) {
  const std::string text = error.what();
  return text.starts_with(error.where() + ": ") ? text.substr(error.where().size() + 2) : text;
}

/// What was read of one file or folder, on its own so that several can be read at once.
struct Reading {
  std::vector<Finding> findings;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
};

class StoreCheck {
 public:
  StoreCheck(Env& env, const std::string& directory, const Manifest& manifest, std::size_t threads)
      : env_(env),
        directory_(directory),
        manifest_(manifest),
        threads_(threads == 0 ? available_cores() : threads),
        stored_(manifest.ledgers.size()) {}

  CheckedStore run() {
    Reading reading;
    check_dictionary(reading);
    check_links(reading);
    take(std::move(reading));
    std::vector<Reading> segments(manifest_.segments.size());
    for_each_item(segments.size(), threads_,
                  [&](std::size_t i, std::size_t) { check_one_segment(manifest_.segments[i], segments[i]); });
    for (std::size_t i = 0; i < segments.size(); ++i) {
      judge(manifest_.segments[i].name, segments[i].findings);
      take(std::move(segments[i]));
      checked_.report.events += manifest_.segments[i].events;
    }
    check_quarantine();
    check_ledgers();
    for (const auto& gone : manifest_.set_aside) say_missing(gone);
    return std::move(checked_);
  }

 private:
  void judge(const std::string& segment, const std::vector<Finding>& findings) {
    if (findings.empty()) return;
    const bool sound =
        std::all_of(findings.begin(), findings.end(), [](const auto& finding) { return is_of_summary(finding.code); });
    (sound ? checked_.summaries : checked_.segments).insert(segment);
  }
  void take(Reading reading) {
    auto& report = checked_.report;
    report.files += reading.files;
    report.bytes += reading.bytes;
    std::move(reading.findings.begin(), reading.findings.end(), std::back_inserter(report.findings));
  }

  /// Reads the file, not its mapping: a sector that the disk cannot give is an error of that block.
  bool bytes_sound(const FileEntry& entry, const std::string& file, Reading& reading) {
    const auto before = reading.findings.size();
    try {
      const auto opened = env_.open(join_path(directory_, file));
      ++reading.files;
      if (opened->size() != static_cast<std::uint64_t>(entry.bytes)) {
        reading.findings.push_back(damage(
            file, "file_size",
            "has " + std::to_string(opened->size()) + " bytes (the manifest says " + std::to_string(entry.bytes) + ")",
            true));
      }
      std::string bytes(std::min<std::size_t>(block_bytes, static_cast<std::size_t>(entry.bytes)), '\0');
      for (std::size_t block = 0; block < entry.blocks.hashes.size(); ++block) {
        check_block(*opened, entry, block, file, bytes, reading);
      }
    } catch (const Error& error) {
      const bool missing = error.kind() == ErrorKind::not_found;
      reading.findings.push_back(damage(file, missing ? "file_missing" : "file_unreadable",
                                        missing ? "is missing (the manifest names it)" : words_of(error), true));
    }
    return reading.findings.size() == before;
  }

  void check_block(const ReadableFile& opened, const FileEntry& entry, std::size_t block, const std::string& file,
                   std::string& bytes, Reading& reading) {
    const std::uint64_t offset = block * block_bytes;
    std::string sentence;
    try {
      const auto got = opened.read_at(offset, {bytes.data(), bytes.size()});
      reading.bytes += static_cast<std::int64_t>(got);
      const auto length = std::min<std::uint64_t>(block_bytes, static_cast<std::uint64_t>(entry.bytes) - offset);
      const auto read = std::string_view(bytes).substr(0, std::min<std::size_t>(got, length));
      if (hash64(read) != entry.blocks.hashes[block]) sentence = "does not have its checksum";
    } catch (const Error& error) {
      sentence = words_of(error);
    }
    if (sentence.empty()) return;
    auto finding = damage(file, "block_damaged", "block " + std::to_string(block) + " " + sentence, true);
    finding.block = static_cast<std::int64_t>(block);
    finding.offset = static_cast<std::int64_t>(offset);
    reading.findings.push_back(std::move(finding));
  }

  void check_dictionary(Reading& reading) {
    if (!manifest_.dictionary) {
      event_names_.emplace();
      return;
    }
    const auto file = join_path(dictionary_name, manifest_.dictionary->name);
    try {
      if (bytes_sound(*manifest_.dictionary, file, reading)) {
        dictionary_ = EventDictionary::read(env_, directory_, *manifest_.dictionary);
        event_names_ = dictionary_.names();
        return;
      }
    } catch (const Error& error) {
      reading.findings.push_back(damage(file, "dictionary_damaged", words_of(error), true));
    }
    checked_.dictionary = true;
  }

  void check_links(Reading& reading) {
    if (!manifest_.links) return;
    const auto file = join_path(identity_name, manifest_.links->name);
    try {
      if (bytes_sound(*manifest_.links, file, reading)) {
        Links::read(env_, directory_, *manifest_.links);
        return;
      }
    } catch (const Error& error) {
      reading.findings.push_back(damage(file, "links_damaged", words_of(error), true));
    }
    checked_.links = true;
  }

  void check_one_segment(const SegmentEntry& entry, Reading& reading) {
    const auto folder = join_path(segments_name, entry.name);
    bool sound = true;
    for (const auto* files : {&entry.files, &entry.cold}) {
      for (const auto& file : *files) {
        if (file.bytes > 0) sound &= bytes_sound(file, join_path(folder, file.name), reading);
      }
    }
    if (!sound) return;
    std::vector<std::int64_t> stored(stored_.size());
    const auto broken = [&](std::string code, std::string sentence) {
      reading.findings.push_back(damage(folder, std::move(code), std::move(sentence), true));
    };
    try {
      const auto segment = Segment::open(env_, join_path(directory_, folder), entry);
      check_segment(*segment, manifest_, event_names_, broken, stored);
      segment->expect_intact();
    } catch (const Error& error) {
      broken("segment_unreadable", error.what());
    }
    const std::lock_guard hold(mutex_);
    for (std::size_t source = 0; source < stored.size(); ++source) stored_[source] += stored[source];
  }

  void check_quarantine() {
    for (const auto& entry : manifest_.quarantine) {
      Reading reading;
      const auto file = join_path(quarantine_name, entry.file.name);
      if (bytes_sound(entry.file, file, reading)) read_quarantined(entry, file, reading);
      if (!reading.findings.empty()) checked_.quarantine.insert(entry.file.name);
      take(std::move(reading));
    }
  }

  void read_quarantined(const QuarantineEntry& entry, const std::string& file, Reading& reading) {
    std::int64_t rows = 0;
    try {
      read_quarantine_file(env_, join_path(directory_, file), entry.file, [&](const Quarantined& row) {
        ++rows;
        if (row.severity == "rejected") ++rejected_[row.source];
        return true;
      });
      if (rows == entry.rows) return;
      reading.findings.push_back(
          damage(file, "counts_wrong",
                 "has " + std::to_string(rows) + " rows (the manifest says " + std::to_string(entry.rows) + ")", true));
    } catch (const Error& error) {
      reading.findings.push_back(damage(file, "quarantine_unreadable", words_of(error), true));
    }
  }

  void check_ledgers() {
    const auto say = [&](const std::string& source, std::string code, std::string sentence) {
      checked_.report.findings.push_back(damage(manifest_name(manifest_.version), std::move(code),
                                                "source " + source + " " + std::move(sentence), false));
    };
    std::map<std::string, std::int64_t> quarantined;
    for (std::size_t source = 0; source < manifest_.ledgers.size(); ++source) {
      const auto& ledger = manifest_.ledgers[source];
      quarantined[ledger.source] += ledger.quarantined;
      if (ledger.accounted() != ledger.received) {
        say(ledger.source, "ledger_unbalanced",
            "does not account for all " + std::to_string(ledger.received) + " rows");
      }
      if (segments_whole() && stored_[source] != ledger.stored) {
        say(ledger.source, "ledger_stored",
            "has " + std::to_string(stored_[source]) + " events (its ledger says " + std::to_string(ledger.stored) +
                ")");
      }
    }
    if (!quarantine_whole()) return;
    for (const auto& [source, rows] : quarantined) {
      const auto found = rejected_.contains(source) ? rejected_.at(source) : 0;
      if (found == rows) continue;
      say(source, "ledger_quarantined",
          "has " + std::to_string(found) + " rejected rows (its ledger says " + std::to_string(rows) + ")");
    }
  }
  bool set_aside(bool segments) const {
    return std::any_of(manifest_.set_aside.begin(), manifest_.set_aside.end(),
                       [&](const auto& gone) { return segments ? gone.partition >= 0 : gone.rows > 0; });
  }
  bool segments_whole() const { return checked_.segments.empty() && !set_aside(true); }
  bool quarantine_whole() const { return checked_.quarantine.empty() && !set_aside(false); }

  void say_missing(const SetAside& gone) {
    auto& report = checked_.report;
    report.missing_events += gone.events;
    report.missing_customers += gone.journeys;
    std::string what = "what it held or named is missing";
    if (gone.partition >= 0) {
      what = std::to_string(gone.events) + " events of " + std::to_string(gone.journeys) + " customers are missing";
    } else if (gone.rows > 0) {
      what = std::to_string(gone.rows) + " rows of quarantine are missing";
    }
    auto finding =
        damage(join_path(set_aside_name, gone.name), "set_aside", what + " since " + format_time(gone.time), false);
    finding.severity = Severity::missing;
    report.findings.push_back(std::move(finding));
  }

  Env& env_;
  const std::string& directory_;
  const Manifest& manifest_;
  std::size_t threads_;
  EventDictionary dictionary_;
  std::optional<NameList> event_names_;  // none: the dictionary is damaged, there is nothing to compare with
  CheckedStore checked_;
  std::mutex mutex_;                              // guards stored_ while segments are read
  std::vector<std::int64_t> stored_;              // events by source
  std::map<std::string, std::int64_t> rejected_;  // rows by name of source
};

/// Nothing while an import is under way: what lies in tmp/ is its own.
std::optional<std::vector<std::string>> settled_leftovers(Env& env, const std::string& directory,
                                                          const Manifest& manifest) {
  const auto path = join_path(directory, lock_name);
  if (!env.exists(path)) return leftovers(env, directory, manifest);
  try {
    const auto lock = env.lock(path);
    return leftovers(env, directory, manifest);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::conflict) return std::nullopt;
    return leftovers(env, directory, manifest);  // a disk for reading only: nobody imports
  }
}

}  // namespace

bool CheckReport::damaged() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const auto& finding) { return finding.severity == Severity::damage; });
}

CheckedStore check_manifest_and_below(Env& env, const std::string& directory, const Manifest& manifest,
                                      std::size_t threads) {
  return StoreCheck(env, directory, manifest, threads).run();
}

FoundManifest find_manifest(Env& env, const std::string& directory) {
  FoundManifest found;
  const auto say = [&](const std::string& file, std::string code, const Error& error) {
    if (error.kind() == ErrorKind::invalid) throw error;  // of a newer program
    const bool missing = error.kind() == ErrorKind::not_found;
    found.findings.push_back(damage(file, std::move(code), missing ? "is missing" : words_of(error), false));
  };
  std::optional<std::int64_t> current;
  if (!env.exists(join_path(directory, current_name))) {
    // With manifests it is damaged; without, there is none, and this says so.
    if (!env.exists(directory) || list_manifests(env, directory).empty()) read_current(env, directory);
    found.findings.push_back(damage(std::string(current_name), "current_missing", "is missing", false));
  } else {
    try {
      current = read_current(env, directory);
    } catch (const Error& error) {
      say(std::string(current_name), "current_torn", error);
    }
  }
  const auto read = [&](std::int64_t version) {
    try {
      found.manifest = read_manifest(env, directory, version);
    } catch (const Error& error) {
      say(manifest_name(version), "manifest_damaged", error);
    }
  };
  if (current) read(*current);
  auto versions = list_manifests(env, directory);
  for (auto version = versions.rbegin(); version != versions.rend() && !found.manifest; ++version) {
    if (current == *version) continue;
    read(*version);
  }
  for (auto& finding : found.findings) finding.repairable = found.manifest.has_value();
  return found;
}

CheckReport check(Env& env, const std::string& directory, std::size_t threads) {
  auto found = find_manifest(env, directory);
  CheckReport report;
  if (found.manifest) {
    const auto left = settled_leftovers(env, directory, *found.manifest);
    report = check_manifest_and_below(env, directory, *found.manifest, threads).report;
    report.import_under_way = !left;
    for (const auto& file : left.value_or(std::vector<std::string>{})) {
      auto finding = damage(file, "leftover", "is named by nothing: an import did not end", true);
      finding.severity = Severity::leftover;
      report.findings.push_back(std::move(finding));
    }
    report.files += 2;  // CURRENT and the manifest
  }
  report.findings.insert(report.findings.begin(), found.findings.begin(), found.findings.end());
  return report;
}

}  // namespace peregrine::store
