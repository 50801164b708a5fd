#include "analyses/funnel/fast_chain.hpp"

#include <hwy/cache_control.h>

#include <algorithm>
#include <bit>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "analyses/funnel/fast_chain.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace peregrine::funnel {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr unsigned chunk = 64;  // events whose bits fit a word

/// How long after `earlier` an event is; exact for any two times in order.
HWY_INLINE std::uint64_t apart(std::int64_t earlier, std::int64_t later) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
}

HWY_INLINE unsigned lowest(std::uint64_t bits) {
  return static_cast<unsigned>(std::countr_zero(bits));
}

HWY_INLINE unsigned highest(std::uint64_t bits) {
  return 63 - static_cast<unsigned>(std::countl_zero(bits));
}

HWY_INLINE std::uint64_t before(std::uint64_t bit) {
  return (std::uint64_t{1} << bit) - 1;
}

/// For each of `Steps` steps the events among `count` <= 64 from `row` on that fill it, lowest bit first; no bits for
/// steps the funnel does not have.
template <unsigned Steps, class Code>
HWY_INLINE void find_steps(const FastChain::Plan& plan, const Code* codes, std::uint64_t row, unsigned count,
                           std::uint64_t (&bits)[Steps]) {
  const hn::ScalableTag<Code> d;
  const std::size_t lanes = hn::Lanes(d);
  Code copy[chunk] = {};
  const Code* at = codes + row;
  if (row + chunk > plan.events) {  // nothing is read beyond the part
    std::copy_n(at, count, copy);
    at = copy;
  }
  const auto mask = ~std::uint64_t{0} >> (chunk - count);
#pragma GCC unroll 8
  for (unsigned k = 0; k < Steps; ++k) {
    std::uint64_t found = 0;
    for (unsigned c = plan.first_code[k]; c < plan.first_code[k + 1]; ++c) {
      const auto wanted = hn::Set(d, static_cast<Code>(plan.code[c]));
      for (std::size_t i = 0; i < chunk; i += lanes) {
        std::uint64_t some = 0;
        hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, at + i), wanted), reinterpret_cast<std::uint8_t*>(&some));
        found |= some << i;
      }
    }
    bits[k] = found & mask;
  }
}

HWY_INLINE bool is_matured(const FastChain::Plan& plan, std::uint64_t row) {
  return plan.time[row] <= plan.matured_until;
}

/// A journey of at most 64 events: which of them fill which step, and a chain as the word of its events.
template <unsigned Steps>
struct ShortJourney {
  std::uint64_t begin;
  std::uint64_t chain;
  std::uint64_t bits[Steps];

  /// The earliest chain from the first start on. Where a step finds no event, `left` has no lowest bit, and neither
  /// have those of the steps after it.
  HWY_INLINE std::uint64_t earliest(std::uint64_t starts) const {
    std::uint64_t at = starts & (~starts + 1);
    std::uint64_t all = at;
    for (unsigned k = 1; k < Steps; ++k) {
      const auto left = bits[k] & ~(at ^ (at - 1));
      at = left & (~left + 1);
      all |= at;
    }
    return all;
  }
  HWY_INLINE void keep_starts_in(const FastChain::Plan& plan) {
    const auto* time = plan.time + begin;
    while (bits[0] != 0 && time[lowest(bits[0])] < plan.from) bits[0] &= bits[0] - 1;
    while (bits[0] != 0 && time[highest(bits[0])] >= plan.to) bits[0] &= before(highest(bits[0]));
  }
  HWY_INLINE bool is_longer_than(std::uint64_t window, const std::int64_t* time) const {
    return apart(time[begin + lowest(chain)], time[begin + highest(chain)]) > window;
  }
  /// The chain to report when the earliest one is longer than the window.
  HWY_INLINE void fit_into(std::uint64_t window, const std::int64_t* times) {
    const auto* time = times + begin;
    for (auto depth = static_cast<unsigned>(std::popcount(chain)); depth > 1; --depth) {
      const auto earliest_end = highest(chain);
      for (auto ends = bits[depth - 1] & ~before(earliest_end); ends != 0; ends &= ends - 1) {
        const auto end = lowest(ends);
        auto start = end;  // of the latest chain to this end
        for (auto k = depth - 1; k-- > 0;) start = highest(bits[k] & before(start));
        if (apart(time[start], time[end]) > window) continue;
        auto starts = bits[0];
        while (apart(time[lowest(starts)], time[end]) > window) starts &= starts - 1;
        chain = earliest(starts) & (before(end) | std::uint64_t{1} << end);
        return;
      }
      chain ^= std::uint64_t{1} << earliest_end;
    }
  }
};

