// What a golden case names must be there: a misspelt name would otherwise pass for one that is null.
#include "golden/case_file.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"

namespace peregrine::golden {
namespace {

json::object object_of(std::string_view text) {
  return json::parse(text, "test").as_object();
}

const json::object schema = object_of(R"({"properties": {
  "total": {"type": "integer"}, "empty": {"items": {"properties": {"name": {}}}},
  "steps": {"items": {"properties": {"name": {}, "days": {}, "small": {}}}},
  "handoff": {"properties": {"buyers": {}}}}})");
const json::object result = object_of(R"({
  "total": 3, "empty": [], "steps": [{"name": "View", "days": null}], "handoff": null})");

std::string refusal_at(std::string_view place) {
  return refusal_of([&] { value_at(result, schema, place); });
}
std::string refusal_of_table(std::string target, std::vector<std::string> columns) {
  const Expectation table{.target = std::move(target), .columns = std::move(columns)};
  return refusal_of([&] { rows_at(result, schema, table); });
}

TEST(ExpectedValue, is_found_and_may_be_null_or_left_out) {
  EXPECT_EQ(value_at(result, schema, "total"), 3);
  EXPECT_TRUE(value_at(result, schema, "steps[0].days").is_null());
  EXPECT_TRUE(value_at(result, schema, "steps[0].small").is_null());
  EXPECT_TRUE(value_at(result, schema, "handoff").is_null());
}

TEST(ExpectedValue, of_a_name_that_there_is_not_fails) {
  const std::string no_name = ": no field of the result has this name";
  EXPECT_EQ(refusal_at("totel"), "invalid | totel" + no_name);
  EXPECT_EQ(refusal_at("steps[0].dayz"), "invalid | steps[0].dayz" + no_name);
  EXPECT_EQ(refusal_at("steps[1].days"), "invalid | steps[1].days: is not in the result (there is no steps[1])");
  EXPECT_EQ(refusal_at("total.days"), "invalid | total.days" + no_name);
}

TEST(ExpectedTable, of_a_list_or_a_column_that_there_is_not_fails_with_and_without_rows) {
  const std::string no_name = ": no field of the result has this name";
  EXPECT_EQ(rows_at(result, schema, {.target = "empty", .columns = {"name"}}).size(), 0u);
  EXPECT_EQ(rows_at(result, schema, {.target = "steps", .columns = {"name", "small"}}).size(), 1u);
  EXPECT_EQ(refusal_of_table("emptz", {}), "invalid | emptz" + no_name);
  EXPECT_EQ(refusal_of_table("empty", {"namez"}), "invalid | empty[0].namez" + no_name);
  EXPECT_EQ(refusal_of_table("steps", {"dayz"}), "invalid | steps[0].dayz" + no_name);
  EXPECT_EQ(refusal_of_table("total", {}), "invalid | total: is no list");
}

}  // namespace
}  // namespace peregrine::golden
