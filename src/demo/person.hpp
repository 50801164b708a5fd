// A Person is one customer while being simulated: traits, devices, and the rows of what he or she did so far.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "demo/chance.hpp"
#include "demo/script.hpp"
#include "demo/tracker.hpp"

namespace peregrine::demo {

constexpr std::uint8_t unset = 0xff;
constexpr std::int64_t no_value = std::numeric_limits<std::int64_t>::min();

/// Which ids an event carries.
enum class Identity : std::uint8_t { anonymous, both, customer, other_device, other_device_both };

/// One event in codes of the Script; `unset`, `nothing` and `no_value` are nothing.
struct Row {
  std::int64_t time = 0;
  std::int64_t value = no_value;  // millionths
  std::uint16_t event = nothing;
  std::uint16_t piece = nothing;
  std::uint8_t channel = unset;
  std::uint8_t brand = unset;
  std::uint8_t product = unset;
  std::uint8_t device = unset;
  std::uint8_t plan = unset;
  std::uint8_t plan_now = 0;  // told when the customer says who he or she is
  std::uint8_t score = unset;
  std::uint8_t mail = unset;  // 0 no, 1 yes
  bool by_company = false;
  bool identifies = false;
  bool says_traits = false;  // country, segment, buying role
  Identity identity = Identity::anonymous;
};

/// What group and role give to all rows of a person.
struct Traits {
  std::uint8_t country = 0;
  std::uint8_t segment = 0;
  std::uint8_t role = 0;
};

struct Person {
  std::int64_t number = 0;
  Chance chance;
  Traits traits;
  std::uint8_t device = 0;
  std::uint8_t other_device = 0;
  bool stays_anonymous = false;
  std::vector<Row> rows;
  Tracker tracker;
  std::size_t funnel_depth = 0;
  std::int64_t funnel_start = 0;  // of the attempt under way, or no_attempt

  static constexpr std::int64_t no_attempt = std::numeric_limits<std::int64_t>::min();

  void begin(std::int64_t seed, std::int64_t customer, std::size_t role, const Story& story);
  /// Puts the rows in order and gives them their ids; then spoils a few. `end` is the end of the time.
  void finish(const Script& script, Tally& tally, std::int64_t end);

 private:
  void identify(Tally& tally);
  void use_other_device(const Script& script, Tally& tally, std::int64_t end);
  void delay_some(Tally& tally);
};

}  // namespace peregrine::demo