/// A journey of any length: the same with as many words as it needs. Every word is looked at a few times for each
/// depth, however the events lie. One object serves many journeys, so that its memory is asked for once.
template <unsigned Steps>
class LongJourney {
 public:
  template <class Code>
  HWY_INLINE void find(const FastChain::Plan& plan, const Code* codes, std::uint64_t begin, std::uint64_t end) {
    time_ = plan.time + begin;
    begin_ = begin;
    size_ = end - begin;
    words_.resize((size_ + chunk - 1) / chunk);
    for (std::uint64_t i = 0; i < words_.size(); ++i) {
      const auto count = static_cast<unsigned>(std::min<std::uint64_t>(chunk, size_ - i * chunk));
      find_steps(plan, codes, begin + i * chunk, count, words_[i].bits);
    }
    if (plan.bounded) keep_starts_in(at_or_after(plan.from), at_or_after(plan.to));
  }
  /// The rows of the chain to report, and how many: 0 when no event may start one.
  HWY_INLINE unsigned chain(std::uint64_t window, std::uint64_t (&rows)[Steps]) {
    const auto start = next(0, 0);
    if (start == size_) return 0;
    auto depth = earliest(start, rows);
    if (time_between(rows[0], rows[depth - 1]) > window) depth = fit_into(window, depth, rows);
    for (unsigned k = 0; k < depth; ++k) rows[k] += begin_;
    return depth;
  }

 private:
  struct Word {
    std::uint64_t bits[Steps];
  };

  HWY_INLINE std::uint64_t time_between(std::uint64_t from, std::uint64_t to) const {
    return apart(time_[from], time_[to]);
  }
  HWY_INLINE std::uint64_t at_or_after(std::int64_t time) const {
    return static_cast<std::uint64_t>(std::lower_bound(time_, time_ + size_, time) - time_);
  }
  HWY_INLINE void keep_starts_in(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t i = 0; i < words_.size(); ++i) {
      auto& starts = words_[i].bits[0];
      const auto first = i * chunk;
      if (from > first) starts &= from - first < chunk ? ~before(from % chunk) : 0;
      if (to < first + chunk) starts &= to > first ? before(to % chunk) : 0;
    }
  }
  /// The first event at or after `at` that fills a step; size_ when there is none.
  HWY_INLINE std::uint64_t next(unsigned step, std::uint64_t at) const {
    if (at >= size_) return size_;
    auto i = at / chunk;
    auto bits = words_[i].bits[step] & ~before(at % chunk);
    while (bits == 0) {
      if (++i == words_.size()) return size_;
      bits = words_[i].bits[step];
    }
    return i * chunk + lowest(bits);
  }
  /// The last event in [from, to) that fills a step, `other` when there is none.
  HWY_INLINE std::uint64_t last(unsigned step, std::uint64_t from, std::uint64_t to, std::uint64_t other) const {
    auto i = to / chunk;
    auto bits = to % chunk == 0 ? 0 : words_[i].bits[step] & before(to % chunk);
    while (bits == 0) {
      if (i-- == from / chunk) return other;
      bits = words_[i].bits[step];
    }
    const auto found = i * chunk + highest(bits);
    return found >= from ? found : other;
  }
  HWY_INLINE unsigned earliest(std::uint64_t start, std::uint64_t (&at)[Steps]) const {
    at[0] = start;
    unsigned depth = 1;
    for (; depth < Steps; ++depth) {
      at[depth] = next(depth, at[depth - 1] + 1);
      if (at[depth] == size_) break;
    }
    return depth;
  }
  HWY_INLINE unsigned fit_into(std::uint64_t window, unsigned depth, std::uint64_t (&at)[Steps]) const {
    for (; depth > 1; --depth) {
      // latest[k] is the last event before seen[k] that fills step k: where it was looked for is not looked at again.
      std::uint64_t latest[Steps];
      std::uint64_t seen[Steps];
      for (unsigned k = 0; k < depth; ++k) {
        latest[k] = at[k];
        seen[k] = at[k] + 1;
      }
      for (auto end = at[depth - 1]; end < size_; end = next(depth - 1, end + 1)) {
        auto start = end;
        for (auto k = depth - 1; k-- > 0;) {
          const auto found = last(k, seen[k], start, latest[k]);
          seen[k] = start;
          start = latest[k] = found;
        }
        if (time_between(start, end) > window) continue;
        const auto in_time = std::partition_point(time_ + at[0], time_ + end,
                                                  [&](std::int64_t time) { return apart(time, time_[end]) > window; });
        earliest(next(0, static_cast<std::uint64_t>(in_time - time_)), at);
        return depth;
      }
    }
    return depth;
  }

  const std::int64_t* time_ = nullptr;
  std::uint64_t begin_ = 0;
  std::uint64_t size_ = 0;
  std::vector<Word> words_;
};

