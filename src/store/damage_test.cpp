// What a store says of files that were damaged after it wrote them, and what a repair makes of them.
#include <functional>

#include "base/fault_stride.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/memory_env.hpp"
#include "store/scripted_run.hpp"

namespace peregrine::store {

namespace {

class DamageTest : public testing::Test {
 protected:
  using Lines = std::vector<std::string>;

  DamageTest() {
    disk_.make_directories("/shop");
    ScriptedRun::create(disk_);
    for (std::size_t step = 0; step < ScriptedRun::steps; ++step) ScriptedRun::import(disk_, step);
    sound_ = ScriptedRun::state(disk_);
    for (const auto& file : disk_.files(ScriptedRun::directory)) {
      if (!disk_.bytes(file).empty()) files_.push_back(file);
    }
  }

  static std::string below(const std::string& file) {
    return file.substr(std::string_view(ScriptedRun::directory).size() + 1);
  }
  std::string file_with(std::string_view words) const {
    for (const auto& file : files_) {
      if (file.find(words) != std::string::npos) return file;
    }
    ADD_FAILURE() << "there is no file " << words;
    return {};
  }

  /// Every question is answered as before or refused with words that name the file; never otherwise.
  void expect_detected_or_harmless(MemoryEnv& disk, const std::string& file, const std::string& what) {
    try {
      EXPECT_EQ(ScriptedRun::state(disk), sound_) << file << " " << what;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt) << file << " " << what << ": " << error.what();
      const bool named = std::string_view(error.what()).find(below(file)) != std::string_view::npos;
      EXPECT_TRUE(named || below(file) == "CURRENT") << file << " " << what << ": " << error.what();
      ++refused_;
    }
  }
  void expect_found_by_check(MemoryEnv& disk, const std::string& file, const std::string& what) {
    const auto report = check(disk, ScriptedRun::directory, 1);
    EXPECT_TRUE(report.damaged()) << file << " " << what;
    const bool named = std::any_of(report.findings.begin(), report.findings.end(),
                                   [&](const auto& finding) { return finding.file == below(file); });
    EXPECT_TRUE(named || below(file) == "CURRENT") << file << " " << what;
  }
  void damage_everywhere(const std::function<std::string(std::string&, std::size_t at)>& damage) {
    std::size_t tried = 0;
    SCOPED_TRACE(stride_.words());
    for (const auto& file : files_) {
      const auto size = disk_.bytes(file).size();
      for (std::size_t at = stride_.start; at < size; at += stride_.step) {
        const auto disk = disk_.copy();
        const auto what = damage(disk->bytes(file), at);
        expect_detected_or_harmless(*disk, file, what);
        expect_found_by_check(*disk, file, what);
        ++tried;
      }
      if (HasFailure()) return;
    }
    std::printf("%zu places, %zu refused to a reader of everything\n", tried, refused_);
    EXPECT_GT(refused_, tried / 2);
  }

  CheckReport repaired(MemoryEnv& disk) {
    auto report = repair(disk, ScriptedRun::directory, 1);
    EXPECT_FALSE(report.damaged());
    return report;
  }
  static std::vector<std::string> codes(const CheckReport& report) {
    std::vector<std::string> codes;
    for (const auto& finding : report.findings) codes.push_back(finding.file + " " + finding.code);
    return codes;
  }

