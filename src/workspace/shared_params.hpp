// The parameters that every analysis takes beside its own: the range, the zone, which events, which groups.
#pragma once

#include <optional>
#include <string>

#include "base/fields.hpp"
#include "fold/grouped.hpp"
#include "model/selection.hpp"

namespace peregrine {

struct SharedParams {
  std::string from;
  std::string to;
  std::string timezone;
  std::string where;
  std::string by;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&SharedParams::from>("First moment of the range, such as 2026-01-01; journeys enter from here on."),
        field<&SharedParams::to>("End of the range, not part of it, such as 2026-02-01."),
        field<&SharedParams::timezone>("IANA time zone instead of the workspace's."),
        field<&SharedParams::where>("Which events are seen, such as channel = \"email\" and value > 100."),
        field<&SharedParams::by>(
            "One answer for each group of journeys, such as channel, trait.country or cohort.month."));
  }
};

/// Takes the common parameters out of an object of parameters; what is left is the analysis's own.
SharedParams take_shared(json::object& params, std::string_view where);

}  // namespace peregrine
