#include "ingest/read_block.hpp"

#include <limits>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace peregrine::ingest {

namespace {

void write_counts(const std::map<std::string, std::uint64_t>& counts, Writer& out) {
  out.put<std::uint64_t>(counts.size());
  for (const auto& [name, count] : counts) {
    out.put(std::string_view(name));
    out.put(count);
  }
}

std::map<std::string, std::uint64_t> read_counts(Reader& in) {
  std::map<std::string, std::uint64_t> counts;
  const auto size = in.size(2 * sizeof(std::uint64_t));
  for (std::size_t i = 0; i < size; ++i) {
    const std::string name(in.text());
    counts[name] += in.get<std::uint64_t>();
  }
  return counts;
}

bool adds_up(const ReadBlock& block, std::uint64_t rejected) {
  switch (block.pass) {
    case ReadBlock::Pass::joined: return rejected == 0 && block.waiting == 0 && block.left_out.empty();
    case ReadBlock::Pass::again: return block.batch.size() == 0 && block.waiting == 0 && block.left_out.empty();
    case ReadBlock::Pass::first: break;
  }
  if (block.rows > std::numeric_limits<std::uint32_t>::max()) return false;
  auto left = block.rows;
  const auto take = [&](std::uint64_t count) {
    const bool there = count <= left;
    left -= there ? count : 0;
    return there;
  };
  bool all = take(block.batch.size()) && take(rejected) && take(block.waiting);
  for (const auto& [because, count] : block.left_out) all = all && take(count);
  return all && left == 0;
}

}  // namespace

std::string write_block(const ReadBlock& block) {
  Writer out;
  out.put(block.pass);
  out.put(block.rows);
  out.put(block.first_row);
  out.put(block.waiting);
  write_counts(block.left_out, out);
  out.put<std::uint64_t>(block.found.size());
  for (const auto& found : block.found) {
    out.put(found.row);
    out.put(found.offset);
    out.put(found.finding.reason);
    out.put(std::string_view(found.finding.field));
    out.put(std::string_view(found.finding.sentence));
    out.put(std::string_view(found.raw));
  }
  write_counts(block.mistyped, out);
  out.put(block.beyond_names);
  out.put(block.beyond_join);
  write_batch(block.batch, out);
  return out.take();
}

ReadBlock read_block(std::string_view bytes) {
  Reader in(bytes, "block of the reader");
  ReadBlock block;
  block.pass = in.get<ReadBlock::Pass>();
  if (block.pass > ReadBlock::Pass::again) in.fail("is of no pass");
  block.rows = in.get<std::uint64_t>();
  block.first_row = in.get<std::uint64_t>();
  block.waiting = in.get<std::uint64_t>();
  block.left_out = read_counts(in);
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
  block.mistyped = read_counts(in);
  block.beyond_names = in.get<std::uint64_t>();
  block.beyond_join = in.get<std::uint64_t>();
  block.batch = read_batch(in.rest());
  if (!adds_up(block, rejected)) in.fail("has rows that do not add up");
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
