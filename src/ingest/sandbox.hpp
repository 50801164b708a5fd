// The sandbox of a reader: limits of memory and descriptors, no core dumps, and a filter of system calls under which it
// can compute, talk over the sockets it has, and nothing else.
#pragma once

#include <cstdint>

namespace peregrine::ingest {

/// For the calling process and all its threads, for good. Opening anything for writing, making a socket and starting a
/// program kill the process; other calls that reading does not need fail. Skipped in builds with sanitizers, which need
/// more. Returns false where the machine has no seccomp: then only the limits hold.
bool enter_sandbox(std::uint64_t memory_bytes);

/// False in builds with sanitizers.
bool sandbox_is_built_in();

}  // namespace peregrine::ingest
