// The parameters that every analysis takes beside its own: the range, the zone, which events, which groups, which
// periods.
#pragma once

#include <optional>
#include <string>

#include "base/fields.hpp"
#include "fold/grouped.hpp"
#include "fold/sliced.hpp"
#include "model/selection.hpp"

namespace peregrine {

struct SharedParams {
  std::string from;
  std::string to;
  std::string timezone;
  std::string where;
  std::string by;
  json::value by_at = boost::json::string();
  std::optional<Bucket> over;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&SharedParams::from>("First moment of the range, such as 2026-01-01; journeys enter from here on."),
        field<&SharedParams::to>("End of the range, not part of it, such as 2026-02-01."),
        field<&SharedParams::timezone>("IANA time zone instead of the workspace's."),
        field<&SharedParams::where>(
            "Which events and journeys are seen, such as channel = \"email\" and did(\"Order Completed\")."),
        field<&SharedParams::by>(
            "One answer for each group of journeys, such as channel, trait.country or cohort.month."),
        field<&SharedParams::by_at>(
            "For funnels: the step whose event `by` is read at, first, last, every or its number."),
        field<&SharedParams::over>("One answer for each period of the range."));
  }
};

/// Takes the common parameters out of an object of parameters; what is left is the analysis's own.
SharedParams take_shared(json::object& params, std::string_view where);

}  // namespace peregrine
