#include "analyses/funnel/fast_chain.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "analyses/funnel/fast_chain.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace peregrine::funnel {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr unsigned chunk = 64;  // events whose bits fit a word

/// For each step the events among the 64 from `at` on that fill it, lowest bit first. Reads all 64.
template <class Code>
HWY_INLINE void compare(const FastChain::Plan& plan, const Code* at, std::uint64_t* bits) {
  const hn::ScalableTag<Code> d;
  const std::size_t lanes = hn::Lanes(d);
  for (unsigned k = 0; k < plan.steps; ++k) bits[k] = 0;
  for (unsigned c = 0; c < plan.code_count; ++c) {
    const auto wanted = hn::Set(d, static_cast<Code>(plan.code[c]));
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < chunk; i += lanes) {
      std::uint64_t some = 0;
      hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, at + i), wanted), reinterpret_cast<std::uint8_t*>(&some));
      found |= some << i;
    }
    bits[plan.step_of[c]] |= found;
  }
}

/// The same for `count` <= 64 events, whose row is `row`. Nothing is read beyond the part.
template <class Code>
HWY_INLINE void compare_at(const FastChain::Plan& plan, const Code* codes, std::uint64_t row, unsigned count,
                           std::uint64_t* bits) {
  if (row + chunk <= plan.events) {
    compare(plan, codes + row, bits);
  } else {
    Code copy[chunk] = {};
    std::copy_n(codes + row, count, copy);
    compare(plan, copy, bits);
  }
  const auto mask = ~std::uint64_t{0} >> (chunk - count);
  for (unsigned k = 0; k < plan.steps; ++k) bits[k] &= mask;
}

HWY_INLINE std::uint64_t after(unsigned bit) {
  return ~std::uint64_t{1} << bit;
}

HWY_INLINE void report(const FastChain::Plan& plan, const StepTable& table, Tally& tally, const std::uint64_t* rows,
                       unsigned depth) {
  tally.add(table, rows, depth, plan.time[rows[0]] <= plan.matured_until);
}

/// start[k + 1] is the latest start from which step k was filled, first[k] the row that filled it first.
struct Walk {
  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();
  std::int64_t start[FastChain::most_steps + 1];
  std::uint64_t first[FastChain::most_steps];

  HWY_INLINE explicit Walk(unsigned steps) {
    std::fill_n(start, steps + 1, none);
    std::fill_n(first, steps, no_row);
  }
  /// An event that can fill `step`. Steps share no event, so that one look is enough.
  HWY_INLINE void take(unsigned step, std::uint64_t row, std::int64_t time, std::int64_t window) {
    start[0] = time;
    const auto from = start[step];
    // As unsigned numbers: from `none` every time is further away than any window.
    const bool reached =
        static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(from) <= static_cast<std::uint64_t>(window) &&
        from != none;
    start[step + 1] = reached ? from : start[step + 1];
    first[step] = reached && first[step] == no_row ? row : first[step];
  }
  HWY_INLINE unsigned depth(unsigned steps) const {
    unsigned deepest = steps;
    while (deepest > 0 && first[deepest - 1] == no_row) --deepest;
    return deepest;
  }
};

/// A journey of at most 64 events.
template <class Code>
HWY_INLINE void observe_short(const FastChain::Plan& plan, const StepTable& table, Tally& tally, const Code* codes,
                              std::uint64_t begin, unsigned count) {
  std::uint64_t bits[FastChain::most_steps];
  compare_at(plan, codes, begin, count, bits);
  const auto* time = plan.time + begin;
  if (plan.bounded) {
    while (bits[0] != 0 && time[std::countr_zero(bits[0])] < plan.from) bits[0] &= bits[0] - 1;
    while (bits[0] != 0 && time[63 - std::countl_zero(bits[0])] >= plan.to)
      bits[0] &= ~(std::uint64_t{1} << (63 - std::countl_zero(bits[0])));
  }
  if (bits[0] == 0) return;

  // The chain from the first start, as if there were no window: no chain gets further.
  std::uint64_t rows[FastChain::most_steps];
  auto at = static_cast<unsigned>(std::countr_zero(bits[0]));
  const auto first = at;
  std::uint64_t relevant = bits[0];
  rows[0] = begin + at;
  unsigned depth = 1;
  for (; depth < plan.steps; ++depth) {
    const auto left = bits[depth] & after(at);
    if (left == 0) break;
    relevant |= left;
    at = static_cast<unsigned>(std::countr_zero(left));
    rows[depth] = begin + at;
  }
  if (depth == 1 || time[at] - time[first] <= plan.window) {
    report(plan, table, tally, rows, depth);
    return;
  }

  Walk walk(depth);
  for (; relevant != 0; relevant &= relevant - 1) {
    const auto i = static_cast<unsigned>(std::countr_zero(relevant));
    walk.take(plan.step_of_code[codes[begin + i]], begin + i, time[i], plan.window);
  }
  depth = walk.depth(depth);
  const auto earliest = time[walk.first[depth - 1] - begin] - plan.window;
  auto starts = bits[0];
  if (depth > 1) {
    while (time[std::countr_zero(starts)] < earliest) starts &= starts - 1;
  }
  at = static_cast<unsigned>(std::countr_zero(starts));
  rows[0] = begin + at;
  for (unsigned k = 1; k < depth; ++k) {
    at = static_cast<unsigned>(std::countr_zero(bits[k] & after(at)));
    rows[k] = begin + at;
  }
  report(plan, table, tally, rows, depth);
}

