#include "base/memory_env.hpp"

#include <gtest/gtest.h>

#include "base/fault_env.hpp"
#include "base/refusal.hpp"

namespace peregrine {
namespace {

class PowerLoss : public testing::Test {
 protected:
  PowerLoss() {
    disk.make_directories("/d");
    disk.sync_directory("/");
  }
  std::string found(Survival survival, std::uint64_t seed = 0) const {
    const auto after = disk.after_power_loss(survival, seed);
    std::string text;
    for (const auto& file : after->files("/")) text += file + "=" + after->bytes(file) + " ";
    return text;
  }
  MemoryEnv disk;
};

TEST_F(PowerLoss, takes_a_file_whose_folder_was_not_synced) {
  const auto file = disk.create("/d/a");
  file->append("bytes");
  file->sync();
  EXPECT_EQ(found(Survival::nothing), "");
  EXPECT_EQ(found(Survival::everything), "/d/a=bytes ");
}

TEST_F(PowerLoss, takes_bytes_that_were_not_synced) {
  const auto file = disk.create("/d/a");
  file->append("old");
  file->sync();
  disk.sync_directory("/d");
  file->append("new");
  EXPECT_EQ(found(Survival::nothing), "/d/a=old ");
  EXPECT_EQ(found(Survival::everything), "/d/a=oldnew ");
}

TEST_F(PowerLoss, leaves_what_was_replaced_until_the_folder_is_synced) {
  replace_file(disk, "/d/a", "old");
  const auto file = disk.create("/d/b");
  file->append("new");
  file->sync();
  disk.rename("/d/b", "/d/a");
  EXPECT_EQ(found(Survival::nothing), "/d/a=old ");
  disk.sync_directory("/d");
  EXPECT_EQ(found(Survival::nothing), "/d/a=new ");
}

TEST_F(PowerLoss, tears_what_was_not_synced_in_pieces) {
  const auto file = disk.create("/d/a");
  file->append(std::string(2048, 'o'));
  file->sync();
  disk.sync_directory("/d");
  disk.bytes("/d/a") = std::string(2048, 'n');
  std::size_t mixed = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto bytes = found(Survival::torn_512, 100 * seed);
    mixed += bytes.find('o') != std::string::npos && bytes.find('n') != std::string::npos;
    EXPECT_EQ(bytes, found(Survival::torn_512, 100 * seed));
  }
  EXPECT_GT(mixed, 10u);
}

TEST_F(PowerLoss, never_takes_a_file_that_was_moved_from_both_places) {
  replace_file(disk, "/d/a", "bytes");
  disk.make_directories("/e");
  disk.sync_directory("/");
  disk.rename("/d/a", "/e/a");
  for (std::uint64_t seed = 0; seed < 20; ++seed) EXPECT_NE(found(Survival::some, 100 * seed), "");
}

TEST(FaultEnv, fails_the_call_that_it_is_told_to_once) {
  MemoryEnv disk;
  FaultEnv env(disk, {.at = 2, .for_ever = false});
  env.make_directories("/d");
  EXPECT_EQ(refusal_of([&] { env.create("/d/a"); }), "corrupt | /d/a: cannot create: Input/output error");
  EXPECT_FALSE(disk.exists("/d/a"));
  EXPECT_EQ(refusal_of([&] { env.create("/d/a"); }), "nothing was thrown");
}

TEST(FaultEnv, fails_for_ever_when_told_so) {
  MemoryEnv disk;
  FaultEnv env(disk, {.at = 1, .failure = Failure::disk_full});
  EXPECT_FALSE(env.exists("/d"));  // needs no room
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(refusal_of([&] { env.make_directories("/d"); }),
              "unavailable | /d: cannot make the directory: No space left on device");
  }
}

TEST(FaultEnv, writes_half_of_what_fails) {
  MemoryEnv disk;
  FaultEnv env(disk, {.at = 1, .failure = Failure::short_write});
  const auto file = env.create("/a");
  EXPECT_EQ(refusal_of([&] { file->append("12345678"); }), "unavailable | /a: cannot write: No space left on device");
  EXPECT_EQ(disk.bytes("/a"), "1234");
}

}  // namespace
}  // namespace peregrine