/// Blocks of journeys, phase by phase, so that what a phase waits for (a time from memory, a branch that cannot be
/// foreseen) is waited for by many journeys at once.
template <unsigned Steps, class Code>
void observe_codes(const FastChain::Plan& plan, const StepTable& table, const Code* codes, const JourneyBatch& batch,
                   Tally& tally) {
  constexpr std::size_t block = 64;
  const auto window = static_cast<std::uint64_t>(plan.window);
  const bool has_value = table.value().exists();
  LongJourney<Steps> long_journey;
  ShortJourney<Steps> journeys[block];
  std::uint8_t by_depth[Steps + 1][block];
  for (std::size_t first = 0; first < batch.size; first += block) {
    const auto last = std::min(first + block, batch.size);
    std::size_t waiting = 0;
    for (auto i = first; i < last; ++i) {
      const auto begin = batch.begin[i];
      const auto end = batch.end[i];
      if (end - begin > chunk) {
        long_journey.find(plan, codes, begin, end);
        std::uint64_t rows[Steps];
        const auto depth = long_journey.chain(window, rows);
        if (depth > 0) tally.add(table, rows, depth, is_matured(plan, rows[0]));
      } else if (end > begin) {
        auto& journey = journeys[waiting];
        journey.begin = begin;
        find_steps(plan, codes, begin, static_cast<unsigned>(end - begin), journey.bits);
        if (plan.bounded) journey.keep_starts_in(plan);
        journey.chain = journey.earliest(journey.bits[0]);
        waiting += journey.chain != 0 ? 1 : 0;
      }
    }
    for (std::size_t i = 0; i < waiting; ++i) {
      const auto* time = plan.time + journeys[i].begin;
      hwy::Prefetch(time + lowest(journeys[i].chain));
      hwy::Prefetch(time + highest(journeys[i].chain));
    }
    std::size_t longer = 0;
    for (std::size_t i = 0; i < waiting; ++i) {
      by_depth[0][longer] = static_cast<std::uint8_t>(i);
      longer += journeys[i].is_longer_than(window, plan.time) ? 1 : 0;
    }
    for (std::size_t i = 0; i < longer; ++i) journeys[by_depth[0][i]].fit_into(window, plan.time);
    std::size_t many[Steps + 1] = {};
    for (std::size_t i = 0; i < waiting; ++i) {
      const auto depth = static_cast<unsigned>(std::popcount(journeys[i].chain));
      if (has_value) hwy::Prefetch(table.value().integers + journeys[i].begin + highest(journeys[i].chain));
      by_depth[depth][many[depth]++] = static_cast<std::uint8_t>(i);
    }
    for (unsigned depth = 1; depth <= Steps; ++depth) {
      for (std::size_t i = 0; i < many[depth]; ++i) {
        const auto& journey = journeys[by_depth[depth][i]];
        std::uint64_t rows[Steps];
        auto chain = journey.chain;
        for (unsigned k = 0; k < depth; ++k, chain &= chain - 1) rows[k] = journey.begin + lowest(chain);
        tally.add(table, rows, depth, is_matured(plan, rows[0]));
      }
    }
  }
}

template <class Code>
void observe_steps(const FastChain::Plan& plan, const StepTable& table, const Code* codes, const JourneyBatch& batch,
                   Tally& tally) {
  if (plan.steps <= 4) {
    observe_codes<4>(plan, table, codes, batch, tally);
  } else {
    observe_codes<FastChain::most_steps>(plan, table, codes, batch, tally);
  }
}

void ObserveBatch(const FastChain::Plan& plan, const StepTable& table, const JourneyBatch& batch, Tally& tally) {
  if (plan.event.narrow != nullptr) {
    observe_steps(plan, table, plan.event.narrow, batch, tally);
  } else {
    observe_steps(plan, table, plan.event.wide, batch, tally);
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
                     !rules.held && rules.optional == 0 && rules.direct == 0 && rules.excluded_count == 0 &&
                     rules.end == never && !rules.round && rules.steps <= most_steps && !table.has_filters();
  if (!plain) return;
  const auto& steps_of_code = table.steps_of_code();
  std::size_t wanted = 0;
  for (unsigned k = 0; k < most_steps; ++k) {
    plan_.first_code[k] = static_cast<std::uint8_t>(wanted);
    for (std::size_t code = 0; code < steps_of_code.size(); ++code) {
      if (((steps_of_code[code] >> k) & 1) == 0) continue;
      if (std::popcount(steps_of_code[code]) > 1 || wanted == most_codes) return;
      plan_.code[wanted++] = static_cast<std::uint32_t>(code);
    }
  }
  plan_.first_code[most_steps] = static_cast<std::uint8_t>(wanted);
  applies_ = true;
  plan_.event = part.event;
  plan_.time = part.time;
  plan_.events = part.events();
  plan_.steps = rules.steps;
  plan_.window = rules.window;
  plan_.from = rules.from;
  plan_.to = rules.to;
  plan_.bounded = rules.from != Time::earliest().micros || rules.to != Time::latest().micros;
  plan_.matured_until = rules.everybody ? never : earlier(rules.horizon, rules.window);
}

void FastChain::observe(const StepTable& table, const JourneyBatch& batch, Tally& tally) const noexcept {
  HWY_DYNAMIC_DISPATCH(ObserveBatch)(plan_, table, batch, tally);
}

}  // namespace peregrine::funnel
#endif
