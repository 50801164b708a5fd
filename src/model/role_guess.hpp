// Guesses of the role and kind of an event that no vocabulary knows: from words in its name, or from where it stands in
// journeys. A guess is for a person to confirm.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/names.hpp"

namespace peregrine {

struct RoleGuess {
  Role role = Role::none;  // none: such names say nothing of the journey
  Kind kind = Kind::none;
  std::string why{};  // the words, or the roles around it
};

/// From words in the name (role_words.yaml): the first rule whose words are all in it. Nothing when there is none.
std::optional<RoleGuess> guess_by_words(std::string_view name);

/// Where the kind of a role is mostly met.
Kind usual_kind(Role role);

/// Where the events of some name stand in journeys, in numbers of events.
struct Surroundings {
  static constexpr std::size_t places = 4;  // quarters of a journey

  std::int64_t events = 0;
  std::array<std::int64_t, role_count>
      before{};  // by role of the nearest event before that has one; none: there is none
  std::array<std::int64_t, role_count> after{};
  std::array<std::int64_t, places> place{};
  std::int64_t first = 0;   // the first of their name in a journey
  std::int64_t bought = 0;  // after a buy

  void add(const Surroundings& other);
};

/// What is known of a role: the surroundings of all names that have it.
struct KnownRole {
  Role role = Role::none;
  Surroundings surroundings;
};

/// The role whose events stand most like these. Nothing when there are too few events, when fewer than three roles are
/// known, or when two roles are about as likely.
std::optional<RoleGuess> guess_by_place(const Surroundings& surroundings, std::span<const KnownRole> known);

}  // namespace peregrine
