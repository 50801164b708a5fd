// What an analysis is: a fold over journeys. A State `observe`s journeys, `merge`s with its like and `finish`es.
//
//   struct State {
//     using Params = ...; using Result = ...;            both say their fields (base/fields.hpp)
//     static ColumnRequest columns(const Params&);       what is read; nothing else may be looked at
//     struct Binding { Binding(const Params&, const Scope&, const Part&); };
//                                                        what depends on one part: tables by event code, columns.
//                                                        Read-only and shared by all States that see the part
//     State(const Params&, const Scope&);                the empty State, neutral in merge
//     void observe(const Binding&, const JourneyBatch&) noexcept;   some journeys of the bound part, each journey once
//     void settle(const Binding&);                       end of the part: what was counted by code is said by name
//     void merge(const State&);                          exact, and the same in any order
//     std::optional<Params> next() const;                may be left out. After a pass that only chooses: the
//                                                        parameters of the pass that must follow, which finishes
//     struct Shared { ... };  void share(Shared&);       may be left out. What the States of one fold find out and tell
//                                                        one another, so that none works in vain: it changes no
//                                                        result. Called before a part and after a merge, by any thread
//     Result finish() const;                             the only place for floating point
//     void describe(Meta&) const;                        the rules used, in words; why figures are missing
//     template <class Archive> void archive(Archive&);   its members, in order: saving and loading are the same list
//   };
//
// A State may say the events that its figures stand on, for groups that are read there (`by_at`):
//
//     static std::size_t anchors(const Params&);         how many there are at most: a funnel's steps
//     void find_anchors(const Binding&, begin, end, rows);   those of the journey in these rows of the part
//
// and parameters that answer the same where the State sees few journeys, of which figures are asked one by one:
//
//     static Params for_few(Params);
//
// A whole number of a Result that is 0 for some journeys together is 0 for each of them alone: that is how the
// customers behind a figure are found. A State holds no codes and no pointers once settled: positions in Params, or
// names. Journeys without events (hidden by `where`) are to be skipped. One virtual call a batch; none an event.
#pragma once

#include <concepts>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "model/journey.hpp"

namespace peregrine {

/// What is said beside a result: the rules that were used and why a figure is missing.
struct Meta {
  /// One rule in words, such as "windows are closed: t_k - t_1 <= window".
  struct Rule {
    std::string rule;  // short name: "window"
    std::string words;
    static constexpr auto fields() {
      return std::make_tuple(field<&Rule::rule>("The rule."), field<&Rule::words>("What it says."));
    }
  };
  std::vector<Rule> policy;
  std::map<std::string, std::string> undefined;  // JSON pointer into the result: why the figure there is null
};

template <class S>
concept Fold = Described<typename S::Params> && Described<typename S::Result> &&
    std::constructible_from<S, const typename S::Params&, const Scope&> &&
    std::constructible_from<typename S::Binding, const typename S::Params&, const Scope&, const Part&> &&
    requires(S state, const S other, const typename S::Params& params, const typename S::Binding& binding,
             const JourneyBatch& batch, Meta& meta) {
  { S::columns(params) } -> std::same_as<ColumnRequest>;
  { state.observe(binding, batch) }
  noexcept;
  state.settle(binding);
  state.merge(other);
  { other.finish() } -> std::same_as<typename S::Result>;
  other.describe(meta);
};

/// A fold that says the events its figures stand on.
template <class S>
concept Anchored = requires(S state, const typename S::Params& params, const typename S::Binding& binding,
                            std::vector<std::uint64_t>& rows) {
  { S::anchors(params) } -> std::same_as<std::size_t>;
  state.find_anchors(binding, std::uint64_t{}, std::uint64_t{}, rows);
};

/// A fold whose States tell one another what they find out.
template <class S>
concept Sharing = requires(S state, typename S::Shared& shared) {
  state.share(shared);
};

}  // namespace peregrine
