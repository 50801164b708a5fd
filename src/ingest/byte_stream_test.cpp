// Compressed files, whole, damaged and malicious; and the sandbox in which they are opened.
#include <arrow/util/compression.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "ingest/import_fixture.hpp"
#include "ingest/sandbox.hpp"

namespace peregrine::ingest {
namespace {

std::string compress(arrow::Compression::type type, std::string_view bytes) {
  const auto codec = *arrow::util::Codec::Create(type);
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const auto size = static_cast<std::int64_t>(bytes.size());
  std::string out(static_cast<std::size_t>(codec->MaxCompressedLen(size, data)), '\0');
  const auto length =
      *codec->Compress(size, data, static_cast<std::int64_t>(out.size()), reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}
std::string gzip(std::string_view bytes) {
  return compress(arrow::Compression::GZIP, bytes);
}
std::string zstd(std::string_view bytes) {
  return compress(arrow::Compression::ZSTD, bytes);
}

std::string rows_of_csv(int count) {
  std::string csv = "customer,time,event\n";
  for (int i = 0; i < count; ++i)
    csv += "c" + std::to_string(i * 7919 % 1000) + ",2026-01-05,A" + std::to_string(i % 13) + "\n";
  return csv;
}

using Compressed = ImportFixture;

TEST_F(Compressed, files_are_known_by_their_first_bytes) {
  const auto csv = rows_of_csv(3000);
  for (const auto& bytes : {gzip(csv), zstd(csv), gzip(csv.substr(0, 5000)) + gzip(csv.substr(5000))}) {
    store = MemoryStore();
    const auto done = import_file(write("file.bin", bytes));
    EXPECT_EQ(rows().size(), 3000u);
    EXPECT_FALSE(done.mappings[0].compression.empty());
    EXPECT_EQ(done.ledgers[0].bytes, static_cast<std::int64_t>(bytes.size()));
  }
}

TEST_F(Compressed, a_file_cut_off_fails) {
  for (const auto& bytes : {gzip(rows_of_csv(3000)), zstd(rows_of_csv(3000))}) {
    EXPECT_NE(error_of(write("file.gz", bytes.substr(0, bytes.size() - 9))).find("is damaged or cut off"),
              std::string::npos);
    auto flipped = bytes;
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x10);
    EXPECT_NE(error_of(write("file.gz", flipped)), "no error");
  }
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(Compressed, a_bomb_is_refused) {
  const auto bomb = gzip("customer,time,event\n" + std::string(std::size_t{80} << 20, '\n'));
  EXPECT_NE(error_of(write("file.gz", bomb)).find("is a decompression bomb"), std::string::npos);
  const auto harmless = gzip("customer,time,event\n" + std::string(std::size_t{30} << 20, '\n'));
  EXPECT_EQ(error_of(write("file.gz", harmless)), "no error");
}

/// How a process in the sandbox ends when it does `deed`.
template <class Deed>
int end_of(const Deed& deed) {
  const auto process = ::fork();
  if (process == 0) {
    if (!enter_sandbox(std::uint64_t{256} << 20)) ::_exit(99);
    ::_exit(deed() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(Sandbox, lets_a_reader_compute_and_nothing_else) {
  if (!sandbox_is_built_in()) GTEST_SKIP() << "SKIPPED: no sandbox in a build with sanitizers";
  const int can = end_of([] { return true; });
  if (can == 99) GTEST_SKIP() << "SKIPPED: this machine has no seccomp";
  EXPECT_EQ(can, 0);
  EXPECT_EQ(end_of([] {
              std::thread([] {}).join();
              return true;
            }),
            0);
  EXPECT_EQ(end_of([] { return ::open("/etc/passwd", O_RDONLY) < 0; }), 0);
  EXPECT_EQ(end_of([] { return ::open("/tmp/peregrine-never", O_WRONLY | O_CREAT, 0600) < 0; }), -SIGSYS);
  EXPECT_EQ(end_of([] { return ::socket(AF_INET, SOCK_STREAM, 0) < 0; }), -SIGSYS);
  EXPECT_EQ(end_of([] { return ::execl("/bin/true", "true", nullptr) == 0; }), -SIGSYS);
  EXPECT_EQ(end_of([] { return ::kill(::getppid(), 0) == 0; }), -SIGSYS);
  EXPECT_EQ(end_of([] {
              void* volatile much = std::malloc(std::size_t{1} << 30);
              return much == nullptr;
            }),
            0);
}

}  // namespace
}  // namespace peregrine::ingest
