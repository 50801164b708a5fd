// The hot path: ordered steps without further rules, at most 8 steps that share no event. It gives the same matches as
// ChainMatcher, without listing hits.
//
// A journey's event codes are compared with the wanted ones 16 or 32 at a time, which gives a word of bits for each
// step; taking the first bit of each word after the first bit of the one before is the furthest chain when the window
// is left aside. Only if that chain is longer than the window does a walk over the hits decide: start[k] is the latest
// start from which step k was filled. Of all starts that fill the deepest step at its first filling, the earliest lies
// at most a window before that event.
#pragma once

#include <cstdint>
#include <vector>

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
    unsigned code_count = 0;
    std::array<std::uint32_t, most_codes> code{};
    std::array<std::uint8_t, most_codes> step_of{};  // of each wanted code
    const std::uint8_t* step_of_code = nullptr;      // by event code; most_steps: none
    std::int64_t window = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    bool bounded = false;            // some event may lie outside [from, to)
    std::int64_t matured_until = 0;  // starts up to this are matured
  };

 private:
  Plan plan_;
  std::vector<std::uint8_t> step_of_code_;
  bool applies_ = false;
};

}  // namespace peregrine::funnel
