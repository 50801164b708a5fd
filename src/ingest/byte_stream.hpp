// A ByteStream is the bytes of a file from its start to its end, decompressed when it is .gz or .zst.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ingest/served_file.hpp"

namespace peregrine::ingest {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Fills `into`; fewer bytes only at the end.
  virtual std::size_t read(std::span<char> into) = 0;
};

/// Throws `corrupt` while reading when the compressed bytes are damaged or end too early, and `invalid` when they
/// swell more than a hundredfold beyond 64 MiB.
std::unique_ptr<ByteStream> open_stream(ServedFile& file, std::string_view compression, std::string_view name);

}  // namespace peregrine::ingest
