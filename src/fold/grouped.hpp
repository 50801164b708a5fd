// The combinator `by`: any fold, once for each group of journeys. A journey's group is read at its first event in
// range. Two passes: the first counts keys, the second folds the 10,000 groups with most journeys (then by name); all
// others are the group "other". Journeys without a key are the group "(none)".
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "fold/running_fold.hpp"

namespace peregrine {

/// What journeys are grouped by: an event column (`channel`, `property.plan`, `trait.country`, `now.trait.country`),
/// `event`, `touchpoint`, `role`, `kind`, `known`, or `cohort.day`, `cohort.week`, `cohort.month` of the first event.
class GroupKey {
 public:
  /// `where` names the source in errors.
  static GroupKey parse(std::string_view text, std::string_view where);

  ColumnRequest columns() const;
  /// Throws when the key names a column that the data do not have.
  void check(std::span<const std::string_view> columns) const;

  /// The key of each journey of a part: place in `names`. Journeys without an event in range have `none`.
  static constexpr std::uint32_t none = 0xffff'ffff;
  struct Keys {
    std::vector<std::string> names;
    std::vector<std::uint32_t> of_journey;
  };
  Keys keys(const Part& part, const Scope& scope, const Zone& zone) const;

  const std::string& text() const { return text_; }

 private:
  enum class From : std::uint8_t {
    column,
    trait_now,
    event,
    touchpoint,
    role,
    kind,
    known,
    cohort_day,
    cohort_week,
    cohort_month
  };
  std::string text_;
  std::string where_;
  From from_ = From::column;
  std::string column_;
};

constexpr std::size_t max_groups = 10'000;

/// The first pass over `inner`; its `next()` is the second.
std::unique_ptr<RunningFold> group_by(GroupKey key, const Scope& scope, const Zone& zone,
                                      std::unique_ptr<RunningFold> inner);

}  // namespace peregrine