  MemoryEnv disk_;
  Lines sound_;
  std::vector<std::string> files_;
  std::size_t refused_ = 0;
  const FaultStride stride_ = FaultStride::every(16);
};

TEST_F(DamageTest, a_sound_store_has_no_findings) {
  const auto report = check(disk_, ScriptedRun::directory);
  EXPECT_EQ(codes(report), Lines{});
  EXPECT_EQ(report.files, static_cast<std::int64_t>(files_.size()));
  EXPECT_EQ(report.events, 7);
}

TEST_F(DamageTest, a_file_cut_anywhere_is_detected) {
  damage_everywhere([](std::string& bytes, std::size_t at) {
    bytes.resize(at);
    return "cut at " + std::to_string(at);
  });
}

TEST_F(DamageTest, a_bit_flipped_anywhere_is_detected) {
  damage_everywhere([this](std::string& bytes, std::size_t at) {
    const auto bit = at / stride_.step % 8;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    return "bit " + std::to_string(bit) + " of byte " + std::to_string(at);
  });
}

TEST_F(DamageTest, the_bytes_of_another_file_are_detected) {
  for (const auto& file : files_) {
    for (const auto& other : files_) {
      if (disk_.bytes(file) == disk_.bytes(other)) continue;
      const auto disk = disk_.copy();
      auto bytes = disk_.bytes(other);
      bytes.resize(disk->bytes(file).size());
      disk->bytes(file) = bytes;
      expect_detected_or_harmless(*disk, file, "holds " + other);
      expect_found_by_check(*disk, file, "holds " + other);
    }
  }
}

TEST_F(DamageTest, a_missing_file_is_found_and_named) {
  for (const auto& file : files_) {
    const auto disk = disk_.copy();
    disk->remove_file(file);
    if (below(file) != "CURRENT") expect_detected_or_harmless(*disk, file, "is gone");
    expect_found_by_check(*disk, file, "is gone");
  }
}

TEST_F(DamageTest, a_store_without_current_is_damaged_and_not_absent) {
  disk_.remove_file(join_path(ScriptedRun::directory, "CURRENT"));
  EXPECT_EQ(error_of([&] { Store::open(disk_, ScriptedRun::directory); }),
            std::pair(ErrorKind::corrupt, std::string("/shop/events/CURRENT: is missing (see: peregrine check)")));
  repaired(disk_);
  EXPECT_EQ(ScriptedRun::state(disk_), sound_);
}

TEST_F(DamageTest, the_finding_names_file_block_and_first_byte) {
  const auto file = file_with("hot.arrow");
  disk_.bytes(file)[70] ^= 1;
  const auto report = check(disk_, ScriptedRun::directory);
  ASSERT_EQ(report.findings.size(), 1u);
  const auto& finding = report.findings[0];
  EXPECT_EQ(finding.file, below(file));
  EXPECT_EQ(finding.block, 0);
  EXPECT_EQ(finding.offset, 0);
  EXPECT_EQ(finding.code, "block_damaged");
  EXPECT_EQ(finding.sentence, "block 0 does not have its checksum");
  EXPECT_TRUE(finding.repairable);
}

TEST_F(DamageTest, a_repair_sets_a_damaged_segment_aside_and_says_what_is_missing) {
  disk_.bytes(file_with("p00-")) += "longer";
  const auto events = Store::open(disk_, ScriptedRun::directory)->snapshot()->events();
  const auto report = repaired(disk_);
  const auto snapshot = Store::open(disk_, ScriptedRun::directory)->snapshot();
  ASSERT_EQ(snapshot->set_aside().size(), 1u);
  const auto gone = snapshot->set_aside()[0];
  EXPECT_EQ(report.missing_events, gone.events);
  EXPECT_GT(gone.events, 0);
  EXPECT_EQ(gone.partition, 0);
  EXPECT_EQ(snapshot->events(), events - gone.events);
  EXPECT_EQ(lines_of(*snapshot).size(), static_cast<std::size_t>(snapshot->events()));
  EXPECT_EQ(codes(report), Lines{"set-aside/" + gone.name + " set_aside"});
  EXPECT_TRUE(disk_.exists(join_path(ScriptedRun::directory, "set-aside/" + gone.name + "/hot.arrow")));
  EXPECT_EQ(report.repaired[0].substr(0, 12), "segment p00-");
}

TEST_F(DamageTest, an_import_goes_on_after_a_repair_and_keeps_what_was_set_aside) {
  disk_.bytes(file_with("p00-")).clear();
  repaired(disk_);
  const auto before = Store::open(disk_, ScriptedRun::directory)->snapshot()->events();
  import_files(*Store::open(disk_, ScriptedRun::directory),
               {{"more", {{.customer = "ann", .second = 50}, {.customer = "bob", .second = 51}}}});
  const auto snapshot = Store::open(disk_, ScriptedRun::directory)->snapshot();
  EXPECT_EQ(snapshot->events(), before + 2);
  EXPECT_EQ(snapshot->set_aside().size(), 1u);
  EXPECT_TRUE(disk_.exists(join_path(ScriptedRun::directory, "set-aside/" + snapshot->set_aside()[0].name)));
  EXPECT_FALSE(check(disk_, ScriptedRun::directory).damaged());
}

TEST_F(DamageTest, a_torn_current_falls_back_to_a_sound_manifest) {
  disk_.bytes(join_path(ScriptedRun::directory, "CURRENT")) = "MANIF";
  EXPECT_EQ(codes(check(disk_, ScriptedRun::directory)), Lines{"CURRENT current_torn"});
  repaired(disk_);
  EXPECT_EQ(ScriptedRun::state(disk_), sound_);
}

/// The disk as a publish leaves it whose sweep has not begun: the manifest before it and its files are still there.
TEST_F(DamageTest, where_an_older_manifest_must_do_what_the_newer_one_brought_is_kept) {
  const auto before = disk_.copy();
  import_files(*Store::open(disk_, ScriptedRun::directory), {{"more", {{.customer = "ann", .event = "New"}}}});
  for (const auto& file : before->files(ScriptedRun::directory)) {
    if (disk_.exists(file)) continue;
    disk_.make_directories(parent_of(file));
    disk_.create(file)->append(before->bytes(file));
  }
  disk_.bytes(join_path(ScriptedRun::directory, "MANIFEST-4"))[20] ^= 1;
  const auto brought = disk_.files(join_path(ScriptedRun::directory, "segments"));
  const auto report = repaired(disk_);
  EXPECT_EQ(codes(report), Lines{"set-aside/MANIFEST-4 set_aside"});
  EXPECT_EQ(report.repaired[0],
            "MANIFEST-4 is damaged and was set aside with the files that it alone named: what the imports after "
            "MANIFEST-3 brought is missing, and can be imported again");
  EXPECT_EQ(ScriptedRun::state(disk_), sound_);
  for (auto file : brought) {
    if (file.find("-000004/") == std::string::npos) continue;
    file.replace(file.find("/segments/"), 10, "/set-aside/");
    EXPECT_TRUE(disk_.exists(file)) << file;
  }
  EXPECT_EQ(import_files(*Store::open(disk_, ScriptedRun::directory), {{"more", {{.customer = "ann"}}}})[0].stored, 1);
}

TEST_F(DamageTest, a_damaged_dictionary_is_written_anew_from_the_segments) {
  disk_.bytes(file_with("dictionary/")).resize(5);
  repaired(disk_);
  EXPECT_EQ(ScriptedRun::state(disk_), sound_);
}

TEST_F(DamageTest, damaged_quarantine_is_set_aside) {
  disk_.bytes(file_with("quarantine/"))[50] ^= 4;
  const auto report = repaired(disk_);
  EXPECT_EQ(report.missing_events, 0);
  const auto snapshot = Store::open(disk_, ScriptedRun::directory)->snapshot();
  EXPECT_EQ(snapshot->set_aside()[0].rows, 3);
  EXPECT_EQ(snapshot->read_quarantine(100).size(), 4u);
  EXPECT_EQ(snapshot->events(), 7);
}

TEST_F(DamageTest, a_damaged_manifest_without_another_is_said_to_be_beyond_repair) {
  disk_.bytes(file_with("MANIFEST-"))[20] ^= 1;
  const auto report = check(disk_, ScriptedRun::directory);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].code, "manifest_damaged");
  EXPECT_FALSE(report.findings[0].repairable);
  EXPECT_EQ(error_of([&] { repair(disk_, ScriptedRun::directory); }).second,
            "/shop/events: has no sound manifest (restore it from a backup)");
}

