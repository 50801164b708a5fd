#include "ingest/served_file.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "ingest/frame.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::uint64_t max_answer = std::uint64_t{4} << 20;

struct Request {
  std::uint64_t offset;
  std::uint64_t length;
};

}  // namespace

FileServer::FileServer(const ReadableFile& file, int socket)
    : file_(file), socket_(socket), thread_([this] { serve(); }) {}

FileServer::~FileServer() {
  stop();
  ::close(socket_);
}

void FileServer::stop() {
  if (!thread_.joinable()) return;
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
}

void FileServer::rethrow_failure() {
  stop();
  if (failure_) std::rethrow_exception(failure_);
}

void FileServer::serve() {
  std::string bytes;
  for (;;) {
    Request request{};
    if (!receive_all(socket_, reinterpret_cast<char*>(&request), sizeof request)) return;
    bytes.resize(std::min(request.length, max_answer));
    std::int64_t count = -1;
    try {
      count = static_cast<std::int64_t>(file_.read_at(request.offset, bytes));
    } catch (...) {
      if (!failure_) failure_ = std::current_exception();
    }
    const std::string_view got(bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    hash(request.offset, got);
    served_.store(std::min(file_.size(), bytes_served() + got.size()));
    if (!send_all(socket_, {reinterpret_cast<const char*>(&count), sizeof count}) || !send_all(socket_, got)) return;
  }
}

void FileServer::hash(std::uint64_t offset, std::string_view bytes) {
  if (offset > hashed_ || offset + bytes.size() <= hashed_) return;
  hasher_.add(bytes.substr(static_cast<std::size_t>(hashed_ - offset)));
  hashed_ = offset + bytes.size();
}

std::size_t ServedFile::read_at(std::uint64_t offset, std::span<char> into) {
  const std::lock_guard hold(mutex_);
  std::size_t done = 0;
  while (done < into.size() && offset + done < size_) {
    const Request request{offset + done, into.size() - done};
    std::int64_t count = 0;
    if (!send_all(socket_, {reinterpret_cast<const char*>(&request), sizeof request}) ||
        !receive_all(socket_, reinterpret_cast<char*>(&count), sizeof count)) {
      ::_exit(3);
    }
    if (count < 0) throw Error(ErrorKind::unavailable, "import", "the file cannot be read");
    if (count == 0) break;
    if (static_cast<std::size_t>(count) > into.size() - done ||
        !receive_all(socket_, into.data() + done, static_cast<std::size_t>(count))) {
      ::_exit(3);
    }
    done += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace peregrine::ingest
