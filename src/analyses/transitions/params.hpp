// What is asked of `transitions`, and what its first pass chose for the second.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/fields.hpp"
#include "fold/resources.hpp"

namespace peregrine::transitions {

enum class Level : std::uint8_t { event, touchpoint, stage };
constexpr std::array<std::string_view, 3> enum_names(Level) {
  return {"event", "touchpoint", "stage"};
}

struct Choice;

struct Params {
  Level level = Level::event;
  std::string framework;
  Duration idle = days(90);
  bool reenter = false;
  std::int64_t names = 100;
  std::int64_t variants = 10;
  std::int64_t depth = 5;
  std::int64_t top = 10;
  bool collapse = false;

  /// What `framework` names, at level stage. Shared by the Params of one question and its States: it never changes.
  std::shared_ptr<const Framework> definition;
  /// What the first pass found worth a row; null in the first pass. Shared by the States of the second.
  std::shared_ptr<const Choice> choice;
  void resolve(const Resources& resources);

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Params::level>("What a journey is a sequence of: its events, their touchpoints, or stays in stages."),
        field<&Params::framework>("Framework of level stage; the workspace's own when empty."),
        field<&Params::idle>("Silence after which a customer has left a stage.",
                             {.min = 1, .max = 100 * 365 * 86'400.0}),
        field<&Params::reenter>("Whether customers who have bought come into stages of the buyer phase again."),
        field<&Params::names>("Names that get edges of their own, those with most events; the rest are \"other\".",
                              {.min = 1, .max = 300}),
        field<&Params::variants>("Variants that get a row, those with most journeys; 0 counts none.",
                                 {.min = 0, .max = 1'000}),
        field<&Params::depth>("Steps that journeys are unrolled to, from their first event in range; 0 for none.",
                              {.min = 0, .max = 20}),
        field<&Params::top>("Names of each step that get a row, those with most journeys; the rest are \"other\".",
                            {.min = 1, .max = 50}),
        field<&Params::collapse>("Whether a run of one name is one step (variants are always counted so)."));
  }
};

}  // namespace peregrine::transitions