TEST_F(DamageTest, a_repair_may_fail_at_any_call_and_be_repeated) {
  disk_.bytes(file_with("hot.arrow")).resize(9);
  for (std::size_t call = 1;; ++call) {
    const auto disk = disk_.copy();
    FaultEnv env(*disk, {.at = call, .for_ever = true});
    bool failed = false;
    try {
      repair(env, ScriptedRun::directory, 1);
    } catch (const Error&) {
      failed = true;
    }
    const auto found = disk->after_power_loss(Survival::some, call);
    const auto report = repaired(*found);
    EXPECT_GT(report.missing_events, 0) << call;
    const auto snapshot = Store::open(*found, ScriptedRun::directory)->snapshot();
    EXPECT_EQ(snapshot->set_aside().size(), 1u) << call;
    EXPECT_TRUE(found->exists(join_path(ScriptedRun::directory, "set-aside/" + snapshot->set_aside()[0].name))) << call;
    if (!failed) break;
  }
}

TEST_F(DamageTest, a_check_writes_nothing) {
  disk_.bytes(file_with("hot.arrow")).resize(9);
  disk_.create(join_path(ScriptedRun::directory, "tmp/rows-0"))->append("left");
  const auto before = disk_.files("/");
  EXPECT_EQ(check(disk_, ScriptedRun::directory).findings.back().code, "leftover");
  EXPECT_EQ(disk_.files("/"), before);
}

TEST_F(DamageTest, a_check_beside_an_import_takes_its_files_for_no_leftovers) {
  const auto import = Store::open(disk_, ScriptedRun::directory)->begin_import({.memory_bytes = 1});
  import->add(batch_of({"a", { {.customer = "ann" } }}, 0, 0, 1));
  const auto report = check(disk_, ScriptedRun::directory);
  EXPECT_TRUE(report.import_under_way);
  EXPECT_EQ(codes(report), Lines{});
  EXPECT_EQ(error_of([&] { repair(disk_, ScriptedRun::directory); }).first, ErrorKind::conflict);
}

TEST_F(DamageTest, where_there_is_no_store_there_is_nothing_to_check) {
  disk_.make_directories("/other");
  EXPECT_EQ(error_of([&] { check(disk_, "/other"); }).first, ErrorKind::not_found);
  EXPECT_EQ(error_of([&] { repair(disk_, "/other"); }).first, ErrorKind::not_found);
  EXPECT_EQ(disk_.list("/other"), Lines{});
}

