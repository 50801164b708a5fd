// A Frame is one message between an import and its reader, over a socket.
//
// frame = kind (1 byte) length (8 bytes, little-endian) bytes
// The length is checked before anything is allocated for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace peregrine::ingest {

enum class FrameKind : std::uint8_t { task, mapping, block, end, error };

struct Frame {
  FrameKind kind{};
  std::string bytes;
};

constexpr std::size_t max_frame = std::size_t{512} << 20;

/// Blocks until the other side has room. Throws `unavailable` when it is gone.
void send_frame(int socket, FrameKind kind, std::string_view bytes);

/// The next frame, or nothing when the other side is gone, even in the middle of one. `while_waiting` is called about
/// ten times a second and may throw. Throws `corrupt` for what is no frame.
std::optional<Frame> receive_frame(int socket, const std::function<void()>& while_waiting = {});

/// The same for bytes without a frame around them: false when the other side is gone.
bool send_all(int socket, std::string_view bytes);
bool receive_all(int socket, char* into, std::size_t size, const std::function<void()>& while_waiting = {});

}  // namespace peregrine::ingest
