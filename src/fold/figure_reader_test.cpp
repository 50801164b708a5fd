#include "fold/figure_reader.hpp"

#include <gtest/gtest.h>

#include "fold/rate.hpp"

namespace peregrine {
namespace {

enum class Color : std::uint8_t { red, green };
constexpr std::array<std::string_view, 2> enum_names(Color) {
  return {"red", "green"};
}

struct Step {
  std::string name;
  std::int64_t journeys = 0;
  Rate rate;
  std::optional<std::string> currency;
  static constexpr auto fields() {
    return std::make_tuple(field<&Step::name>(""), field<&Step::journeys>(""), field<&Step::rate>(""),
                           field<&Step::currency>(""));
  }
};
struct Node {
  std::int64_t step = 0;
  Color color = Color::red;
  Time since{};
  std::int64_t journeys = 0;
  static constexpr auto fields() {
    return std::make_tuple(field<&Node::step>(""), field<&Node::color>(""), field<&Node::since>(""),
                           field<&Node::journeys>(""));
  }
};
struct Bin {
  std::int64_t from_days = 0;
  std::int64_t journeys = 0;
  static constexpr auto fields() { return std::make_tuple(field<&Bin::from_days>(""), field<&Bin::journeys>("")); }
};
struct Summary {
  std::int64_t buyers = 0;
  static constexpr auto fields() { return std::make_tuple(field<&Summary::buyers>("")); }
};
struct Result {
  std::int64_t total = 0;
  std::optional<std::int64_t> later;
  std::optional<Summary> summary;
  std::map<std::string, std::int64_t> names;
  std::vector<Step> steps;
  std::vector<Node> nodes;
  std::vector<Bin> bins;
  static constexpr auto fields() {
    return std::make_tuple(field<&Result::total>(""), field<&Result::later>(""), field<&Result::summary>(""),
                           field<&Result::names>(""), field<&Result::steps>(""), field<&Result::nodes>(""),
                           field<&Result::bins>(""));
  }
};

const Result whole{.total = 7,
                   .later = 3,
                   .summary = Summary{4},
                   .names = {{"View", 9}, {"a/b", 1}},
                   .steps = {{"View", 9, {}, "EUR"}, {"Buy", 5, {}, {}}, {"View", 2, {}, {}}},
                   .nodes = {{1, Color::red, {}, 6}, {2, Color::red, {}, 4}, {2, Color::green, {}, 1}},
                   .bins = {{0, 3}, {1, 8}}};

/// Whether the figure of the whole counts any in `result`.
bool counts(std::string_view pointer, const Result& result) {
  const Figure figure(write_fields(whole), pointer);
  const auto reader = FigureIn<Result>::reader(figure.way());
  EXPECT_TRUE(reader) << pointer;
  return reader && reader(result);
}

TEST(FigureReader, finds_every_figure_of_the_result_itself) {
  for (const auto* pointer : {"/total", "/later", "/summary/buyers", "/names/View", "/names/a~1b", "/steps/0/journeys",
                              "/steps/1/journeys", "/steps/2/journeys", "/nodes/0/journeys", "/nodes/1/journeys",
                              "/nodes/2/step", "/nodes/2/journeys", "/bins/0/journeys", "/bins/1/journeys"}) {
    EXPECT_TRUE(counts(pointer, whole)) << pointer;
    EXPECT_FALSE(counts(pointer, {})) << pointer;
  }
  EXPECT_FALSE(counts("/bins/0/from_days", whole));
}

TEST(FigureReader, a_row_is_found_by_its_texts_wherever_it_stands) {
  EXPECT_TRUE(counts("/steps/1/journeys", {.steps = {{"Buy", 1, {}, {}}}}));
  EXPECT_FALSE(counts("/steps/1/journeys", {.steps = {{"View", 1, {}, {}}}}));
  EXPECT_FALSE(counts("/steps/1/journeys", {.steps = {{"Buy", 0, {}, {}}}}));
}

TEST(FigureReader, the_second_of_two_rows_with_the_same_texts_is_the_second) {
  const Result once{.steps = {{"View", 1, {}, {}}, {"Buy", 1, {}, {}}, {"View", 0, {}, {}}}};
  EXPECT_TRUE(counts("/steps/0/journeys", once));
  EXPECT_FALSE(counts("/steps/2/journeys", once));
}

TEST(FigureReader, whole_numbers_before_the_texts_belong_to_the_row) {
  const Result second{.nodes = {{2, Color::red, {}, 1}}};
  EXPECT_FALSE(counts("/nodes/0/journeys", second));
  EXPECT_TRUE(counts("/nodes/1/journeys", second));
}

TEST(FigureReader, names_of_enums_and_times_are_texts_of_a_row) {
  const Result green{.nodes = {{2, Color::green, {}, 1}}};
  EXPECT_FALSE(counts("/nodes/1/journeys", green));
  EXPECT_TRUE(counts("/nodes/2/journeys", green));
  EXPECT_FALSE(counts("/nodes/2/journeys", {.nodes = {{2, Color::green, Time{1}, 1}}}));
}

TEST(FigureReader, a_text_behind_a_figure_belongs_to_the_figure) {
  EXPECT_TRUE(counts("/steps/0/journeys", {.steps = {{"View", 1, {}, {}}}}));
}

TEST(FigureReader, a_row_without_texts_is_known_by_its_place) {
  const Result second{.bins = {{0, 0}, {1, 1}}};
  EXPECT_FALSE(counts("/bins/0/journeys", second));
  EXPECT_TRUE(counts("/bins/1/journeys", second));
}

TEST(FigureReader, a_way_that_leads_to_no_count_of_the_result_has_no_reader) {
  const auto has_reader = [](std::string_view answer, std::string_view pointer) {
    const Figure figure(json::parse(answer, "test").as_object(), pointer);
    return static_cast<bool>(FigureIn<Result>::reader(figure.way()));
  };
  EXPECT_FALSE(has_reader(R"({"totel": 1})", "/totel"));
  EXPECT_FALSE(has_reader(R"({"steps": {"journeys": 1}})", "/steps/journeys"));
  EXPECT_FALSE(has_reader(R"({"steps": [{"name": "View", "rate": 1}]})", "/steps/0/rate"));
  EXPECT_FALSE(has_reader(R"({"summary": 1})", "/summary"));
  EXPECT_FALSE(has_reader(R"({"total": {"of": 1}})", "/total/of"));
}

TEST(FigureReader, a_row_that_is_known_by_more_than_the_result_says_is_not_there) {
  const Figure figure(json::parse(R"({"steps": [{"label": "x", "name": "View", "journeys": 1}]})", "test").as_object(),
                      "/steps/0/journeys");
  EXPECT_FALSE(FigureIn<Result>::reader(figure.way())(whole));
}

}  // namespace
}  // namespace peregrine
