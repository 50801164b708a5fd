#include "base/env.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/refusal.hpp"

namespace {
bool readdir_fails = false;
}  // namespace

/// Stands before that of the C library in this program.
extern "C" dirent* readdir(DIR* stream) {
  if (readdir_fails) {
    errno = EIO;
    return nullptr;
  }
  static const auto next = reinterpret_cast<dirent* (*)(DIR*)>(::dlsym(RTLD_NEXT, "readdir"));
  return next(stream);
}

namespace peregrine {
namespace {

class RealEnv : public testing::Test {
 protected:
  RealEnv() {
    auto pattern = (std::filesystem::temp_directory_path() / "peregrine_env_XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data()) == nullptr ? "" : pattern;
  }
  void SetUp() override { ASSERT_FALSE(directory_.empty()); }
  ~RealEnv() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }
  std::string path(std::string_view name) const { return join_path(directory_, name); }
  void write(std::string_view name, std::string_view bytes) { replace_file(env, path(name), bytes); }
  std::string read(std::string_view name) { return read_file(env, path(name)); }

  Env& env = Env::real();

 private:
  std::string directory_;
};

TEST_F(RealEnv, a_file_holds_what_was_appended) {
  const auto file = env.create(path("file"));
  file->append("pere");
  file->append("");
  file->append("grine");
  file->sync();
  file->close();
  EXPECT_EQ(read("file"), "peregrine");
}

TEST_F(RealEnv, creating_again_empties) {
  write("file", "old and long");
  env.create(path("file"))->close();
  EXPECT_EQ(read("file"), "");
}

TEST_F(RealEnv, reading_stops_at_the_end_of_the_file) {
  write("file", "peregrine");
  const auto file = env.open(path("file"));
  std::array<char, 6> bytes{};
  EXPECT_EQ(file->size(), 9u);
  EXPECT_EQ(file->read_at(2, bytes), 6u);
  EXPECT_EQ(std::string_view(bytes.data(), 6), "regrin");
  EXPECT_EQ(file->read_at(5, bytes), 4u);
  EXPECT_EQ(std::string_view(bytes.data(), 4), "rine");
  EXPECT_EQ(file->read_at(9, bytes), 0u);
  EXPECT_EQ(file->read_at(1000, bytes), 0u);
}

TEST_F(RealEnv, a_replaced_file_has_the_new_content_and_leaves_nothing_beside_it) {
  write("file", "old");
  write("file", "new");
  EXPECT_EQ(read("file"), "new");
  EXPECT_EQ(env.list(path("")), std::vector<std::string>{"file"});
}

TEST_F(RealEnv, a_mapping_outlives_the_name_of_its_file) {
  write("file", "old");
  const auto mapping = env.map(path("file"));
  write("file", "new");
  env.remove_file(path("file"));
  EXPECT_EQ(mapping->bytes(), "old");
}

TEST_F(RealEnv, the_mapping_of_an_empty_file_is_empty) {
  write("file", "");
  EXPECT_EQ(env.map(path("file"))->bytes(), "");
}

TEST_F(RealEnv, a_mapping_whose_file_shrinks_reads_zeros_and_says_so) {
  write("file", std::string(20'000, 'x'));
  write("other", std::string(20'000, 'y'));
  const auto mapping = env.map(path("file"));
  const auto other = env.map(path("other"));
  EXPECT_EQ(mapping->bytes()[19'999], 'x');
  std::filesystem::resize_file(path("file"), 10);
  EXPECT_FALSE(mapping->lost());
  EXPECT_EQ(mapping->bytes()[19'999], '\0');
  EXPECT_TRUE(mapping->lost());
  EXPECT_EQ(mapping->bytes()[0], 'x');
  EXPECT_EQ(other->bytes()[19'999], 'y');
  EXPECT_FALSE(other->lost());
}

TEST_F(RealEnv, a_new_mapping_is_not_lost_where_another_was) {
  write("file", std::string(20'000, 'x'));
  auto mapping = env.map(path("file"));
  std::filesystem::resize_file(path("file"), 0);
  EXPECT_EQ(mapping->bytes()[5'000], '\0');
  EXPECT_TRUE(mapping->lost());
  mapping.reset();
  write("file", std::string(20'000, 'z'));
  mapping = env.map(path("file"));
  EXPECT_EQ(mapping->bytes()[5'000], 'z');
  EXPECT_FALSE(mapping->lost());
}

TEST_F(RealEnv, a_signal_that_a_process_sent_is_taken_for_no_lost_page) {
  write("file", std::string(20'000, 'x'));
  const auto mapping = env.map(path("file"));  // the guard is installed
  EXPECT_EXIT(
      {
        ::raise(SIGBUS);
        std::_Exit(0);
      },
      testing::KilledBySignal(SIGBUS), "");
}

TEST_F(RealEnv, a_path_without_links_is_one_for_all_that_lead_there) {
  env.make_directories(path("folder"));
  std::filesystem::create_directory_symlink("folder", path("link"));
  EXPECT_EQ(env.without_links(path("link")), env.without_links(path("folder")));
  EXPECT_THROW(env.without_links(path("absent")), Error);
}

TEST(SystemError, says_whether_the_disk_was_full) {
  EXPECT_TRUE(system_failure("file", "write", ENOSPC).is_disk_full());
  EXPECT_TRUE(system_failure("file", "write", EDQUOT).is_disk_full());
  EXPECT_FALSE(system_failure("file", "write", EIO).is_disk_full());
}

TEST_F(RealEnv, the_room_left_is_known) {
  EXPECT_GT(env.free_bytes(path("")), 0u);
}

TEST(ParentOf, is_the_folder_that_holds_a_path) {
  EXPECT_EQ(parent_of("a/b"), "a");
  EXPECT_EQ(parent_of("a/b/"), "a");
  EXPECT_EQ(parent_of("/b"), "/");
  EXPECT_EQ(parent_of("b"), ".");
}

TEST_F(RealEnv, only_one_holds_a_lock_at_a_time) {
  auto lock = env.lock(path("LOCK"));
  EXPECT_EQ(refusal_of([&] { env.lock(path("LOCK")); }),
            "conflict | " + path("LOCK") + ": another process is writing here (wait for it to end)");
  const auto other = env.lock(path("OTHER"));
  lock.reset();
  lock = env.lock(path("LOCK"));
  EXPECT_NE(lock, nullptr);
}

TEST_F(RealEnv, what_is_not_there_is_not_found) {
  const auto gone = path("gone");
  const auto inside = path("gone/file");
  const std::string why = "No such file or directory";
  EXPECT_EQ(refusal_of([&] { env.open(gone); }), "not_found | " + gone + ": cannot open: " + why);
  EXPECT_EQ(refusal_of([&] { env.map(gone); }), "not_found | " + gone + ": cannot open: " + why);
  EXPECT_EQ(refusal_of([&] { read_file(env, gone); }), "not_found | " + gone + ": cannot open: " + why);
  EXPECT_EQ(refusal_of([&] { env.list(gone); }), "not_found | " + gone + ": cannot list: " + why);
  EXPECT_EQ(refusal_of([&] { env.remove_file(gone); }), "not_found | " + gone + ": cannot remove: " + why);
  EXPECT_EQ(refusal_of([&] { env.rename(gone, path("new")); }), "not_found | " + gone + ": cannot rename: " + why);
  EXPECT_EQ(refusal_of([&] { env.create(inside); }), "not_found | " + inside + ": cannot create: " + why);
  EXPECT_EQ(refusal_of([&] { env.lock(inside); }), "not_found | " + inside + ": cannot open: " + why);
  EXPECT_EQ(refusal_of([&] { env.sync_directory(gone); }), "not_found | " + gone + ": cannot open: " + why);
  EXPECT_FALSE(env.exists(gone));
}

TEST_F(RealEnv, below_a_file_nothing_is_found) {
  write("file", "x");
  EXPECT_EQ(refusal_of([&] { env.open(path("file/below")); }),
            "not_found | " + path("file/below") + ": cannot open: Not a directory");
}

TEST_F(RealEnv, what_may_not_be_read_is_unavailable) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything: run as another user to check permissions";
  write("file", "x");
  ASSERT_EQ(::chmod(path("file").c_str(), 0), 0);
  EXPECT_EQ(refusal_of([&] { env.open(path("file")); }),
            "unavailable | " + path("file") + ": cannot open: Permission denied");
}

TEST_F(RealEnv, a_directory_that_cannot_be_read_to_its_end_is_not_a_shorter_one) {
  write("file", "");
  readdir_fails = true;
  const auto refusal = refusal_of([&] { env.list(path("")); });
  readdir_fails = false;
  EXPECT_EQ(refusal, "corrupt | " + path("") + ": cannot list: Input/output error");
}

TEST_F(RealEnv, directories_are_made_with_those_above_and_listed_in_order) {
  env.make_directories(path("a/b/c"));
  env.make_directories(path("a/b/c"));
  write("a/z", "");
  write("a/k", "");
  EXPECT_EQ(env.list(path("a")), (std::vector<std::string>{"b", "k", "z"}));
  env.remove_all(path("a"));
  EXPECT_FALSE(env.exists(path("a")));
  env.remove_all(path("a"));
}

TEST_F(RealEnv, a_directory_cannot_be_made_below_a_file) {
  write("file", "x");
  EXPECT_EQ(refusal_of([&] { env.make_directories(path("file/below")); }),
            "not_found | " + path("file/below") + ": cannot make the directory: Not a directory");
}

TEST_F(RealEnv, renaming_replaces) {
  write("old", "1");
  write("new", "2");
  env.rename(path("old"), path("new"));
  EXPECT_EQ(read("new"), "1");
  EXPECT_FALSE(env.exists(path("old")));
}

TEST_F(RealEnv, a_file_beyond_the_limit_is_not_read) {
  write("file", "12345");
  EXPECT_EQ(read_file(env, path("file"), 5), "12345");
  EXPECT_EQ(refusal_of([&] { read_file(env, path("file"), 4); }),
            "invalid | " + path("file") + ": is too large (at most 4 bytes)");
}

TEST_F(RealEnv, chance_differs_and_the_clock_is_of_this_century) {
  EXPECT_NE(env.random(), env.random());
  EXPECT_GT(env.now(), Time{parse_time("2026-01-01")->micros});
  EXPECT_LT(env.now(), Time{parse_time("2100-01-01")->micros});
}

TEST(JoinPath, puts_one_slash_between) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(join_path("/", "b"), "/b");
}

}  // namespace
}  // namespace peregrine
