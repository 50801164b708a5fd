// A SpanCounter counts, journey by journey, the events that did, never or count look for in their span.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/selection.hpp"

namespace peregrine {

class SpanCounter {
 public:
  using Mask = std::vector<std::uint8_t>;

  /// `masks` has one for each child of the node: what is looked for, then the ends that are events. `time` may be null
  /// where the span asks for none, and must outlive this.
  SpanCounter(const Selection::Node& node, std::vector<Mask> masks, const std::int64_t* time, const Zone& zone);

  /// How many of the rows `begin` to `end`, which are one journey, were looked for and lie in the span; nothing when
  /// the span is not there because an end of it did not happen.
  std::optional<std::int64_t> count(std::uint64_t begin, std::uint64_t end) const;

 private:
  struct End {
    std::optional<std::int64_t> time;
    const Mask* events = nullptr;
  };

  std::optional<std::int64_t> count_before(std::uint64_t begin, std::uint64_t end) const;
  std::optional<std::int64_t> count_after(std::uint64_t begin, std::uint64_t end) const;
  std::optional<std::int64_t> count_between(std::uint64_t begin, std::uint64_t end) const;
  /// The first row from `begin` on at which an end lies; nothing when its event does not happen.
  std::optional<std::uint64_t> find(const End& at, std::uint64_t begin, std::uint64_t end) const;
  std::int64_t count_rows(std::uint64_t begin, std::uint64_t end) const;

  Selection::Node::Span::Is is_;
  std::optional<std::int64_t> within_;
  std::vector<Mask> masks_;
  std::vector<End> ends_;
  const std::int64_t* time_;
};

}  // namespace peregrine