/// A journey of any length: the walk, 64 events at a time, and then once more over the rows that were found.
template <class Code>
HWY_NOINLINE void observe_long(const FastChain::Plan& plan, const StepTable& table, Tally& tally, const Code* codes,
                               std::uint64_t begin, std::uint64_t end) {
  const auto may_start = [&](std::uint64_t row) {
    return !plan.bounded || (plan.from <= plan.time[row] && plan.time[row] < plan.to);
  };
  Walk walk(plan.steps);
  auto first_start = no_row;
  for (auto row = begin; row < end; row += chunk) {
    std::uint64_t bits[FastChain::most_steps];
    compare_at(plan, codes, row, static_cast<unsigned>(std::min<std::uint64_t>(chunk, end - row)), bits);
    std::uint64_t relevant = bits[0];
    if (first_start != no_row) {
      for (unsigned k = 1; k < plan.steps; ++k) relevant |= bits[k];
    } else if (relevant == 0) {
      continue;
    } else {
      for (unsigned k = 1; k < plan.steps; ++k)
        relevant |= bits[k] & after(static_cast<unsigned>(std::countr_zero(bits[0])));
    }
    for (; relevant != 0; relevant &= relevant - 1) {
      const auto at = row + static_cast<unsigned>(std::countr_zero(relevant));
      const auto step = plan.step_of_code[codes[at]];
      if (step == 0 && !may_start(at)) continue;
      if (step == 0 && first_start == no_row) first_start = at;
      walk.take(step, at, plan.time[at], plan.window);
    }
    if (walk.first[plan.steps - 1] != no_row) break;  // later events cannot change anything
  }
  const auto depth = walk.depth(plan.steps);
  if (depth == 0) return;
  const auto end_time = plan.time[walk.first[depth - 1]];
  const auto find = [&](unsigned step, std::uint64_t row) {
    while (plan.step_of_code[codes[row]] != step) ++row;
    return row;
  };
  std::uint64_t rows[FastChain::most_steps];
  rows[0] = first_start;
  while (end_time - plan.time[rows[0]] > plan.window) rows[0] = find(0, rows[0] + 1);
  for (unsigned k = 1; k < depth; ++k) rows[k] = find(k, rows[k - 1] + 1);
  report(plan, table, tally, rows, depth);
}

template <class Code>
void observe_codes(const FastChain::Plan& plan, const StepTable& table, const Code* codes, const JourneyBatch& batch,
                   Tally& tally) {
  for (std::size_t i = 0; i < batch.size; ++i) {
    const auto begin = batch.begin[i];
    const auto end = batch.end[i];
    if (end <= begin) continue;
    if (end - begin <= chunk) {
      observe_short(plan, table, tally, codes, begin, static_cast<unsigned>(end - begin));
    } else {
      observe_long(plan, table, tally, codes, begin, end);
    }
  }
}

void ObserveBatch(const FastChain::Plan& plan, const StepTable& table, const JourneyBatch& batch, Tally& tally) {
  if (plan.event.narrow != nullptr) {
    observe_codes(plan, table, plan.event.narrow, batch, tally);
  } else {
    observe_codes(plan, table, plan.event.wide, batch, tally);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace peregrine::funnel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace peregrine::funnel {

HWY_EXPORT(ObserveBatch);

FastChain::FastChain(const Rules& rules, const StepTable& table, const Part& part) {
  const bool plain = rules.order == Order::ordered && rules.entry == Entry::best && rules.count == Count::journeys &&
                     !rules.from_previous && rules.gap == 0 && rules.same_time == SameTime::arrival && !rules.reuse &&
                     !rules.held && rules.optional == 0 && rules.excluded_count == 0 && rules.end == never &&
                     rules.steps <= most_steps && !table.has_filters();
  if (!plain) return;
  const auto& steps_of_code = table.steps_of_code();
  step_of_code_.assign(steps_of_code.size(), most_steps);
  for (std::size_t code = 0; code < steps_of_code.size(); ++code) {
    const auto steps = steps_of_code[code];
    if (steps == 0) continue;
    if (std::popcount(steps) > 1 || plan_.code_count == most_codes) return;
    const auto step = static_cast<std::uint8_t>(std::countr_zero(steps));
    step_of_code_[code] = step;
    plan_.code[plan_.code_count] = static_cast<std::uint32_t>(code);
    plan_.step_of[plan_.code_count++] = step;
  }
  applies_ = true;
  plan_.event = part.event;
  plan_.time = part.time;
  plan_.events = part.events();
  plan_.steps = rules.steps;
  plan_.step_of_code = step_of_code_.data();
  plan_.window = rules.window;
  plan_.from = rules.from;
  plan_.to = rules.to;
  plan_.bounded = rules.from != Time::earliest().micros || rules.to != Time::latest().micros;
  plan_.matured_until = earlier(rules.horizon, rules.window);
}

void FastChain::observe(const StepTable& table, const JourneyBatch& batch, Tally& tally) const noexcept {
  HWY_DYNAMIC_DISPATCH(ObserveBatch)(plan_, table, batch, tally);
}

}  // namespace peregrine::funnel
#endif
