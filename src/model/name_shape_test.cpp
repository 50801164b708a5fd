#include "model/name_shape.hpp"

#include <gtest/gtest.h>

#include "model/vocabulary.hpp"

namespace peregrine {
namespace {

TEST(NameShape, takes_ids_out_of_names) {
  EXPECT_EQ(name_shape("Viewed product 12345"), "Viewed product *");
  EXPECT_EQ(name_shape("/products/77/reviews?page=2"), "/products/*/reviews?page=*");
  EXPECT_EQ(name_shape("sku4711_viewed"), "sku*_viewed");
  EXPECT_EQ(name_shape("Opened 550e8400-e29b-41d4-a716-446655440000 again"), "Opened * again");
  EXPECT_EQ(name_shape("cart:9f86d081884c7d65"), "cart:*");
  EXPECT_EQ(name_shape("Invited ann.lee@example.com"), "Invited *");
  EXPECT_EQ(name_shape("12345"), "*");
}

TEST(NameShape, leaves_words_as_they_are) {
  for (const auto* name : {"Order Completed", "", "facade", "defaced page", "a@", "@b", "E-mail"}) {
    EXPECT_EQ(name_shape(name), name);
  }
}

TEST(NameShape, matches_the_name_it_comes_from) {
  for (const auto* name :
       {"Step 1 of 12", "550e8400-e29b-41d4-a716-446655440000", "x1y22z333", "ann@example.com 7 1"}) {
    EXPECT_TRUE(matches(name_shape(name), name)) << name_shape(name);
  }
}

TEST(NameShape, is_a_pattern_when_something_is_left) {
  EXPECT_TRUE(is_pattern("Viewed product *"));
  EXPECT_FALSE(is_pattern("Viewed product"));
  EXPECT_FALSE(is_pattern("*"));
  EXPECT_FALSE(is_pattern("p-*"));
}

}  // namespace
}  // namespace peregrine
