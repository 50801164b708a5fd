// A Shape is a kind of row that is known: its keys say what they are without being asked. What a key of each shape
// becomes is data, in shape.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace peregrine::ingest {

/// The calls of Segment are shapes of their own where they differ.
enum class Shape : std::uint8_t { plain, segment, segment_identify, segment_group, ga4, xes };
constexpr std::size_t shapes = 6;

constexpr std::string_view title_of(Shape shape) {
  constexpr auto titles =
      std::to_array<std::string_view>({"plain", "Segment", "Segment", "Segment", "GA4 export", "XES"});
  return titles[static_cast<std::size_t>(shape)];
}

/// How the value of a key is read.
enum class Reads : std::uint8_t {
  as_it_is,
  time,          // text that names its zone, whatever the times of other rows look like
  microseconds,  // since 1970, also as text
  integer        // also as text: BigQuery writes 64-bit numbers so
};

/// Where the value of a key belongs.
struct Placement {
  std::string column;         // that holds it: keys of one row that say the same have one column
  std::string_view becomes;   // customer, time, source, ... as the shape says; empty: by the column's name
  std::string_view left_out;  // why it is not kept, or empty
  std::string otherwise;      // column that holds it when a key of a lower rank has taken its own
  std::uint8_t rank = 0;
  Reads reads = Reads::as_it_is;
};

/// `path` is the key with those of the objects around it: `context.campaign.source`.
Placement place(Shape shape, std::string_view path);

/// Who, when, what and how much: the roles that rows of this shape have columns for from the start, so that one which
/// is met late is not taken for a property. Empty for plain rows.
std::span<const std::string_view> keys_of_roles(Shape shape);

/// True for a list of {key, value: {string_value, int_value, ...}} that is flattened to `path.key`.
bool is_list_of_parameters(Shape shape, std::string_view path);

}  // namespace peregrine::ingest
