#include "model/names.hpp"

#include <gtest/gtest.h>

#include <set>

namespace peregrine {
namespace {

template <class E>
void expect_names_lead_back(E last) {
  constexpr auto names = enum_names(E{});
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(find_named<E>(names[i]), static_cast<E>(i));
    EXPECT_EQ(name_of(static_cast<E>(i)), names[i]);
  }
  EXPECT_EQ(find_named<E>("nobody"), std::nullopt);
  EXPECT_EQ(find_named<E>(""), std::nullopt);
}

TEST(Names, every_name_leads_back_to_its_value) {
  expect_names_lead_back(Role::churn);
  expect_names_lead_back(Kind::competitor);
  expect_names_lead_back(Phase::customer);
  expect_names_lead_back(Survey::ces);
}

TEST(Names, stand_beside_the_right_values) {
  EXPECT_EQ(name_of(Role::none), "none");
  EXPECT_EQ(name_of(Role::try_), "try");
  EXPECT_EQ(name_of(Role::buy), "buy");
  EXPECT_EQ(name_of(Role::return_), "return");
  EXPECT_EQ(name_of(Role::repeat_buy), "repeat_buy");
  EXPECT_EQ(name_of(Kind::word_of_mouth), "word_of_mouth");
  EXPECT_EQ(find_named<Role>("Buy"), std::nullopt);
}

}  // namespace
}  // namespace peregrine
