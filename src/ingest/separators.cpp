#include "ingest/separators.hpp"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ingest/separators.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace peregrine::ingest {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t chunk = 64;  // bytes whose bits fit a word
constexpr unsigned at_a_time = 8;  // places written, whether or not there are as many: `into` has room for more

HWY_INLINE std::uint64_t separators_of(const std::uint8_t* chunk_begin, const Dialect& dialect) {
  const hn::CappedTag<std::uint8_t, chunk> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto delimiter = hn::Set(d, static_cast<std::uint8_t>(dialect.delimiter));
  const auto newline = hn::Set(d, static_cast<std::uint8_t>(dialect.newline));
  const auto quote = hn::Set(d, static_cast<std::uint8_t>('"'));
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < chunk; i += lanes) {
    const auto bytes = hn::LoadU(d, chunk_begin + i);
    const auto is = hn::Or(hn::Or(hn::Eq(bytes, delimiter), hn::Eq(bytes, newline)), hn::Eq(bytes, quote));
    std::uint64_t some = 0;
    hn::StoreMaskBits(d, is, reinterpret_cast<std::uint8_t*>(&some));
    found |= some << i;
  }
  return found;
}

HWY_INLINE std::uint32_t* write_places(std::uint64_t bits, std::size_t begin, std::uint32_t* into) {
  const auto count = static_cast<unsigned>(std::popcount(bits));
  for (unsigned done = 0; done < count; done += at_a_time) {
#pragma GCC unroll 8
    for (unsigned i = 0; i < at_a_time; ++i) {
      into[done + i] = static_cast<std::uint32_t>(begin) + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
  return into + count;
}

std::size_t find_separators(std::string_view text, const Dialect& dialect, std::uint32_t* places) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto* into = places;
  std::size_t at = 0;
  for (; at + chunk <= text.size(); at += chunk) into = write_places(separators_of(bytes + at, dialect), at, into);
  if (at < text.size()) {
    std::uint8_t rest[chunk] = {};
    std::memcpy(rest, bytes + at, text.size() - at);
    const auto of_text = (std::uint64_t{1} << (text.size() - at)) - 1;
    into = write_places(separators_of(rest, dialect) & of_text, at, into);
  }
  return static_cast<std::size_t>(into - places);
}

}  // namespace HWY_NAMESPACE
}  // namespace peregrine::ingest
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace peregrine::ingest {

namespace {
HWY_EXPORT(find_separators);
constexpr std::size_t room_beyond = 64;
}  // namespace

Separators::Separators(const Dialect& dialect) : dialect_(dialect), places_(most_bytes + room_beyond) {}

std::span<const std::uint32_t> Separators::find(std::string_view text) {
  text = text.substr(0, most_bytes);
  const auto count = HWY_DYNAMIC_DISPATCH(find_separators)(text, dialect_, places_.data());
  return std::span(places_).first(count);
}

}  // namespace peregrine::ingest
#endif
