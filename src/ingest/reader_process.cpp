#include "ingest/reader_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "ingest/ingest.hpp"
#include "ingest/sandbox.hpp"

namespace peregrine::ingest {

namespace {

constexpr const char* asked = "--read-one-file-for-an-import";
constexpr int file_descriptor = 3;  // of the reader
constexpr int frame_descriptor = 4;

std::atomic<bool> main_calls_us{false};

[[noreturn]] void fail(std::string_view doing) {
  throw Error(ErrorKind::unavailable, "import", "cannot " + std::string(doing) + ": " + std::strerror(errno));
}

class SocketPair {
 public:
  SocketPair() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) != 0) fail("make a socket");
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;
  ~SocketPair() {
    for (const int end : ends_) {
      if (end >= 0) ::close(end);
    }
  }
  int theirs() const { return ends_[1]; }
  int take_ours() { return std::exchange(ends_[0], -1); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// What the reader gets of our environment: what finding libraries and time zones needs, and no secrets.
std::vector<std::string> environment() {
  std::vector<std::string> variables{"ARROW_DEFAULT_MEMORY_POOL=system", "LC_ALL=C"};
  for (const char* name : {"LD_LIBRARY_PATH", "TZDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
  }
  return variables;
}

/// In the child between fork and exec, where only plain system calls are safe.
[[noreturn]] void become_reader(int file_socket, int frame_socket, pid_t parent, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(4);
  const int file = ::fcntl(file_socket, F_DUPFD, 10);
  const int frames = ::fcntl(frame_socket, F_DUPFD, 10);
  const int nowhere = ::open("/dev/null", O_RDWR);
  ::dup2(nowhere, 0);
  ::dup2(nowhere, 1);
  if (sandbox_is_built_in()) ::dup2(nowhere, 2);  // a sanitizer has something to say
  ::dup2(file, file_descriptor);
  ::dup2(frames, frame_descriptor);
  ::syscall(SYS_close_range, static_cast<unsigned>(frame_descriptor + 1), ~0u, 0u);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  char name[] = "peregrine-reader";
  char flag[64];
  std::strncpy(flag, asked, sizeof flag);
  char* arguments[] = {name, flag, nullptr};
  ::execve("/proc/self/exe", arguments, environment);
  ::_exit(5);
}

}  // namespace

ReaderProcess::ReaderProcess(const ReadableFile& file, const Task& task) : name_(task.file) {
  if (!main_calls_us) {
    throw Error(ErrorKind::bug, "import", "main() of this program does not call ingest::run_child_if_asked first");
  }
  SocketPair bytes;
  SocketPair frames;
  const auto order = json::format(to_json(task));
  start(bytes.theirs(), frames.theirs());
  frames_ = frames.take_ours();
  server_ = std::make_unique<FileServer>(file, bytes.take_ours());
  send_order(order);
}

void ReaderProcess::send_order(std::string_view order) {
  try {
    send_frame(frames_, FrameKind::task, order);
  } catch (const Error&) {  // it died already: next() says how
  }
}

void ReaderProcess::start(int file_socket, int frame_socket) {
  auto variables = environment();
  std::vector<char*> pointers;
  for (auto& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  const auto parent = ::getpid();
  process_ = ::fork();
  if (process_ == 0) become_reader(file_socket, frame_socket, parent, pointers.data());
  if (process_ < 0) fail("start a reader");
}

ReaderProcess::~ReaderProcess() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (frames_ >= 0) ::close(frames_);
}

Frame ReaderProcess::next(const std::function<void()>& while_waiting, std::uint64_t rows) {
  auto frame = receive_frame(frames_, while_waiting);
  if (!frame) throw_death(rows);
  switch (frame->kind) {
    case FrameKind::mapping:
    case FrameKind::block:
    case FrameKind::end: return std::move(*frame);
    case FrameKind::error: server_->rethrow_failure(); throw_reported(frame->bytes);
    case FrameKind::task: break;
  }
  throw Error(ErrorKind::corrupt, name_, "its reader sends what it never should; nothing was imported");
}

void ReaderProcess::throw_reported(const std::string& report) const {
  const auto parsed = json::parse(report, "report of the reader");
  const auto* object = parsed.if_object();
  const auto* kind = object != nullptr ? object->if_contains("kind") : nullptr;
  const auto* where = object != nullptr ? object->if_contains("where") : nullptr;
  const auto* what = object != nullptr ? object->if_contains("what") : nullptr;
  const bool fits = kind != nullptr && kind->is_int64() && where != nullptr && where->is_string() && what != nullptr &&
                    what->is_string() && kind->as_int64() >= 0 && kind->as_int64() <= static_cast<int>(ErrorKind::bug);
  if (!fits) throw Error(ErrorKind::corrupt, name_, "its reader sends what it never should; nothing was imported");
  throw Error(static_cast<ErrorKind>(kind->as_int64()), std::string(json::text_of(where->as_string())),
              std::string(json::text_of(what->as_string())));
}

void ReaderProcess::throw_death(std::uint64_t rows) {
  int status = 0;
  ::kill(process_, SIGKILL);  // changes nothing for one that is dead, and one that only hung up must not be waited for
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  server_->rethrow_failure();
  const auto how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                       : "exit code " + std::to_string(WEXITSTATUS(status));
  throw Error(ErrorKind::corrupt, name_,
              "the reader crashed at about row " + std::to_string(rows) + " (" + how + "); nothing was imported");
}

int run_child_if_asked(int argc, char** argv) {
  main_calls_us = true;
  if (argc != 2 || std::strcmp(argv[1], asked) != 0) return -1;
  return run_reader(file_descriptor, frame_descriptor);
}

}  // namespace peregrine::ingest
