#include "ingest/read_block.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace peregrine::ingest {

std::string write_block(const ReadBlock& block) {
  Writer out;
  out.put(block.rows);
  out.put<std::uint64_t>(block.found.size());
  for (const auto& found : block.found) {
    out.put(found.row);
    out.put(found.offset);
    out.put(found.finding.reason);
    out.put(std::string_view(found.finding.field));
    out.put(std::string_view(found.finding.sentence));
    out.put(std::string_view(found.raw));
  }
  out.put<std::uint64_t>(block.mistyped.size());
  for (const auto& [column, count] : block.mistyped) {
    out.put(std::string_view(column));
    out.put(count);
  }
  out.put(block.beyond_names);
  write_batch(block.batch, out);
  return out.take();
}

ReadBlock read_block(std::string_view bytes) {
  Reader in(bytes, "block of the reader");
  ReadBlock block;
  block.rows = in.get<std::uint64_t>();
  constexpr std::size_t least_found_bytes = 41;
  block.found.resize(in.size(least_found_bytes));
  std::uint64_t rejected = 0;
  for (auto& found : block.found) {
    found.row = in.get<std::uint64_t>();
    found.offset = in.get<std::int64_t>();
    found.finding.reason = in.get<Reason>();
    if (static_cast<std::size_t>(found.finding.reason) >= reasons.size()) in.fail("gives a reason that is none");
    found.finding.field = in.text();
    found.finding.sentence = in.text();
    found.raw = in.text();
    if (found.row >= block.rows) in.fail("finds fault with a row it does not hold");
    if (is_rejection(found.finding.reason)) ++rejected;
  }
  const auto columns = in.size(2 * sizeof(std::uint64_t));
  for (std::size_t i = 0; i < columns; ++i) {
    const std::string column(in.text());
    block.mistyped[column] += in.get<std::uint64_t>();
  }
  block.beyond_names = in.get<std::uint64_t>();
  block.batch = read_batch(in.rest());
  if (block.batch.size() + rejected != block.rows) in.fail("has rows that do not add up");
  for (const auto row : block.batch.row) {
    if (row >= block.rows) in.fail("holds an event of a row it does not hold");
  }
  return block;
}

std::string shorten_raw(std::string_view raw) {
  constexpr std::size_t most = std::size_t{64} << 10;
  if (raw.size() <= most) return std::string(raw);
  const auto tail = "... [" + std::to_string(raw.size()) + " bytes, XXH3 " + format_hash(hash128(raw)) + "]";
  return std::string(raw.substr(0, most - tail.size())) + tail;
}

}  // namespace peregrine::ingest