// Manifests of other versions of the program.

class OtherFormat : public DamageTest {
 protected:
  /// Rewrites the manifest with its checksum.
  void change(const std::function<void(json::object&)>& change) {
    auto& bytes = disk_.bytes(file_with("MANIFEST-"));
    auto manifest = json::parse(bytes.substr(0, bytes.find('\n')), "manifest").as_object();
    change(manifest);
    bytes = json::format(manifest) + "\n";
    bytes += format_hash(hash128(bytes)) + "\n";
  }
};

TEST_F(OtherFormat, that_needs_a_newer_reader_is_refused) {
  change([](json::object& manifest) { manifest["reader"] = manifest["format"] = 4; });
  const std::string words =
      "/shop/events/MANIFEST-3: was written by a newer Peregrine (a program that reads format 4; this one reads format "
      "3)";
  EXPECT_EQ(error_of([&] { Store::open(disk_, ScriptedRun::directory); }), std::pair(ErrorKind::invalid, words));
  EXPECT_EQ(error_of([&] { check(disk_, ScriptedRun::directory); }), std::pair(ErrorKind::invalid, words));
  EXPECT_EQ(error_of([&] { repair(disk_, ScriptedRun::directory); }), std::pair(ErrorKind::invalid, words));
}

TEST_F(OtherFormat, with_additions_that_this_reader_may_ignore_is_read) {
  change([](json::object& manifest) {
    manifest["format"] = 4;
    manifest["weather"] = "fair";
  });
  EXPECT_EQ(ScriptedRun::state(disk_), sound_);
}

TEST_F(OtherFormat, with_members_unknown_to_its_own_format_is_corrupt) {
  change([](json::object& manifest) { manifest["weather"] = "fair"; });
  EXPECT_EQ(error_of([&] { Store::open(disk_, ScriptedRun::directory); }).first, ErrorKind::corrupt);
}

// Files that change while they are mapped, on the real disk.

class ShrinkingFile : public StoreTest {
 protected:
  std::shared_ptr<const Snapshot> large() {
    TestFile file{"a", {}};
    for (int i = 0; i < 20'000; ++i) file.events.push_back({.customer = "c" + std::to_string(i % 999), .second = i});
    import_files(*create("events", 1), {file});
    return open()->snapshot();
  }
  void shrink(const std::string& name) const {
    std::filesystem::resize_file(directory("events") + "/segments/p00-000001/" + name, 100);
  }
};

TEST_F(ShrinkingFile, before_it_is_read_is_an_error_that_names_it) {
  const auto snapshot = large();
  shrink("hot.arrow");
  const auto [kind, words] = error_of([&] { lines_of(*snapshot); });
  EXPECT_EQ(kind, ErrorKind::corrupt);
  EXPECT_NE(words.find("hot.arrow: became shorter or unreadable while it was read"), std::string::npos) << words;
}

TEST_F(ShrinkingFile, after_it_was_checked_is_an_error_before_the_answer) {
  const auto snapshot = large();
  EXPECT_EQ(lines_of(*snapshot).size(), 20'000u);
  EXPECT_NO_THROW(snapshot->expect_intact());
  shrink("hot.arrow");
  shrink("journeys.arrow");
  lines_of(*snapshot);  // reads zeros
  const auto [kind, words] = error_of([&] { snapshot->expect_intact(); });
  EXPECT_EQ(kind, ErrorKind::corrupt);
  EXPECT_NE(words.find("journeys.arrow: became shorter"), std::string::npos) << words;
}

TEST_F(ShrinkingFile, hinders_no_other_store) {
  const auto snapshot = large();
  shrink("hot.arrow");
  error_of([&] { lines_of(*snapshot); });
  import_files(*create("other", 1), {{"a", {{.customer = "ann"}}}});
  const auto other = open("other")->snapshot();
  EXPECT_EQ(lines_of(*other).size(), 1u);
  EXPECT_NO_THROW(other->expect_intact());
}

TEST_F(ShrinkingFile, ends_an_import_that_merges_it) {
  large();
  const auto store = open();
  const auto import = store->begin_import({.threads = 1});
  import->add(batch_of({"b", { {.customer = "c1", .second = 99 } }}, 0, 0, 1));
  shrink("hot.arrow");
  Ledger ledger;
  ledger.source = "b";
  ledger.received = 1;
  EXPECT_EQ(error_of([&] { import->publish({ledger}, {}, std::atomic<bool>{false}); }).first, ErrorKind::corrupt);
  EXPECT_EQ(open()->snapshot()->ledgers().size(), 1u);
}

}  // namespace

}  // namespace peregrine::store
