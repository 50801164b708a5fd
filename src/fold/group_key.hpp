// A GroupKey is what journeys are grouped by, and reads the keys of the journeys of a part.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fold/running_fold.hpp"
#include "model/known_names.hpp"

namespace peregrine {

/// What journeys are grouped by: an event column (`channel`, `property.plan`, `trait.country`, `now.trait.country`),
/// the first or the last that a journey says of one before the end of the range (`first.channel`), `event`,
/// `touchpoint`, `role`, `kind`, `known`, or `cohort.day`, `cohort.week`, `cohort.month` of the event it is read at.
/// What an event says of its customer is read from the whole journey, also where a `where` hides that event.
class GroupKey {
 public:
  /// `where` names the source in errors.
  static GroupKey parse(std::string_view text, std::string_view where);

  ColumnRequest columns() const;
  /// Throws when the key names a column that the data do not have.
  void check(const KnownNames& known) const;

  /// The keys of each journey of a part, as places in `names`: journey j has those from first[j] up to first[j + 1],
  /// each once.
  struct Keys {
    std::vector<std::string> names;
    std::vector<std::uint64_t> first{0};
    std::vector<std::uint32_t> places;

    std::span<const std::uint32_t> of(std::uint64_t journey) const {
      return {places.data() + first[journey], places.data() + first[journey + 1]};
    }
  };
  /// Fills `rows` with the rows that a journey's keys are read at; RunningFold::no_row has the key "(none)".
  using Anchors = std::function<void(std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& rows)>;
  Keys keys(const Part& part, const Scope& scope, const Anchors& anchors) const;

  const std::string& text() const { return text_; }

 private:
  enum class From : std::uint8_t {
    column,
    trait_then,
    trait_now,
    first_said,
    last_said,
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
  bool reads_labels() const { return from_ >= From::event && from_ <= From::kind; }

  From from_ = From::column;
  std::string column_;
};

}  // namespace peregrine
