#include "ingest/frame.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace peregrine::ingest {

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool receive_all(int socket, char* into, std::size_t size, const std::function<void()>& while_waiting) {
  constexpr int tenth_of_a_second = 100;
  while (size > 0) {
    if (while_waiting) {
      pollfd ready{socket, POLLIN, 0};
      if (::poll(&ready, 1, tenth_of_a_second) == 0) {
        while_waiting();
        continue;
      }
    }
    const auto got = ::recv(socket, into, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

namespace {

struct Head {
  std::uint8_t kind;
  std::uint64_t length;
};
constexpr std::size_t head_bytes = 9;

}  // namespace

void send_frame(int socket, FrameKind kind, std::string_view bytes) {
  char head[head_bytes];
  head[0] = static_cast<char>(kind);
  const std::uint64_t length = bytes.size();
  std::memcpy(head + 1, &length, sizeof length);
  if (!send_all(socket, {head, sizeof head}) || !send_all(socket, bytes)) {
    throw Error(ErrorKind::unavailable, "import", "the other process is gone");
  }
}

std::optional<Frame> receive_frame(int socket, const std::function<void()>& while_waiting) {
  char bytes[head_bytes];
  if (!receive_all(socket, bytes, sizeof bytes, while_waiting)) return std::nullopt;
  Head head{static_cast<std::uint8_t>(bytes[0]), 0};
  std::memcpy(&head.length, bytes + 1, sizeof head.length);
  if (head.kind > static_cast<std::uint8_t>(FrameKind::error) || head.length > max_frame) {
    throw Error(ErrorKind::corrupt, "import", "the reader sends what is no frame");
  }
  Frame frame{static_cast<FrameKind>(head.kind), std::string(static_cast<std::size_t>(head.length), '\0')};
  if (!receive_all(socket, frame.bytes.data(), frame.bytes.size(), while_waiting)) return std::nullopt;
  return frame;
}

}  // namespace peregrine::ingest
