// Sessions cut a journey where the customer was silent. Nothing of them is stored: another rule holds for the past too.
//
// A session goes on while the next event comes within the silence allowed, over midnight too; exactly that long is
// still the same session. If the rule says so, an event of another campaign than the session's first begins a new one.
// A session belongs to its start.
#pragma once

#include <cstdint>
#include <string>

#include "base/fields.hpp"
#include "base/time.hpp"
#include "model/journey.hpp"

namespace peregrine {

struct SessionRule {
  Duration silence = seconds(30 * 60);
  bool split_on_campaign = false;

  bool operator==(const SessionRule&) const = default;
  static constexpr auto fields() {
    return std::make_tuple(
        field<&SessionRule::silence>("A session ends when nothing happens for longer than this.",
                                     {.min = 1, .max = 30 * 86'400}),
        field<&SessionRule::split_on_campaign>("True: an event of another campaign begins a new session."));
  }
};

/// "a session ends after more than 30m of silence ..."
std::string words_of(const SessionRule& rule);

/// The sessions of the journeys of one part.
class Sessions {
 public:
  /// What must be read for the rule.
  static void add_columns(const SessionRule& rule, ColumnRequest& columns);

  Sessions(const SessionRule& rule, const Part& part);

  /// One past the last row of the session that begins at row `begin` of a journey with rows up to `end`.
  std::uint64_t end_of(std::uint64_t begin, std::uint64_t end) const;

 private:
  std::int64_t silence_;
  const std::int64_t* time_;
  ColumnView campaign_;  // does not exist when it does not matter
};

}  // namespace peregrine
