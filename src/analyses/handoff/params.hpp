// What is asked of `handoff`, and the touchpoints that its first pass chose for the second.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/hash.hpp"
#include "fold/resources.hpp"
#include "model/known_names.hpp"

namespace peregrine::handoff {

/// Touchpoints that get a row, those that most buyers met, then by name. Never changes once made.
struct Choice {
  std::vector<std::string> touchpoints;
  std::int64_t left_out = 0;

  static Choice of(const std::map<std::string, std::int64_t>& buyers, std::size_t most);
  Hash128 hash() const;
};

/// Whether what follows a purchase may lie after the end of the range.
enum class CompleteBy : std::uint8_t { window, to };
constexpr auto enum_names(CompleteBy) {
  return std::to_array<std::string_view>({"window", "to"});
}

struct Params {
  std::string framework;
  Duration within = days(30);
  std::string value_event;
  CompleteBy complete_by = CompleteBy::window;
  std::int64_t touchpoints = 100;

  /// What `framework` names. Shared by the Params of one question and its States: it never changes.
  std::shared_ptr<const Framework> definition;
  /// What the first pass found worth a row; null in the first pass. Shared by the States of the second.
  std::shared_ptr<const Choice> choice;
  /// Throws `invalid` for a framework that has no crossing.
  void resolve(const Resources& resources);
  void check(const KnownNames& known) const;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Params::framework>("Framework whose phases meet at the handoff, a buyer and a customer phase; the "
                                  "workspace's own when empty."),
        field<&Params::within>("Time after the first buy in which everything counts, and that a buyer takes to mature.",
                               {.min = 1, .max = 100 * 365 * 86'400.0}),
        field<&Params::value_event>(
            "Event by which a buyer reaches value; when empty, any with the role activate, use or receive."),
        field<&Params::complete_by>("`window`: what follows a purchase counts after the end of the range too; `to`: it "
                                    "does not."),
        field<&Params::touchpoints>("Touchpoints before the purchase that get a row, those that most buyers met.",
                                    {.min = 1, .max = 300}));
  }
};

}  // namespace peregrine::handoff
