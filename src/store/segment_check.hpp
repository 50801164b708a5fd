// What must hold inside a segment whose bytes are sound: order, membership, offsets, references, counts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/manifest.hpp"
#include "store/segment_reader.hpp"

namespace peregrine::store {

/// Told of each thing that does not hold, at most one of a kind: code and sentence.
using OnBroken = std::function<void(std::string code, std::string sentence)>;

/// Reads all columns. `event_names` are the store's; nothing when its dictionary is damaged. Adds to `stored` the
/// events of each source. Throws what the segment throws.
void check_segment(const Segment& segment, const Manifest& manifest, const std::optional<NameList>& event_names,
                   const OnBroken& broken, std::vector<std::int64_t>& stored);

/// True of the codes for what the manifest says of a segment wrongly and the segment itself tells.
bool is_of_summary(std::string_view code);

}  // namespace peregrine::store
