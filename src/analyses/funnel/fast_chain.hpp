// The hot path: ordered steps without further rules, at most 8 steps that share no event. It gives the same matches as
// ChainMatcher, without listing hits.
//
// A journey's event codes are compared with the wanted ones 16 or 32 at a time, which gives a word of bits for each
// step and 64 events. What follows is arithmetic on those words: the first bit of a step after a bit of the one before
// is the next event of the earliest chain, the last bit before it the one of the latest. No chain gets further than the
// earliest one does without a window; only if that is longer than the window are later ends tried. Of all starts that
// fill the deepest step at its first filling, the earliest lies at most a window before that event.
#pragma once

#include <array>
#include <cstdint>

#include "analyses/funnel/tally.hpp"

namespace peregrine::funnel {

class FastChain {
 public:
  static constexpr unsigned most_steps = 8;
  static constexpr std::size_t most_codes = 16;

  /// What depends on a part. `applies` is false where the general matcher must be asked.
  FastChain(const Rules& rules, const StepTable& table, const Part& part);

  bool applies() const { return applies_; }
  void observe(const StepTable& table, const JourneyBatch& batch, Tally& tally) const noexcept;

  // What the instantiations for each instruction set read.
  struct Plan {
    EventCodes event;
    const std::int64_t* time = nullptr;
    std::uint64_t events = 0;  // rows of the part
    unsigned steps = 0;
    std::array<std::uint32_t, most_codes> code{};           // the wanted ones, by step
    std::array<std::uint8_t, most_steps + 1> first_code{};  // step k wants the codes from first_code[k] on
    std::int64_t window = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    bool bounded = false;            // some event may lie outside [from, to)
    std::int64_t matured_until = 0;  // starts up to this are matured
  };

 private:
  Plan plan_;
  bool applies_ = false;
};

}  // namespace peregrine::funnel
