#include "fold/rate.hpp"

#include <gtest/gtest.h>

namespace peregrine {
namespace {

struct Row {
  std::string name = "step";
  Rate rate;
  Rate step_rate;
  static constexpr auto fields() {
    return std::make_tuple(field<&Row::name>("Name."), field<&Row::rate>("Of the first."),
                           field<&Row::step_rate>("Of the previous."));
  }
};

TEST(Rate, becomes_a_figure_with_its_interval) {
  const auto row = write_fields(Row{.rate = {15, 148}, .step_rate = {30, 30}});
  EXPECT_DOUBLE_EQ(row.at("rate").as_double(), 15.0 / 148);
  EXPECT_NEAR(row.at("rate_low").as_double(), 0.0624, 5e-5);  // Newcombe 1998, table I, method 3: 15 of 148
  EXPECT_NEAR(row.at("rate_high").as_double(), 0.1605, 5e-5);
  EXPECT_EQ(row.at("step_rate").as_double(), 1.0);
  EXPECT_FALSE(row.contains("small"));
}

TEST(Rate, a_small_whole_says_so) {
  EXPECT_EQ(write_fields(Row{.rate = {1, 29}, .step_rate = {1, 100}}).at("small"), true);
  EXPECT_FALSE(write_fields(Row{.rate = {1, 30}, .step_rate = {1, 30}}).contains("small"));
}

TEST(Rate, of_nothing_is_null) {
  EXPECT_EQ(json::format(write_fields(Row{})),
            R"({"name":"step","rate":null,"rate_low":null,"rate_high":null,"step_rate":null,"step_rate_low":null,)"
            R"("step_rate_high":null})");
}

TEST(Rate, the_schema_knows_every_member_that_is_written) {
  const auto schema = schema_of<Row>();
  const auto& properties = schema.at("properties").as_object();
  for (const auto& member : write_fields(Row{.rate = {1, 2}, .step_rate = {1, 2}})) {
    EXPECT_TRUE(properties.contains(member.key())) << member.key();
  }
  EXPECT_EQ(json::format(properties.at("rate")),
            R"({"type":["number","null"],"minimum":0,"maximum":1,"description":"Of the first."})");
}

}  // namespace
}  // namespace peregrine
